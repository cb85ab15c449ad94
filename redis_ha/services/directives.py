"""Configuration files of Redis and Sentinel by meaning: what differs, and what to leave alone.

Both servers rewrite their own file when the topology changes: they quote values, write sizes
in other units and by other names, leave out Sentinel settings that have their default, and add
what they learned. None of that is a difference. What somebody else wrote into a file of this
project is none either: it is unmanaged.
"""

import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

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

USER = "user"
DEFAULT_USER = (USER, "default")
WRITTEN = frozenset(
    [DEFAULT_USER, ("latency-tracking-info-percentiles",), ("supervised",), ("pidfile",)]
)
"""What a rewrite adds by itself: the password again as an ACL user, a default, the unit's flags."""

MANAGED = "# Managed by redis-ha"
"""Begins a line of every file that is rendered."""
ADOPTED = "# Directives of the inventory: "
"""Begins the line that names those: one that is not there any more goes from the file as well."""
AT_TIMES = frozenset(
    [
        ("replicaof",),
        ("sentinel", "notification-script"),
        ("sentinel", "client-reconfig-script"),
    ]
)
"""What is rendered on some nodes only, or by some inventories."""
LIMITS = ("client-output-buffer-limit",)
LIMIT_DEFAULTS = {
    "normal": ("0", "0", "0"),
    "replica": (f"{256 << 20}", f"{64 << 20}", "60"),
    "pubsub": (f"{32 << 20}", f"{8 << 20}", "60"),
}
"""By kind of clients (config.c); a rewrite may write them down."""
KINDS = {"slave": "replica"}
"""Other names of kinds of clients."""
LETTERS = ("notify-keyspace-events",)
UNSAID = frozenset(["sanitize-payload", "skip-sanitize-payload"])
ALL_RIGHTS = frozenset(["on", "~*", "&*", "+@all"])
"""What a rewrite says of the user `default` besides its password."""

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
        "notification-script",
        "client-reconfig-script",
        "rename-command",
        "master-reboot-down-after-period",
    )
}
MONITOR = ("sentinel", "monitor")
SECRET = re.compile(r"pass|auth|user|key|loadmodule|rename-command")
"""Settings whose value is not shown; the arguments of a module may be anything."""
_OF_NONE = frozenset([("sentinel", "myid"), ("sentinel", "current-epoch")])
_OF_A_MASTER = _PER_MASTER - _OF_NONE
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
        for key, values in _split(_words(stripped)):
            found[key] = (*found.get(key, ()), values)
    return found


def adopted(text: str) -> frozenset[str]:
    """Return the directives of a rendered file that its inventory named."""
    named = [line.removeprefix(ADOPTED) for line in text.splitlines() if line.startswith(ADOPTED)]
    return frozenset(name for names in named for name in names.split(", "))


def differences(wanted: str, current: str) -> list[Difference]:
    """Return where `current` says something else than `wanted`, in the order of the keys."""
    ours, theirs = parse(wanted), parse(current)
    others = unmanaged(wanted, current)
    return [
        Difference(key, ours.get(key), theirs.get(key))
        for key in sorted(ours | theirs)
        if key[:2] not in LEARNED and key not in WRITTEN and key not in others
        if not _same(key, ours.get(key), theirs.get(key))
    ]


def unmanaged(wanted: str, current: str) -> frozenset[Key]:
    """Return the settings of a rendered file that somebody else wrote into it.

    A file that is not of this project has none: it is replaced whole.

    Args:
        wanted: what is rendered now.
        current: what the node holds.
    """
    if not any(line.startswith(MANAGED) for line in current.splitlines()):
        return frozenset()
    ours, theirs = parse(wanted), parse(current)
    masters, own = _others_masters(ours, theirs), adopted(current)
    return frozenset(
        key
        for key in theirs
        if key not in ours and _is_others(key, ours, theirs, masters)
        if not own & {key[0], " ".join(key[:2])}
    )


def found(settings: Mapping[str, str], key: Key) -> str | None:
    """Return a setting with which a Redis runs, spelt as `parse` has it; None for none such.

    Args:
        settings: as CONFIG GET has them.
    """
    value = settings.get(key[0])
    if value is None or key[:1] not in (LIMITS, LETTERS):
        return value
    values = parse(f"{key[0]} {value}").get(key)
    return " ".join(values[-1]) if values else None


def as_set(wanted: Iterable[tuple[Key, Values]]) -> dict[str, str]:
    """Return settings as CONFIG SET takes them, by name: limits of several kinds are one."""
    by_name: dict[str, str] = {}
    for key, values in wanted:
        said = " ".join((*key[1:], *values[-1]))
        by_name[key[0]] = f"{by_name[key[0]]} {said}" if key[0] in by_name else said
    return by_name


def of_line(line: str) -> Key | None:
    """Return what a line sets, None for one that sets nothing."""
    stripped = line.strip()
    return None if not stripped or stripped[0] == "#" else _split(_words(stripped))[0][0]


def _is_others(
    key: Key, ours: Mapping[Key, Values], theirs: Mapping[Key, Values], masters: frozenset[str]
) -> bool:
    if key == DEFAULT_USER:
        return _is_restricted(theirs[key][-1], ours.get(("requirepass",)))
    if key[:2] in _OF_A_MASTER:
        is_ours = key[:2] in LEARNED | AT_TIMES or (*MONITOR, *key[2:]) not in ours
        return len(key) > 2 and (key[2] in masters or not is_ours)  # noqa: PLR2004
    return key not in WRITTEN | AT_TIMES and key[:2] not in LEARNED and key != ("sentinel",)


def _is_restricted(rules: tuple[str, ...], password: Values | None) -> bool:
    """Say whether `default` has the rendered password, and other rights than a new server's."""
    hashed = f"#{sha256(' '.join(password[-1]).encode()).hexdigest()}" if password else ""
    return hashed in rules and {*rules} - UNSAID != {hashed, *ALL_RIGHTS}


def _others_masters(ours: Mapping[Key, Values], theirs: Mapping[Key, Values]) -> frozenset[str]:
    """Return the masters that a Sentinel watches for somebody else.

    One that is, or was, among the servers of ours goes by an earlier name of it.
    """
    own = {values[-1][:2] for key, values in ours.items() if key[:2] == MONITOR}
    found = {key[2] for key in theirs if key[:2] == MONITOR and len(key) > 2 and key not in ours}  # noqa: PLR2004
    return frozenset(name for name in found if not own & _servers(name, theirs))


def _servers(master: str, settings: Mapping[Key, Values]) -> set[tuple[str, ...]]:
    """Return address and port of a master and of its replicas."""
    keys = [("sentinel", word, master) for word in ("monitor", "known-replica", "known-slave")]
    return {value[:2] for key in keys for value in settings.get(key, ())}


def _words(line: str) -> list[str]:
    try:
        return [_BYTES.sub(_letters, word) for word in shlex.split(line)]
    except ValueError:  # an open quote: the file is damaged, and differs
        return line.split()


def _letters(written: re.Match[str]) -> str:
    return bytes.fromhex(written[0].replace("\\x", "")).decode(errors="replace")


def _split(words: list[str]) -> list[tuple[Key, tuple[str, ...]]]:
    """Return what a line sets; one of limits may set several, each for its kind of clients."""
    name = words[0].lower()
    head: Key = (NAMES.get(name, name),)
    if head == LIMITS and len(words) > 1:
        return [_limit(words[at : at + 4]) for at in range(1, len(words), 4)]
    if head == ("sentinel",):
        head = tuple(word.lower() for word in words[:2])
        if head in _OF_A_MASTER:
            head = (*head, *words[2:3])
    elif head == (USER,):
        head = (*head, *words[1:2])
    return [(head, tuple(_spelt(word, head) for word in words[len(head) :]))]


def _limit(words: list[str]) -> tuple[Key, tuple[str, ...]]:
    kind = words[0].lower()
    return (*LIMITS, KINDS.get(kind, kind)), tuple(map(_spelt, words[1:]))


def _spelt(word: str, head: Key = ()) -> str:
    if head == LETTERS:  # of kinds of events, in no order
        return "".join(sorted(word))
    if match := _SIZE.fullmatch(word):
        return str(int(match[1]) * _UNITS[match[2].lower()])
    return word


def _same(key: Key, wanted: Values | None, found: Values | None) -> bool:
    if key[0] == "sentinel" and (default := SENTINEL_DEFAULTS.get("".join(key[1:2]))):
        return (wanted or ((default,),)) == (found or ((default,),))
    if key[:1] == LIMITS and (limit := LIMIT_DEFAULTS.get("".join(key[1:]))):
        return (wanted or (limit,)) == (found or (limit,))
    return wanted == found


def _show(values: Values | None) -> str:
    if values is None:
        return "not set"
    return ", ".join(" ".join(value) or '""' for value in values)
