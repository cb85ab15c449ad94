"""Rules about the proxy: whether it bears a loss, and waits for a recovery."""

from collections.abc import Iterator

from redis_ha.checkers.configuration.finding import Finding, Severity
from redis_ha.checkers.configuration.settings import Settings
from redis_ha.roles.proxy import NAME
from redis_ha.services import proxy, recovery


def majority(settings: Settings) -> Iterator[Finding]:
    """See that a majority of all Sentinels is left when a machine is lost."""
    topology = settings.topology
    if not topology.nodes_with(NAME) or not (fatal := proxy.fatal(topology)):
        return
    carried = ", ".join(f"{name} {len(topology.node(name).sentinels)}" for name in fatal)
    needed, count = proxy.majority(topology), proxy.sentinels(topology)
    yield Finding(
        "proxy",
        Severity.RISKY,
        f"{carried} of {count} Sentinels",
        "a third machine with a Sentinel",
        f"when one of these is lost the proxy leads to nobody: {needed} of all {count} Sentinels "
        "have to name a master",
    )


def grace(settings: Settings) -> Iterator[Finding]:
    """See that connections are held as long as a recovery may take."""
    topology = settings.topology
    if not topology.nodes_with(NAME) or not proxy.sentinels(topology):
        return
    held_s, slowest_s = proxy.grace_s(topology), recovery.of_lost_machine(topology).high_s
    if held_s >= slowest_s:
        return
    yield Finding(
        "down-after-milliseconds",
        Severity.NOTE,
        str(topology.sentinel.down_after_ms),
        "2000",
        f"a recovery may take {slowest_s:.1f} s, the proxy holds connections for {held_s:g} s",
    )


RULES = (majority, grace)
