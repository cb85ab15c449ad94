"""Rules about Sentinels: whether they can elect, and after which losses."""

from collections.abc import Iterator

from redis_ha.checkers.configuration.finding import Finding, Severity
from redis_ha.checkers.configuration.replication import cut_off
from redis_ha.checkers.configuration.settings import Process, Settings

ENOUGH = 3
"""The fewest Sentinels of which one may be lost."""


def number_of_sentinels(settings: Settings) -> Iterator[Finding]:
    """See that there are three, and not one more than helps."""
    count = len(settings.sentinels)
    if count == 0:
        yield Finding("Sentinels", Severity.WRONG, "0", "3", "nobody promotes a replica")
    elif count < ENOUGH:
        why = f"a failover needs {settings.needed} of {count}: it does not bear the loss of one"
        yield Finding("Sentinels", Severity.RISKY, str(count), "3", why)
    elif count % 2 == 0:
        why = f"{count} bear the loss of no more of them than {count - 1} do"
        better = f"{count - 1} or {count + 1}"
        yield Finding("Sentinels", Severity.NOTE, str(count), better, why)


def quorum(settings: Settings) -> Iterator[Finding]:
    """Hold the quorum against the majority that an election needs anyway."""
    count = len(settings.sentinels)
    if count < ENOUGH:
        return
    now, majority = settings.quorum, settings.majority
    if now > count:
        severity, why = Severity.WRONG, f"there are {count} Sentinels: nobody is ever down for them"
    elif now > majority:
        severity = Severity.RISKY
        why = f"{count - now} Sentinels may be lost before a failover fails, not {count - majority}"
    elif now == 1:
        severity = Severity.RISKY
        why = "one Sentinel that is cut off alone begins a failover"
    else:
        return
    yield Finding("quorum", severity, str(now), str(majority), why)


def loss_of_a_host(settings: Settings) -> Iterator[Finding]:
    """See that every node may be lost with the Sentinels it carries."""
    count = len(settings.sentinels)
    carried = settings.sentinels_of
    fatal = {name: here for name, here in carried.items() if count - here < settings.needed}
    if not fatal or count < ENOUGH or settings.quorum > settings.majority:
        return
    hosts = [node.name for node in settings.topology.nodes]
    spread = f"one each on {', '.join(hosts[:ENOUGH])}"
    yield Finding(
        "Sentinels per node",
        Severity.RISKY,
        ", ".join(f"{name} {here} of {count}" for name, here in fatal.items()),
        spread if len(hosts) >= ENOUGH else "one each on three nodes",
        f"with any of these nodes go so many that no failover happens: it needs {settings.needed}",
    )


def partition(settings: Settings) -> Iterator[Finding]:
    """See that no partition has the Sentinels on one side and most of Redis on the other."""
    nodes, apart = len(settings.redis), cut_off(settings)
    if nodes < ENOUGH or not settings.sentinels or apart <= nodes - 2:
        return
    yield Finding(
        "Sentinels per node",
        Severity.RISKY,
        ", ".join(f"{name} {here}" for name, here in settings.sentinels_of.items()),
        f"one each on {', '.join(each.node for each in settings.redis)}",
        f"the Sentinels may elect while the master and {apart - 1} of {nodes - 1} replicas are "
        "cut off from them and go on: no min-replicas-to-write prevents that",
    )


def hostnames(settings: Settings) -> Iterator[Finding]:
    """See that Sentinels are told to use names where there are any."""
    processes: list[Process] = [*settings.redis, *settings.sentinels]
    if not any(each.names for each in processes):
        return
    deaf = [each.node for each in settings.sentinels if not each.resolve_hostnames]
    mute = [each.node for each in settings.sentinels if not each.announce_hostnames]
    if deaf:
        why = "Sentinels refuse a name: they do not start, or do not find the node"
        yield _names("resolve-hostnames", Severity.WRONG, deaf, why)
    if mute:
        why = "clients and files get the address of the moment, and a node that moves is lost"
        yield _names("announce-hostnames", Severity.RISKY, mute, why)


def _names(setting: str, severity: Severity, nodes: list[str], why: str) -> Finding:
    return Finding(setting, severity, f"no ({', '.join(dict.fromkeys(nodes))})", "yes", why)
