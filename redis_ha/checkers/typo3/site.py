"""Rules about a site as a whole."""

from collections.abc import Iterator

from redis_ha.checkers.configuration.finding import Finding, Severity
from redis_ha.typo3.site import Site
from redis_ha.wait import DAY_S

LONG_S = 30
"""A page that waits for longer is given up by its visitor, and by most web servers."""
BETTER_S = 10
"""Above the time for which a proxy holds a connection."""
OTHERS = 0o004
"""The right of everybody else to read a file."""


def socket_timeout(site: Site) -> Iterator[Finding]:
    """See that a server that hangs does not hold each page for a minute."""
    if any(site.parts) and site.socket_timeout_s >= LONG_S:
        why = "TYPO3 sets no time to read: a server that hangs holds each page for as long"
        now = f"{site.socket_timeout_s} s, of the command line's php.ini"
        better = f"{BETTER_S}, in that of php-fpm too"
        yield Finding("default_socket_timeout", Severity.RISKY, now, better, why)


def garbage(site: Site) -> Iterator[Finding]:
    """See that somebody deletes sets of tags: they have no time to live."""
    if not site.caches:
        return
    setting, better = "scheduler: garbage of caches", "a task for RedisBackend, each night"
    found = site.garbage
    if found.trouble:
        why = "whether sets of tags are ever deleted is not known"
        yield Finding(setting, Severity.NOTE, found.trouble, better, why)
    elif not found.tasks:
        why = "sets of tags have no time to live, and fill the memory until writes are refused"
        yield Finding(setting, Severity.RISKY, "no task", better, why)
    elif found.ago_s is None or found.ago_s > 2 * DAY_S:
        ago = "never" if found.ago_s is None else f"{found.ago_s // DAY_S} days ago"
        why = "sets of tags fill the memory until writes are refused; does the scheduler run?"
        yield Finding(setting, Severity.RISKY, f"ran {ago}", better, why)


def readable(site: Site) -> Iterator[Finding]:
    """See that passwords are not everybody's."""
    for name, mode in site.modes.items():
        if mode & OTHERS:
            why = "every account of the machine can read the passwords in it"
            yield Finding(name, Severity.RISKY, f"{mode:04o}", "0640", why)


def redis(site: Site) -> Iterator[Finding]:
    """Say that there is nothing to look at."""
    if not any(site.parts):
        why = "caches, sessions and locks are where core has them"
        yield Finding("Redis", Severity.NOTE, "not used", "see docs/typo3-settings.md", why)
