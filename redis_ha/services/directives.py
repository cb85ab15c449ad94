"""Configuration files of Redis and Sentinel by meaning: what differs, and what to leave alone.

Both servers rewrite their own file when the topology changes: they quote values, write sizes
in other units and by other names, leave out Sentinel settings that have their default, and add
what they learned. None of that is a difference.
"""

import re
import shlex
from dataclasses import dataclass

Key = tuple[str, ...]
Values = tuple[tuple[str, ...], ...]

LEARNED = frozenset(
    ("sentinel", word)
    for word in (
        "myid",
        "current-epoch",
        "config-epoch",
        "leader-epoch",
        "known-replica",
        "known-slave",
        "known-sentinel",
    )
)
"""What Sentinel finds out by itself; a copy of another's, or none, would harm."""

WRITTEN = frozenset(
    [("user",), ("latency-tracking-info-percentiles",), ("supervised",), ("pidfile",)]
)
"""What a rewrite adds by itself: the password again as an ACL user, a default, the unit's flags."""

NAMES = {
    # before Redis 5, and since then in files made by hand
    "min-slaves-to-write": "min-replicas-to-write",
    "min-slaves-max-lag": "min-replicas-max-lag",
    "slave-priority": "replica-priority",
    "slave-announce-ip": "replica-announce-ip",
    "slave-read-only": "replica-read-only",
    "slaveof": "replicaof",
    # since Valkey 8, which rewrites them so
    "primaryauth": "masterauth",
    "primaryuser": "masteruser",
}
"""Other names of a setting, and the one that this project writes."""

SENTINEL_DEFAULTS = {
    "down-after-milliseconds": "30000",
    "failover-timeout": "180000",
    "parallel-syncs": "1",
    "resolve-hostnames": "no",
    "announce-hostnames": "no",
    "deny-scripts-reconfig": "yes",
}
"""Settings that Sentinel's rewrite leaves out at these values (sentinel.c)."""

_PER_MASTER = LEARNED | {
    ("sentinel", word)
    for word in (
        "monitor",
        "auth-pass",
        "auth-user",
        "down-after-milliseconds",
        "failover-timeout",
        "parallel-syncs",
    )
}
_UNITS = {"k": 1000, "kb": 1 << 10, "m": 10**6, "mb": 1 << 20, "g": 10**9, "gb": 1 << 30}
_BYTES = re.compile(r"(?:\\x[0-9a-f]{2})+")
"""As a rewrite has letters that are not ASCII."""
_SIZE = re.compile(r"(\d+)(k|kb|m|mb|g|gb)", re.IGNORECASE)


@dataclass(frozen=True)
class Difference:
    """One setting that is not as wanted; None stands for "not set"."""

    key: Key
    wanted: Values | None
    found: Values | None

    def __str__(self) -> str:
        return f"{' '.join(self.key)}: {_show(self.found)} instead of {_show(self.wanted)}"


def parse(text: str) -> dict[Key, Values]:
    """Return every setting with all its values, spelt one way."""
    found: dict[Key, Values] = {}
    for line in text.splitlines():
        if not (stripped := line.strip()) or stripped.startswith("#"):
            continue
        key, values = _split(_words(stripped))
        found[key] = (*found.get(key, ()), values)
    return found


def differences(wanted: str, current: str) -> list[Difference]:
    """Return where `current` says something else than `wanted`, in the order of the keys."""
    ours, theirs = parse(wanted), parse(current)
    keys = [key for key in ours | theirs if key[:2] not in LEARNED and key not in WRITTEN]
    return [
        Difference(key, ours.get(key), theirs.get(key))
        for key in sorted(keys)
        if not _same(key, ours.get(key), theirs.get(key))
    ]


def merge(wanted: str, current: str | None, known: str = "") -> str:
    """Return what the file should hold: itself when nothing differs, else `wanted`.

    Args:
        known: what a Sentinel is told in the beginning; later what it learned is carried over.
    """
    if current and not differences(wanted, current):
        return current
    masters = set(parse(wanted))
    learned = [line for line in (current or "").splitlines() if _keep(line, masters)]
    if not learned:
        return wanted + known
    if _moved(wanted, current or ""):  # the new master is among the replicas of the old one
        told = [line for line in known.splitlines() if _is_replica(line)]
        learned = [line for line in learned if not _is_replica(line)] + told
    return wanted + "".join(f"{line}\n" for line in learned)


def _moved(wanted: str, current: str) -> bool:
    """Say whether a master that both files watch has another address now."""
    ours, theirs = parse(wanted), parse(current)
    watched = [key for key in ours if key[:2] == ("sentinel", "monitor") and key in theirs]
    return any(ours[key][0][:2] != theirs[key][0][:2] for key in watched)


def _is_replica(line: str) -> bool:
    return line.split()[1] in ("known-replica", "known-slave")


def _keep(line: str, masters: set[Key]) -> bool:
    words = line.split()
    if tuple(words[:2]) not in LEARNED:
        return False
    master = _split(words)[0][2:]
    return not master or ("sentinel", "monitor", *master) in masters


def _words(line: str) -> list[str]:
    try:
        return [_BYTES.sub(_letters, word) for word in shlex.split(line)]
    except ValueError:  # an open quote: the file is damaged, and differs
        return line.split()


def _letters(written: re.Match[str]) -> str:
    return bytes.fromhex(written[0].replace("\\x", "")).decode(errors="replace")


def _split(words: list[str]) -> tuple[Key, tuple[str, ...]]:
    name = words[0].lower()
    head: Key = (NAMES.get(name, name),)
    if head == ("sentinel",):
        head = tuple(word.lower() for word in words[:2])
        if head in _PER_MASTER and head[1] not in ("myid", "current-epoch"):
            head = (*head, *words[2:3])
    return head, tuple(_spelt(word) for word in words[len(head) :])


def _spelt(word: str) -> str:
    if match := _SIZE.fullmatch(word):
        return str(int(match[1]) * _UNITS[match[2].lower()])
    return word


def _same(key: Key, wanted: Values | None, found: Values | None) -> bool:
    if key[0] == "sentinel" and (default := SENTINEL_DEFAULTS.get("".join(key[1:2]))):
        return (wanted or ((default,),)) == (found or ((default,),))
    return wanted == found


def _show(values: Values | None) -> str:
    if values is None:
        return "not set"
    return ", ".join(" ".join(value) or '""' for value in values)
