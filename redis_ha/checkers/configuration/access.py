"""Rules about passwords: strangers need one, and those who belong here have it."""

from collections.abc import Iterator

from redis_ha.checkers.configuration.finding import Finding, Severity
from redis_ha.checkers.configuration.settings import Process, RedisSettings, Settings, judged

OWN = "a generated password, as `./inv provision` sets it"
REQUIRED = "the value of requirepass of Redis"
ASKED = "Redis asks for a password"


def passwords(settings: Settings) -> Iterator[Finding]:
    """See that every process asks for a password."""
    yield from judged(settings.redis, _open)
    yield from judged(settings.sentinels, _open)


def _open(process: Process) -> Finding | None:
    if process.has_password:
        return None
    setting, now, severity = "requirepass", "not set", Severity.RISKY
    if not isinstance(process, RedisSettings):
        setting = "requirepass (Sentinel)"
    elif not process.is_protected:
        now, severity = "not set, with protected-mode no", Severity.WRONG
    why = "whoever reaches the port may read and change everything"
    return Finding(setting, severity, now, OWN, why)


def known_passwords(settings: Settings) -> Iterator[Finding]:
    """See that replicas and Sentinels know the password of Redis."""
    if any(redis.has_password for redis in settings.redis):
        yield from judged(settings.redis, _of_replica)
        yield from judged(settings.sentinels, _of_sentinel)


def _of_replica(process: Process) -> Finding | None:
    return None if process.has_master_password else _unknown("masterauth")


def _of_sentinel(process: Process) -> Finding | None:
    return None if process.has_master_password else _unknown("auth-pass")


def _unknown(setting: str) -> Finding:
    return Finding(setting, Severity.WRONG, "not set", REQUIRED, ASKED)
