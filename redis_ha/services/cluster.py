"""Ask every Redis and every Sentinel of an environment at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from redis_ha import version
from redis_ha.errors import Refused, Unreachable, WrongPassword
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each
from redis_ha.services import acquaintances, answers, refusals, runaway, writes
from redis_ha.services.answers import Answers
from redis_ha.services.client import redis_of
from redis_ha.services.sentinel import sentinel_of
from redis_ha.services.snapshot import WATCHED, RedisView, SeenServer, SentinelView, Snapshot


@dataclass(frozen=True)
class _Question:
    """One server to ask, so that all are asked side by side."""

    name: str
    ask: Callable[[], RedisView | SentinelView]


def look(environment: Environment) -> Snapshot:
    """Ask every Redis and every Sentinel at once.

    Raises:
        WrongPassword: one of them refuses this environment's password.
    """
    answers = list(each(_questions(environment), lambda question: question.ask()).values())
    views = [answer for answer in answers if isinstance(answer, RedisView)]
    sentinels = tuple(answer for answer in answers if isinstance(answer, SentinelView))
    return Snapshot(
        runaway.timed(_with_lag(views), sentinels),
        sentinels,
        environment.topology.sentinel.quorum,
        _watched(environment),
    )


def _watched(environment: Environment) -> dict[str, int]:
    wanted = environment.topology.sentinel
    values = wanted.quorum, wanted.down_after_ms, wanted.failover_timeout_ms
    return dict(zip(WATCHED, values, strict=True))


def _questions(environment: Environment) -> Iterator[_Question]:
    for node in environment.redis_nodes:
        yield _Question(node.name, partial(_redis, environment, node))
    for node in environment.sentinel_nodes:
        for port in node.spec.sentinels:
            yield _Question(f"{node.name}:{port}", partial(_sentinel, environment, node, port))


def _redis(environment: Environment, node: Node) -> RedisView:
    port = environment.topology.redis.port
    silent = RedisView(node.name, node.address, "down", port, node.spec.priority)
    try:
        with redis_of(environment, node) as client:
            told = answers.ask(client)
    except WrongPassword:
        raise
    except Refused as refused:
        passes = refusals.meaning(refused.reply).passes
        refuses = replace(silent, role="unknown", refusal=str(refused), stays_refused=not passes)
        is_busy = refused.reply.startswith(runaway.BUSY)
        return replace(refuses, busy_s=runaway.function_s(environment, node) if is_busy else None)
    except Unreachable:
        return silent
    return _answered(environment, silent, told)


def _answered(environment: Environment, silent: RedisView, told: Answers) -> RedisView:
    """Return what a Redis said of itself, in place of its silence."""
    info, replica = told.info, told.info["role"] == "slave"
    runs, refusal = version.of_info(info), writes.refusal(told, len(environment.redis_nodes) - 1)
    return replace(
        silent,
        role="replica" if replica else "master",
        link=info["master_link_status"] if replica else None,
        offset=info["slave_repl_offset"] if replica else info["master_repl_offset"],
        version=runs.number,
        server=runs.product,
        follows=info["master_host"] if replica else None,
        is_syncing=bool(replica and info["master_sync_in_progress"]),
        running_priority=told.number("replica-priority"),
        refusal=f"{silent.name} {refusal.says}" if refusal else None,
        stays_refused=bool(refusal and not refusal.passes),
        denials=told.denials,
        refused_login_s=told.refused_login_s,
        serves=told.replicas,
        settings=told.settings,
        users=told.users,
        info=info,
    )


def _with_lag(views: list[RedisView]) -> tuple[RedisView, ...]:
    offsets = [view.offset for view in views if view.role == "master" and view.offset is not None]
    ahead = max(offsets, default=None)

    def lag(view: RedisView) -> int | None:
        return None if ahead is None or view.offset is None else max(0, ahead - view.offset)

    return tuple(replace(view, lag_bytes=lag(view)) for view in views)


def _sentinel(environment: Environment, node: Node, port: int) -> SentinelView:
    try:
        with sentinel_of(environment, node, port) as sentinel:
            told = sentinel.told()
    except WrongPassword:
        raise
    except Refused as error:
        return SentinelView(node.name, port, None, False, error=str(error), refusal=str(error))
    except Unreachable as error:
        return SentinelView(node.name, port, None, False, error=str(error))
    state, known = told.master, environment.node_at(told.master["ip"])
    return SentinelView(
        node.name,
        port,
        known.name if known else None,
        told.quorum_problem is None,
        epoch=int(state["config-epoch"]),
        replicas=acquaintances.replicas(environment, told.replicas),
        known_sentinels=int(state["num-other-sentinels"]) + 1,
        is_in_tilt=told.is_in_tilt,
        myid=told.myid,
        settings={name: int(state[name]) for name in WATCHED},
        master_seen=_seen(environment, state),
        replicas_seen=tuple(_seen(environment, replica) for replica in told.replicas),
        peers_seen=tuple(_seen(environment, peer) for peer in told.peers),
        refused_login_s=told.refused_login_s,
        strangers=acquaintances.strangers(environment, told.replicas, told.peers),
        running={**told.settings, **state},
        users=told.users,
    )


def _seen(environment: Environment, told: dict[str, str]) -> SeenServer:
    return SeenServer(
        acquaintances.node_of(environment, told),
        told["ip"],
        int(told["port"]),
        tuple(told["flags"].split(",")),
        int(told.get("last-ok-ping-reply", 0)) / 1000,
    )
