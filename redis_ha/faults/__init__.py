"""Ways to break an environment. Each heals itself, whatever happens while it lasts.

A fault is a context manager over a scene that yields the moment at which it struck.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial

from redis_ha.errors import NotApplicable, RedisHaError
from redis_ha.faults import disk, network, planned, power, processes, settings
from redis_ha.faults.scene import REDIS, SENTINEL, Scene
from redis_ha.nearest import unknown
from redis_ha.nodes.environment import Environment

Inject = Callable[[Scene], AbstractContextManager[float]]


def anywhere(scene: Scene) -> str | None:
    """Return why a fault cannot strike here: this one always can."""
    del scene
    return None


@dataclass(frozen=True)
class Fault:
    """One entry of the catalogue.

    Args:
        summary: what it does, for people.
        inject: breaks the scene's targets; yields the moment; heals in the end.
        takes: what is gone of a target while it lasts: `redis`, `sentinel`.
        target: which target is meant when none is named.
        is_silent: connections stay open and nothing answers, so that only timeouts tell.
        cuts: the targets go on by themselves, cut off from the others.
        divides: clients are cut off as well: those on one side reach that side only.
        cuts_power: the targets lose their power, as far as nodes of their kind have any.
        leads_to: what it leads to where the master is hit, if that does not follow from what it
            takes (a word of `checkers.expectation.Expected`).
        obstacle: returns why it cannot strike a scene, None when it can.
        around: entered once for all rounds; puts back what these leave in the end.
        is_once: there is nothing left to do for a second round.
    """

    summary: str
    inject: Inject
    takes: frozenset[str]
    target: str = "master"
    is_silent: bool = False
    cuts: bool = False
    divides: bool = False
    cuts_power: bool = False
    leads_to: str | None = None
    obstacle: Callable[[Scene], str | None] = anywhere
    around: Callable[[Environment], AbstractContextManager[object]] = nullcontext
    is_once: bool = False


NODE = frozenset({REDIS, SENTINEL})
CUT = partial(Fault, takes=NODE, is_silent=True, cuts=True, obstacle=network.obstacle)
"""What all faults have in common that cut nodes off."""
PLANNED = partial(Fault, takes=frozenset({REDIS}), obstacle=planned.obstacle)
"""What all planned work has in common."""

FAULTS: dict[str, Fault] = {
    "kill": Fault("Redis gets SIGKILL and stays down", processes.killed, frozenset({REDIS})),
    "hang": Fault(
        "Redis gets SIGSTOP: connections stay open, nothing answers",
        processes.paused,
        frozenset({REDIS}),
        is_silent=True,
    ),
    "flap": Fault(
        "Redis gets SIGKILL and is back before a Sentinel can hold it for down",
        processes.flapped,
        frozenset({REDIS}),
        leads_to="either",
    ),
    "host": Fault("Redis and its Sentinel get SIGKILL together", processes.killed, NODE),
    "replicas-gone": Fault(
        "Redis gets SIGKILL on all replicas: the master is alone",
        processes.killed,
        frozenset({REDIS}),
        target="replicas",
    ),
    "sentinel-kill": Fault(
        "a node's Sentinel gets SIGKILL and stays down",
        processes.killed,
        frozenset({SENTINEL}),
        target="one",
    ),
    "sentinel-hang": Fault(
        "a node's Sentinel gets SIGSTOP: after 2 s and more it wakes up in TILT",
        processes.paused,
        frozenset({SENTINEL}),
        target="one",
        is_silent=True,
    ),
    "power": Fault(
        "the machine is gone at once, and comes back",
        power.lost,
        NODE,
        is_silent=True,
        cuts_power=True,
        obstacle=power.obstacle,
    ),
    "cold-start": Fault(
        "every node is down, all come back at once, in another order each time",
        power.cold,
        NODE,
        target="all",
        is_silent=True,
        cuts_power=True,
        obstacle=power.cold_obstacle,
    ),
    "partition": CUT(
        "the node and the others lose sight of each other; clients see both sides",
        network.partition(),
    ),
    "partition-groups": CUT(
        "two groups of nodes, each with clients of its own, lose sight of each other",
        network.partition(),
        target="minority",
        divides=True,
    ),
    "partition-in": CUT(
        "nothing that the others send arrives at the node",
        network.partition("--direction", "in"),
    ),
    "partition-out": CUT(
        "nothing that the node sends arrives at the others",
        network.partition("--direction", "out"),
    ),
    "partition-web": CUT(
        "the node and the web nodes on one side, the others on the other: no page sees both",
        network.with_web,
        obstacle=network.web_obstacle,
    ),
    "partition-sentinel": Fault(
        "the Sentinels of the node and of the others lose each other, Redis does not",
        network.sentinels,
        frozenset({SENTINEL}),
        is_silent=True,
        obstacle=network.obstacle,
    ),
    "loss": Fault(
        f"{network.LOST_PERCENT} % of the packets between the node and the others are lost",
        network.loss,
        NODE,
        leads_to="either",
        obstacle=network.obstacle,
    ),
    "disk-full": Fault(
        "no room for the append-only file: Redis refuses every write, and Sentinel's PING too",
        disk.full,
        frozenset({REDIS}),
        is_silent=True,
        obstacle=disk.obstacle,
    ),
    "switchover": PLANNED(
        "the master is changed as planned",
        planned.switched,
        leads_to="switchover",
    ),
    "rolling-restart": PLANNED(
        "every node is restarted, one at a time",
        planned.restarted,
        leads_to="switchover",
    ),
    "setting": PLANNED(
        "a setting is changed on every node that Redis takes while it runs",
        settings.live,
        leads_to="stays",
        around=partial(settings.put_back, setting="maxmemory"),
    ),
    "setting-restart": PLANNED(
        "a setting is changed for which every Redis restarts, one at a time",
        settings.with_restart,
        leads_to="switchover",
        around=partial(settings.put_back, setting="databases"),
    ),
    "upgrade": PLANNED(
        "newer packages, one node at a time, where there are any",
        planned.upgraded,
        leads_to="switchover",
        obstacle=planned.upgrade_obstacle,
        is_once=True,
    ),
    "sentinel-failover": PLANNED(
        "a bare SENTINEL FAILOVER, as if there were no `switchover`",
        planned.failed_over,
        leads_to="failover",
    ),
}


def named(name: str) -> Fault:
    """Return the fault called `name`.

    Raises:
        RedisHaError: there is none.
    """
    if name not in FAULTS:
        raise RedisHaError(unknown("fault", name, FAULTS))
    return FAULTS[name]


def strike(name: str, scene: Scene) -> AbstractContextManager[float]:
    """Return the fault called `name` over a scene, ready to be entered.

    Raises:
        RedisHaError: there is none.
        NotApplicable: it cannot strike there.
    """
    fault = named(name)
    if why := fault.obstacle(scene):
        raise NotApplicable(f"`{name}` cannot strike here: {why}")
    return fault.inject(scene)
