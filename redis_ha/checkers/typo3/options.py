"""Rules about the options of caches and sessions."""

from collections.abc import Iterator, Mapping

from redis_ha.checkers.configuration.finding import Finding, Severity
from redis_ha.typo3.site import Part, Site
from redis_ha.typo3.versions import FIXED, LIFETIMES, OPTIONS, PREFIX, USER, Kind

NAMES = {int: "int", bool: "bool", str: "string"}
WORDS = {int: "a whole number", bool: "true or false", str: "text"}
AS_LIST = {"password": "array"}
"""A password may come with its user, as a list of two."""
PATTERN = frozenset("*?[]\\")
"""Characters that make a pattern of the prefix when a cache is flushed."""
TAKES_ALL: Mapping[str, Kind] = {**OPTIONS, **PREFIX, **USER}


def kinds(site: Site) -> Iterator[Finding]:
    """See that numbers are numbers: some versions convert them, others end the request."""
    lenient = site.version.lenient if site.version else ()
    for part in (*site.caches, *site.sessions):
        of_cache = part in site.caches
        for name, value in part.options.items():
            wanted = TAKES_ALL.get(name)
            if not wanted or value.kind in {NAMES[wanted], AS_LIST.get(name)}:
                continue
            taken = of_cache and name in lenient
            severity = Severity.RISKY if taken else Severity.WRONG
            why = "the next version refuses it" if taken else "each request that needs it fails"
            now = f"{value}, {value.kind}"
            yield Finding(f"{part.name}: {name}", severity, now, WORDS[wanted], why)


def empty(site: Site) -> Iterator[Finding]:
    """See that 14 has no empty password or user: it sends them, and is refused."""
    if not site.version or not site.version.has_user:
        return
    for part in (*site.caches, *site.sessions):
        for name in ("password", "username"):
            if (value := part.options.get(name)) and value.is_empty:
                why = f"TYPO3 {site.version.name} logs in with it, and Redis refuses that"
                yield Finding(f"{part.name}: {name}", Severity.WRONG, "empty", "leave it out", why)


def unknown(site: Site) -> Iterator[Finding]:
    """See that the version takes each option: caches end the request, sessions pass over it."""
    if not site.version:
        return
    for part in site.caches:
        why = f"caches of TYPO3 {site.version.name} refuse options that they do not know"
        yield from _unknown(part, site.version.options, Severity.WRONG, why)
    for part in site.sessions:
        why = f"sessions of TYPO3 {site.version.name} pass over it"
        yield from _unknown(part, site.version.of_sessions, Severity.RISKY, why)


def _unknown(
    part: Part, known: Mapping[str, Kind], severity: Severity, why: str
) -> Iterator[Finding]:
    for name in part.options.keys() - known.keys():
        better = "['USER', 'PASSWORD'] as password" if name == "username" else "leave it out"
        yield Finding(f"{part.name}: {name}", severity, "set", better, why)


def fixed_caches(site: Site) -> Iterator[Finding]:
    """See that no cache is moved that has to stay where it is."""
    for part in site.caches:
        if why := FIXED.get(part.name):
            severity = Severity.RISKY if part.name == "ratelimiter" else Severity.WRONG
            yield Finding(f"{part.name}: backend", severity, "in Redis", "core's own", why)


def lifetimes(site: Site) -> Iterator[Finding]:
    """See that options that were set anew have the lifetime that core gives that cache."""
    for part in site.caches:
        lifetime = LIFETIMES.get(part.name)
        if lifetime is not None and "defaultLifetime" not in part.options:
            why = "options that are set anew drop core's: an entry lives for an hour"
            better = str(lifetime)
            yield Finding(
                f"{part.name}: defaultLifetime", Severity.NOTE, "not set (3600)", better, why
            )


def prefixes(site: Site) -> Iterator[Finding]:
    """See that a prefix is no pattern, and leaves the garbage collection its colons."""
    for part in site.caches:
        setting, now = f"{part.name}: keyPrefix", f"'{part.prefix}'"
        if PATTERN & set(part.prefix):
            why = "a flush takes it for a pattern, and deletes nothing or something else"
            yield Finding(setting, Severity.WRONG, now, "letters", why)
        elif ":" in part.prefix:
            why = "garbage collection splits keys at colons, and leaves sets of tags behind"
            yield Finding(setting, Severity.RISKY, now, "no colon", why)
