"""Rules about who shares a database with whom: a flush of a cache empties all of it."""

from collections.abc import Iterator
from itertools import combinations

from redis_ha.checkers.configuration.finding import Finding, Severity
from redis_ha.typo3.site import Part, Site

OWN = "a database of its own"


def named(site: Site) -> Iterator[Finding]:
    """See that each names its database, 0 as well."""
    for part in site.parts:
        if "database" not in part.options:
            why = "a connection that is kept has the database that was selected last on it"
            yield Finding(f"{part.name}: database", Severity.RISKY, "not set", "a number", why)


def sessions_apart(site: Site) -> Iterator[Finding]:
    """See that no flush logs everybody out."""
    for cache in site.caches:
        if (there := _beside(cache, site.sessions)) and not cache.prefix:
            why = f"each flush of `{cache.name}` deletes them: everybody is logged out"
            yield _shared(cache, there, Severity.WRONG, why)


def caches_apart(site: Site) -> Iterator[Finding]:
    """See that caches do not flush each other."""
    for one, other in combinations(site.caches, 2):
        if one.place == other.place and _overlap(one.prefix, other.prefix):
            why = f"a flush of one of `{one.name}` and `{other.name}` empties the other as well"
            yield _shared(one, [other], Severity.RISKY, why)


def locks_apart(site: Site) -> Iterator[Finding]:
    """See that no flush releases the locks that are held."""
    for cache in site.caches:
        if site.locks and _beside(cache, [site.locks]) and not cache.prefix:
            why = f"a flush of `{cache.name}` releases every lock that is held"
            yield _shared(cache, [site.locks], Severity.RISKY, why)


def _beside(part: Part, others: list[Part] | tuple[Part, ...]) -> list[Part]:
    return [each for each in others if each.place == part.place]


def _overlap(one: str, other: str) -> bool:
    """Say whether a flush of what begins with one finds keys that begin with the other."""
    return one.startswith(other) or other.startswith(one)


def _shared(part: Part, others: list[Part], severity: Severity, why: str) -> Finding:
    names = ", ".join(each.name for each in others)
    now = f"{part.database or 0}, as {names}"
    return Finding(f"{part.name}: database", severity, now, OWN, why)
