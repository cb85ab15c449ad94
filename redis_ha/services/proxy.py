"""The proxy that follows the master: where it listens, how long it waits, what it believes."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil

from redis_ha.endpoint import endpoint
from redis_ha.errors import NotStarted, RedisHaError
from redis_ha.inventory import Inventory
from redis_ha.nodes import Node, loopback
from redis_ha.nodes.environment import Environment
from redis_ha.roles.proxy import NAME, STATUS, Proxy
from redis_ha.services import recovery
from redis_ha.services.running import Told
from redis_ha.services.snapshot import Snapshot
from redis_ha.wait import wait_until

ENOUGH = 1.5
"""How many times the slowest recovery that is predicted a connection is held: the disk is busy, an
answer is late. Held without an end, connections fill up the web server while Redis is away."""
LONGEST_S = 15.0
"""Nobody waits longer for a page."""
STEP_S = 0.25
ANSWERS_S = 10
"""How long its status page may take on a machine that is busy."""
WAY_OUT = "a third machine with a Sentinel is the way out"


@dataclass(frozen=True)
class Belief:
    """What a proxy makes of what it was told.

    Args:
        master: whom it leads to, None for nobody.
        since_s: how long ago that, or that it is nobody, began.
        connections: those that programs have open, the ones that wait among them.
        named: how many Sentinels name each node.
        able: the nodes that call themselves master and take writes.
        has_begun: whether its first checks are over, and it has made up its mind.
    """

    master: str | None
    since_s: int
    connections: int
    named: Mapping[str, int]
    able: frozenset[str]
    has_begun: bool = True

    def __str__(self) -> str:
        whom = self.master or "nobody"
        return f"to {whom} for {self.since_s} s, {self.connections} connections"


def tell(environment: Environment, node: Node, snapshot: Snapshot) -> Told:
    """Return what a node's proxy believes, and whether that is so."""
    where = detail(environment, node)
    try:
        found = ask(environment, node)
    except RedisHaError as error:
        return Told(where, f"{node.name}: the proxy does not say whom it leads to: {error}")
    wrong = problem(found, snapshot, environment.topology)
    return Told(f"{where} {found}", f"{node.name}: {wrong}" if wrong else None)


def problem(belief: Belief, snapshot: Snapshot, topology: Inventory) -> str | None:
    """Say in words where the proxy leads elsewhere than to the master, None where it does not."""
    named = snapshot.named_master()
    if belief.master is None:
        return f"the proxy leads to nobody: {_why_nobody(belief, topology)}"
    if belief.master != named:
        return f"the proxy leads to {belief.master}, the Sentinels name {named or 'nobody'}"
    return None


def _why_nobody(belief: Belief, topology: Inventory) -> str:
    needed, count = majority(topology), sentinels(topology)
    best = max(belief.named, key=lambda name: belief.named[name], default="")
    votes = belief.named.get(best, 0)
    if votes < needed:
        whom = f", {votes} of them {best}" if votes else ""
        told = f"{sum(belief.named.values())} of {count} Sentinels name a master{whom}"
        way = "" if bears_loss(topology) else f"; {WAY_OUT}"
        return f"{told}, and it takes {needed}{way}"
    if best not in belief.able:
        return f"{votes} of {count} Sentinels name {best}, which is no master that takes writes"
    return f"{best} has just become master"


def detail(environment: Environment, node: Node) -> str:
    """Return where a node's proxy listens."""
    return endpoint(address(node), _settings(environment).port)


def address(node: Node) -> str:
    """Return what a node's proxy listens on."""
    return loopback(node)


def ask(environment: Environment, node: Node) -> Belief:
    """Return what a proxy believes.

    Raises:
        RedisHaError: its status page, or the node, does not answer.
    """
    port = str(_settings(environment).status_port)
    done = node.run("bash", node.path(STATUS), address(node), port, timeout_s=ANSWERS_S)
    return read(done.stdout.splitlines())


def wait_answering(environment: Environment, node: Node) -> None:
    """Wait until a proxy has made up its mind, be it that there is no master.

    Raises:
        TimedOut: it does not.
        NotStarted: it does not even run.
    """

    def answers() -> bool:
        try:
            return ask(environment, node).has_begun
        except RedisHaError:
            if not node.units.is_active(NAME):
                raise NotStarted(node.why_down(NAME)) from None
            return False

    wait_until(answers, what=f"{node.name}: the proxy has begun", timeout_s=ANSWERS_S)


def read(lines: Iterable[str]) -> Belief:
    """Return what the CSV of a status page says.

    Raises:
        RedisHaError: it is none.
    """
    rows = list(csv.DictReader(line.removeprefix("# ") for line in lines))
    try:
        return _read({(row["pxname"], row["svname"]): row for row in rows})
    except (KeyError, ValueError):
        raise RedisHaError("its status page is not HAProxy's") from None


def _read(rows: Mapping[tuple[str, str], Mapping[str, str]]) -> Belief:
    up = [name for name, row in rows.items() if row["status"].startswith("UP")]
    names = [server for backend, server in rows if backend == "redis"][:-2]  # then hold, and all
    masters = [server for backend, server in up if backend == "redis" and server in names]
    since = [int(rows["redis", name]["lastchg"]) for name in masters or names]
    named = {name: _servers_up(up, f"named_{name}") for name in names}
    return Belief(
        master=masters[0] if masters else None,
        since_s=min(since),
        connections=int(rows["clients", "FRONTEND"]["scur"]),
        named={name: count for name, count in named.items() if count},
        able=frozenset(name for name in names if _servers_up(up, f"master_{name}")),
        has_begun=bool(masters) or _is_over(rows["starting", "checks"]),
    )


def _is_over(first_checks: Mapping[str, str]) -> bool:
    """Say whether what followed the first checks is over as well."""
    return first_checks["status"] == "DOWN" and int(first_checks["lastchg"]) > 0


def _servers_up(up: Iterable[tuple[str, str]], backend: str) -> int:
    return sum(name == backend and server != "BACKEND" for name, server in up)


def grace_s(topology: Inventory) -> float:
    """Return for how long connections are held while there is no master."""
    slowest_s = recovery.of_lost_machine(topology).high_s
    return min(ceil(ENOUGH * slowest_s / STEP_S) * STEP_S, LONGEST_S)


def sentinels(topology: Inventory) -> int:
    """Return how many Sentinels there are."""
    return sum(len(node.sentinels) for node in topology.nodes)


def majority(topology: Inventory) -> int:
    """Return how many Sentinels have to name a master: more than half of all that there are."""
    return sentinels(topology) // 2 + 1


def bears_loss(topology: Inventory) -> bool:
    """Say whether there is still a majority when any one machine is lost."""
    return not fatal(topology)


def fatal(topology: Inventory) -> list[str]:
    """Return the nodes with which so many Sentinels are lost that there is no majority."""
    left = {node.name: sentinels(topology) - len(node.sentinels) for node in topology.nodes}
    return [name for name, count in left.items() if count < majority(topology)]


def _settings(environment: Environment) -> Proxy:
    return environment.topology.table(Proxy)
