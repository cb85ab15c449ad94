"""The whole environment at one moment: who is master, who follows, what the Sentinels say."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from redis_ha.errors import Unreachable
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each
from redis_ha.services.client import asking, redis_of
from redis_ha.services.sentinel import SentinelClient
from redis_ha.wait import wait_until

IN_SYNC_BYTES = 1 << 20
"""How far behind a replica may be and still count as in sync: a moment of heavy writing."""


@dataclass(frozen=True)
class RedisView:
    """One Redis as it describes itself; offsets in bytes of the replication stream."""

    name: str
    address: str
    role: str
    port: int
    priority: int
    link: str | None = None
    offset: int | None = None
    lag_bytes: int | None = None
    version: str | None = None
    follows: str | None = None
    syncing: bool = False

    @property
    def in_sync(self) -> bool:
        """Say whether this is a replica with all, or all but the last moment's, data."""
        return self.link == "up" and not self.syncing and (self.lag_bytes or 0) <= IN_SYNC_BYTES


@dataclass(frozen=True)
class SentinelView:
    """What one Sentinel says of the environment's master."""

    node: str
    port: int
    master: str | None
    quorum_ok: bool
    epoch: int = -1
    replicas: tuple[tuple[str, int], ...] = ()
    known_sentinels: int = 0
    tilt: bool = False
    error: str | None = None

    @property
    def name(self) -> str:
        return f"{self.node}:{self.port}"


@dataclass(frozen=True)
class Snapshot:
    """All nodes and Sentinels, asked at the same time."""

    nodes: tuple[RedisView, ...]
    sentinels: tuple[SentinelView, ...]
    quorum: int

    @property
    def masters(self) -> list[RedisView]:
        return [view for view in self.nodes if view.role == "master"]

    @property
    def master(self) -> str | None:
        """Return the one master's name, None when there is none or more than one."""
        return self.masters[0].name if len(self.masters) == 1 else None

    @property
    def replicas(self) -> list[RedisView]:
        return [view for view in self.nodes if view.role == "replica"]

    @property
    def problems(self) -> list[str]:
        """Say in words everything that is not as it should be; empty when healthy."""
        if not any(view.role != "down" for view in self.nodes) and all(
            view.error for view in self.sentinels
        ):
            return ["no Redis and no Sentinel answers"]
        return [*self._of_masters(), *self._of_replicas(), *self._of_sentinels()]

    @property
    def healthy(self) -> bool:
        return not self.problems

    @property
    def settled(self) -> bool:
        """Say whether it is healthy and every Sentinel has read every replica's priority.

        Sentinel asks a replica that came back within 10 s; until then it takes 100 for granted.
        """
        return self.healthy and all(
            view.replicas == self.replicas_of(view) for view in self.sentinels
        )

    def replicas_of(self, view: SentinelView) -> tuple[tuple[str, int], ...]:
        """Return the replicas and priorities that a Sentinel should know."""
        others = [node for node in self.nodes if node.name != view.master]
        return tuple(sorted((node.name, node.priority) for node in others))

    def named_master(self) -> str | None:
        """Return the master by the Sentinels with the newest configuration, then by majority."""
        told = [view for view in self.sentinels if view.master]
        newest = max((view.epoch for view in told), default=-1)
        votes = Counter(view.master for view in told if view.epoch == newest)
        return votes.most_common(1)[0][0] if votes else None

    @property
    def agreed(self) -> bool:
        """Say whether every Sentinel that answers names the one node that is master."""
        told = {view.master for view in self.sentinels if not view.error}
        return self.master is not None and told == {self.master}

    def as_json(self) -> dict[str, Any]:
        """Return the part of the status record that the cluster itself knows."""
        hidden = {"follows", "syncing"}
        return {
            "healthy": self.healthy,
            "problems": self.problems,
            "master": self.master,
            "nodes": [
                {key: value for key, value in asdict(view).items() if key not in hidden}
                for view in self.nodes
            ],
            "sentinels": [
                {key: getattr(view, key) for key in ("node", "port", "master", "quorum_ok")}
                for view in self.sentinels
            ],
        }

    def _of_masters(self) -> list[str]:
        problems = [f"{view.name} is down" for view in self.nodes if view.role == "down"]
        if len(self.masters) != 1:
            names = ", ".join(view.name for view in self.masters) or "none"
            problems.append(f"there must be one master, there are {len(self.masters)} ({names})")
        return problems

    def _of_replicas(self) -> list[str]:
        master = self.masters[0] if len(self.masters) == 1 else None
        problems = []
        for view in self.replicas:
            if master and view.follows != master.address:
                problems.append(f"{view.name} replicates from {view.follows}, not {master.name}")
            if view.link != "up":
                problems.append(f"{view.name}: the link to its master is {view.link}")
            elif not view.in_sync:
                problems.append(f"{view.name} is not in sync ({view.lag_bytes} bytes behind)")
        return problems

    def _of_sentinels(self) -> list[str]:
        problems = []
        for view in self.sentinels:
            if view.error:
                problems.append(f"Sentinel {view.name}: {view.error}")
            elif view.master is None or (self.master and view.master != self.master):
                problems.append(f"Sentinel {view.name} names {view.master} as master")
            elif view.tilt:
                problems.append(f"Sentinel {view.name} is in TILT: it watches and does not act")
            elif not view.quorum_ok:
                problems.append(f"Sentinel {view.name} sees no quorum")
            elif len(view.replicas) != len(self.nodes) - 1:
                problems.append(
                    f"Sentinel {view.name} knows {len(view.replicas)} replicas, "
                    f"not {len(self.nodes) - 1}"
                )
            elif view.known_sentinels != len(self.sentinels):
                problems.append(
                    f"Sentinel {view.name} knows {view.known_sentinels} Sentinels, "
                    f"not {len(self.sentinels)}"
                )
        return problems


@dataclass(frozen=True)
class _Question:
    """One server to ask, so that all are asked side by side."""

    node: Node
    port: int
    sentinel: bool

    @property
    def name(self) -> str:
        return f"{self.node.name}:{self.port}"


def look(environment: Environment) -> Snapshot:
    """Ask every Redis and every Sentinel at once.

    Raises:
        WrongPassword: one of them refuses this environment's password.
    """
    topology = environment.topology
    questions = [
        *(_Question(node, topology.redis.port, False) for node in environment.redis_nodes),
        *(
            _Question(node, port, True)
            for node in environment.sentinel_nodes
            for port in node.spec.sentinels
        ),
    ]

    def ask(question: _Question) -> RedisView | SentinelView:
        if question.sentinel:
            return _sentinel(environment, question.node, question.port)
        return _redis(environment, question.node)

    answers = list(each(questions, ask).values())
    views = [answer for answer in answers if isinstance(answer, RedisView)]
    return Snapshot(
        _with_lag(views),
        tuple(answer for answer in answers if isinstance(answer, SentinelView)),
        topology.sentinel.quorum,
    )


def _redis(environment: Environment, node: Node) -> RedisView:
    port = environment.topology.redis.port
    try:
        with redis_of(environment, node) as client:
            info = client.info("everything")
    except Unreachable:
        return RedisView(node.name, node.address, "down", port, node.spec.priority)
    replica = info["role"] == "slave"
    return RedisView(
        node.name,
        node.address,
        "replica" if replica else "master",
        port,
        node.spec.priority,
        link=info["master_link_status"] if replica else None,
        offset=info["slave_repl_offset"] if replica else info["master_repl_offset"],
        version=info.get("valkey_version") or info["redis_version"],
        follows=info["master_host"] if replica else None,
        syncing=bool(replica and info["master_sync_in_progress"]),
    )


def _with_lag(views: list[RedisView]) -> tuple[RedisView, ...]:
    offsets = [view.offset for view in views if view.role == "master" and view.offset is not None]
    ahead = max(offsets, default=None)

    def lag(view: RedisView) -> int | None:
        return None if ahead is None or view.offset is None else max(0, ahead - view.offset)

    return tuple(RedisView(**{**asdict(view), "lag_bytes": lag(view)}) for view in views)


def _sentinel(environment: Environment, node: Node, port: int) -> SentinelView:
    master = environment.topology.sentinel.master_name
    password = environment.secrets.sentinel
    try:
        with asking("it", node.address, port, password) as client:
            sentinel = SentinelClient(client, master)
            state, replicas = sentinel.master(), sentinel.replicas()
            problem, tilt = sentinel.quorum_problem(), sentinel.in_tilt()
    except Unreachable as error:
        return SentinelView(node.name, port, None, False, error=str(error))
    known = environment.node_at(state["ip"])
    return SentinelView(
        node.name,
        port,
        known.name if known else None,
        problem is None,
        epoch=int(state["config-epoch"]),
        replicas=tuple(sorted(_seen(environment, replica) for replica in replicas)),
        known_sentinels=int(state["num-other-sentinels"]) + 1,
        tilt=tilt,
    )


def _seen(environment: Environment, replica: dict[str, str]) -> tuple[str, int]:
    known = environment.node_at(replica["ip"])
    return (known.name if known else replica["ip"], int(replica["slave-priority"]))


def wait_settled(environment: Environment, timeout_s: float) -> Snapshot:
    """Return the first snapshot that is healthy and known to every Sentinel.

    Raises:
        TimedOut: it did not get there in time; the message has what is missing.
    """
    return _wait(environment, "settled", lambda snapshot: snapshot.settled, timeout_s)


def wait_healthy(environment: Environment, timeout_s: float) -> Snapshot:
    """Return the first healthy snapshot.

    Raises:
        TimedOut: it did not get healthy in time; the message has the last problems.
    """
    return _wait(environment, "healthy", lambda snapshot: snapshot.healthy, timeout_s)


def _wait(
    environment: Environment, state: str, accept: Callable[[Snapshot], bool], timeout_s: float
) -> Snapshot:
    return wait_until(
        lambda: look(environment),
        accept=accept,
        show=lambda snapshot: "; ".join(snapshot.problems) or "priorities are not known yet",
        what=f"the cluster is {state}",
        timeout_s=timeout_s,
    )
