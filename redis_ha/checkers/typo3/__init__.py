"""What is wrong with the settings of a TYPO3 site, each with the value that would be right."""

from collections.abc import Callable, Iterator

from redis_ha.checkers.configuration.finding import Finding, worst_first
from redis_ha.checkers.typo3 import databases, options, servers, site
from redis_ha.typo3.site import Site

Rule = Callable[[Site], Iterator[Finding]]
RULES: tuple[Rule, ...] = (
    options.kinds,
    options.empty,
    options.unknown,
    options.fixed_caches,
    options.lifetimes,
    options.prefixes,
    databases.named,
    databases.sessions_apart,
    databases.caches_apart,
    databases.locks_apart,
    servers.connect_timeout,
    servers.eviction,
    servers.replica,
    servers.direct,
    servers.silent,
    site.socket_timeout,
    site.garbage,
    site.readable,
    site.redis,
)


def findings(looked_at: Site) -> list[Finding]:
    """Return what every rule says, the worst first."""
    return worst_first(each for rule in RULES for each in rule(looked_at))
