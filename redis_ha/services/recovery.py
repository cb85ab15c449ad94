"""How long a recovery should take, phase by phase, from the settings and the kind of fault.

Sentinel pings every min(down-after, 1 s) and counts from the ping that was not answered. Where
connections break (a killed process) every Sentinel counts from that moment. Where they stay open
(a hang, a cut cable, a machine without power) each counts from its own last ping, anywhere within
one ping interval P: of m Sentinels that are left the k-th agrees after P·k/(m+1) on average. The
rest are medians of loopback sets of three Redis 7.0.15 and 8.0.2 with three Sentinels.
"""

from dataclasses import dataclass

from redis_ha.inventory import Inventory
from redis_ha.services.sentinel import PING_S

TICK_S = 0.10
"""Sentinel looks at everything about every 100 ms."""
AGREE_S = 0.08
ELECT_S = 0.07
PROMOTE_S = 0.13
NAMED_S = 0.2
"""After a promotion that was begun just before a Sentinel's question."""
VISIBLE_S = 0.82
"""From the promotion to the INFO by which the leading Sentinel learns of it. It asks every second
from o-down on; where it had asked just before (it does every 10 s), the answer is there sooner."""
REPLICA_S = 0.07
"""From there until the new master has a replica of its own and accepts writes."""
TIMEOUT_S = 0.10
"""What a careful client loses on average where connections stay open: it waits for a timeout."""
TRIPS = 20
"""Questions and answers one after another until the first write. The Sentinels' (7): what the peers
see, the vote, the promotion, INFO, the other replica's new master, the hello that tells the others.
The replica's (5): connection, PING, AUTH, REPLCONF, PSYNC. The client's (8): a Sentinel, the
connection, AUTH, twice CLIENT SETINFO, ROLE, the write, its confirmation."""
COPY_TRIPS = 50
"""What a full copy takes in such answers, where the other replica was ahead of the new master and
cannot go on from there: a fork, the copy written, sent, loaded (0.7 s where answers take 14 ms)."""
SLACK_S = 0.35
"""How far each phase may lie from its median before it is called late: a busy machine's timers."""


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What a prediction depends on.

    Args:
        down_after_s, quorum: the Sentinels' settings.
        is_silent: connections stay open, nothing answers.
        sentinels_left: how many Sentinels can still see each other.
        min_replicas: how many replicas the new master needs before it accepts writes.
        ping_s: within which time every Redis answers nine of ten questions under the load.
    """

    down_after_s: float
    quorum: int
    is_silent: bool
    sentinels_left: int
    min_replicas: int
    ping_s: float = 0.0


@dataclass(frozen=True)
class PhaseTimes:
    """How long each phase takes by itself, in seconds (medians)."""

    sdown_s: float
    odown_s: float
    elected_s: float
    promoted_s: float
    visible_s: float
    first_write_s: float


@dataclass(frozen=True)
class Recovery:
    """One from a failure of the master.

    Args:
        low_s, high_s: the band in which the first write should lie, in seconds after the fault.
    """

    steps: PhaseTimes
    low_s: float
    high_s: float


def of(situation: Situation) -> Recovery:
    """Work out the recovery from a failure of the master."""
    down_s = situation.down_after_s
    ping_s = min(down_s, PING_S) if situation.is_silent else 0.0
    left = max(situation.sentinels_left, 1)
    quorum = min(situation.quorum, left)
    steps = PhaseTimes(
        sdown_s=down_s + TICK_S + ping_s / (left + 1),
        odown_s=AGREE_S + ping_s * (quorum - 1) / (left + 1),
        elected_s=ELECT_S,
        promoted_s=PROMOTE_S,
        visible_s=VISIBLE_S,
        first_write_s=(REPLICA_S if situation.min_replicas else 0.0)
        + (TIMEOUT_S if situation.is_silent else 0.0),
    )
    median_s: float = sum(vars(steps).values())
    spread_s = ping_s * quorum / (left + 1)
    return Recovery(
        steps,
        median_s - spread_s - VISIBLE_S - SLACK_S,
        median_s + (ping_s - spread_s) + SLACK_S + (TRIPS + COPY_TRIPS) * situation.ping_s,
    )


def of_lost_machine(topology: Inventory) -> Recovery:
    """Work out the slowest: the master's machine is gone, with the most Sentinels a node has."""
    carried = [len(node.sentinels) for node in topology.nodes]
    return of(
        Situation(
            down_after_s=topology.sentinel.down_after_s,
            quorum=topology.sentinel.quorum,
            is_silent=True,
            sentinels_left=sum(carried) - max(carried),
            min_replicas=topology.redis.min_replicas_to_write,
        )
    )
