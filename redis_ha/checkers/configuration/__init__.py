"""Settings that do not fit each other, each with the value that would."""

from collections.abc import Callable, Iterator
from itertools import chain

from redis_ha import roles
from redis_ha.checkers.configuration import (
    access,
    agreement,
    data,
    election,
    library,
    recovery,
    replication,
)
from redis_ha.checkers.configuration.finding import Finding, Severity, worst_first
from redis_ha.checkers.configuration.settings import Settings

__all__ = ["Finding", "Severity", "findings", "together"]

Rule = Callable[[Settings], Iterator[Finding]]
RULES: tuple[Rule, ...] = (
    replication.two_masters,
    replication.enough_replicas,
    replication.priorities,
    election.number_of_sentinels,
    election.quorum,
    election.loss_of_a_host,
    election.partition,
    election.hostnames,
    recovery.down_after,
    recovery.failover_timeout,
    recovery.retry_budget,
    library.options,
    data.memory,
    data.persistence,
    data.replicas_that_take_writes,
    access.passwords,
    access.known_passwords,
    agreement.differing,
)


def findings(settings: Settings) -> list[Finding]:
    """Return what every rule says, the worst first."""
    return worst_first(chain.from_iterable(rule(settings) for rule in (*RULES, *_of_roles())))


def _of_roles() -> Iterator[Rule]:
    """Yield the rules that roles have in a module of their own beside this one."""
    for name in roles.registry():
        yield from roles.capability("checkers/configuration", name, "RULES") or ()


def together(said: dict[str, list[Finding]]) -> list[Finding]:
    """Return findings from several sources, each once, with where it was found.

    Args:
        said: the findings by source, for example "inventory" and "nodes".
    """
    sources: dict[Finding, list[str]] = {}
    for source, found in said.items():
        for each in found:
            sources.setdefault(each, []).append(source)
    return worst_first(each.found_in(", ".join(names)) for each, names in sources.items())
