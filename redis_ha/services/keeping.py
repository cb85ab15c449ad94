"""What a server has only in memory, written down before anything planned stops it.

ACL users, and settings that no file says: CONFIG REWRITE writes them into the file of a Redis,
SENTINEL FLUSHCONFIG into that of a Sentinel, ACL SAVE users into a file of their own. A rewrite
takes away what a server has not read of its file yet, so that is put back. Every way to a planned
restart comes through `keep`.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

import redis

from redis_ha.errors import RedisHaError, Refused, Unreachable
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each
from redis_ha.providers import Tell
from redis_ha.roles.process import Process
from redis_ha.roles.redis import NAME as REDIS
from redis_ha.services import acl, directives, written
from redis_ha.services.client import ask, asking, redis_of
from redis_ha.services.directives import Key
from redis_ha.services.written import Held


@dataclass(frozen=True)
class KeepingServer:
    """One that answers, and what it has.

    Args:
        path: of its configuration file, on the node.
        held: what the file holds.
        users: as ACL LIST has them.
        settings: of a Redis, as CONFIG GET has them.
    """

    node: Node
    process: Process
    client: redis.Redis
    path: str
    held: Held
    users: tuple[str, ...]
    settings: Mapping[str, str]

    @property
    def name(self) -> str:
        return f"{self.node.name}: {self.process.name}"


def keep(environment: Environment, node: Node, tell: Tell) -> list[str]:
    """Have every server of a node write down what it has only in memory; say in a line what.

    What its file says of a setting counts: of one that was set otherwise at run time a line has
    both values.

    Returns what was kept, without any secret.

    Raises:
        Refused, Unwritable: a server cannot write it down.
        RedisHaError: it has users and its file of users has others: one of the two would be lost.
    """
    return [what for process in node.servers for what in _keep(environment, node, process, tell)]


def before_a_stop(environment: Environment, tell: Tell) -> None:
    """Keep what all nodes have, side by side; what cannot be kept is told, and stops nobody."""

    def kept(node: Node) -> None:
        try:
            keep(environment, node, tell)
        except RedisHaError as error:
            tell(f"{error}; what it has only in memory is not kept")

    each(environment.server_nodes, kept)


def _keep(environment: Environment, node: Node, process: Process, tell: Tell) -> list[str]:
    server = None
    try:
        with _asking(environment, node, process) as client:
            server = _asked(node, process, client)
            found = list(_of_redis(server, tell) if server.settings else _of_other(server))
    except (Refused, Unreachable) as error:
        if server:
            raise
        # Who cannot be asked is restarted all the same: that may be what is to mend it.
        if isinstance(error, Refused) or node.units.is_active(process.name):
            tell(f"{error}; what it has only in memory is not kept")
        return []
    if found:
        tell(f"{server.name}: {', '.join(found)} was only in memory and is written down")
    return found


def _asked(node: Node, process: Process, client: redis.Redis) -> KeepingServer:
    users = tuple(str(line) for line in ask(client, "ACL", "LIST"))
    told = client.config_get("*") if process.role == REDIS else {}
    settings = {str(name): str(value) for name, value in told.items()}
    path = node.path(process.config)
    return KeepingServer(
        node=node,
        process=process,
        client=client,
        path=path,
        held=written.held(node, path),
        users=users,
        settings=settings,
    )


def _of_redis(server: KeepingServer, tell: Tell) -> Iterator[str]:
    if directives.MANAGED not in server.held.text:
        return  # a distribution's, which is replaced as a whole
    named = directives.parse(server.held.text).get(("aclfile",), (("",),))[-1]
    if " ".join(named) != server.settings.get("aclfile", ""):
        _require_held(server)
        return
    yield from _saved(server)
    differing = server.held.differing(server.settings)
    written.rewrite(server.client, differing, server.node)
    yield from _added(server)
    if undone := "; ".join(_undone(differing)):
        tell(f"{server.name}: {undone}, as its file says")


def _undone(differing: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    for name, (written_down, runs) in sorted(differing.items()):
        if directives.SECRET.search(name):
            yield f"{name} was set at run time and will be another"
        else:
            yield f"{name} runs with {runs or 'nothing'} and will be {written_down or 'nothing'}"


def _of_other(server: KeepingServer) -> Iterator[str]:
    """Keep the users of a Sentinel; whatever else it is told it writes down by itself."""
    yield from _saved(server)
    if not acl.file(server.held.text) and acl.rewritten(server.held.text, server.users):
        ask(server.client, "SENTINEL", "FLUSHCONFIG")
        yield from _added(server)


def _saved(server: KeepingServer) -> Iterator[str]:
    """Have a server that keeps its users in a file write down those that are only in memory."""
    if not (path := acl.file(server.held.text)):
        return
    held = written.read(server.node, path).splitlines()
    if not (behind := acl.behind(held, server.users)):
        return
    if acl.users(held).keys() - acl.users(server.users).keys():
        raise RedisHaError(
            f"{server.node.name}: {path} and {server.process.name} have different users: `ACL "
            "LOAD` there takes those of the file, `ACL SAVE` writes down those in memory"
        )
    ask(server.client, "ACL", "SAVE")
    yield from behind


def _added(server: KeepingServer) -> Iterator[str]:
    """Put back what a rewrite has taken away; yield what it has added."""
    after = written.put_back(server.node, server.path, server.held)
    yield from acl.rewritten(server.held.text, after.splitlines())
    known = directives.parse(f"{server.held.included}\n{server.held.text}")
    new = directives.parse(after).keys() - known.keys()
    yield from sorted({key[0] for key in new if not _is_own(key)})


def _is_own(key: Key) -> bool:
    """Say whether a server writes this down of itself; users are told by their names."""
    return (
        key in directives.WRITTEN | directives.AT_TIMES
        or key[:2] in directives.LEARNED
        or key[0] in (directives.USER, *written.PLACED)
    )


def _require_held(server: KeepingServer) -> None:
    """See to it that a server whose file names another file of users, or none, loses none.

    Raises:
        RedisHaError: it would.
    """
    path = acl.file(server.held.text)
    held = (written.read(server.node, path) if path else server.held.text).splitlines()
    if lost := acl.users(server.users).keys() - acl.users(held).keys() - {"default"}:
        raise RedisHaError(
            f"{server.node.name}: {server.process.name} would lose {', '.join(sorted(lost))}: "
            f"`aclfile` was changed in {server.path}, and {path or 'it'} does not have them"
        )


def _asking(
    environment: Environment, node: Node, process: Process
) -> AbstractContextManager[redis.Redis]:
    if process.role == REDIS:
        return redis_of(environment, node)
    port, password = process.port or 0, environment.secrets.sentinel
    return asking(f"Sentinel {node.name}:{port}", node.address, port, password)
