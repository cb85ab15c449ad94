"""What the project does not manage on a server: named by `diff`, and kept by every change.

ACL users, directives, included files and modules that somebody else has put into a server's file,
and another master that a Sentinel watches. Of ACL users also those that are only in memory.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import PurePosixPath

import redis

from redis_ha.errors import RedisHaError
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.provision.configuration import NodeFile
from redis_ha.provision.run import Run
from redis_ha.roles.process import Process
from redis_ha.services import directives, merging
from redis_ha.services.client import ask, asking, redis_of
from redis_ha.services.directives import Key
from redis_ha.services.snapshot import Snapshot

STEP = "acl"
SECRET = re.compile(r"pass|auth|user|key|loadmodule|rename-command")
"""Settings whose value is not shown; the arguments of a module may be anything."""

Users = Mapping[str, tuple[str, ...]]
"""The ACL users of the servers of a node, as they run, by process."""


def users(seen: Snapshot, node: Node) -> Users:
    """Return the users of every server of a node that told them."""
    by_port = {view.port: view.users for view in seen.nodes if view.name == node.name}
    by_port |= {view.port: view.users for view in seen.sentinels if view.node == node.name}
    return {own.name: by_port.get(own.port or 0, ()) for own in node.servers}


def words(file: NodeFile, running: Users) -> Iterator[str]:
    """Yield what a server's file has that nobody here renders, without any secret."""
    keys = [directives.of_line(line) for line in file.unmanaged]
    masters = {key[2] for key in keys if key and key[:2] == ("sentinel", "monitor")}
    for master in sorted(masters):
        own = {key[1] for key in keys if key and key[0] == "sentinel" and key[2:] == (master,)}
        yield f"sentinel master {master} ({', '.join(sorted(own))})"
    for line, key in zip(file.unmanaged, keys, strict=True):
        if key and not (key[0] == "sentinel" and masters & {*key[2:]}):
            yield _shown(line, key)
    for line in _only_running(file, running):
        name = " ".join(directives.of_line(line) or ())
        yield f"{name} (only at run time; the next change writes it down)"


def _shown(line: str, key: Key) -> str:
    if key[0] == "loadmodule":
        return " ".join(line.split()[:2])
    return " ".join(key) if SECRET.search(" ".join(key)) else line


def keeping(file: NodeFile, running: Users) -> NodeFile:
    """Return a file that differs with the users in it that are only in memory."""
    found = _of_memory(file, running)
    return replace(file, kept=found) if found and file.differs else file


def carried(before: Iterable[NodeFile], after: Iterable[NodeFile]) -> list[NodeFile]:
    """Return files that were read again, with what is unmanaged as they had it before.

    A server that rewrites its file writes what it runs with, also in place of a line that
    somebody has added and it has not read.
    """
    held = {file.path: file.unmanaged for file in before}
    return [replace(file, kept=held.get(file.path, ())) for file in after]


def _only_running(file: NodeFile, running: Users) -> list[str]:
    held = {directives.of_line(line) for line in file.unmanaged}
    found = _of_memory(file, running)
    return [line for line in found if directives.of_line(line) not in held]


def _of_memory(file: NodeFile, running: Users) -> tuple[str, ...]:
    """Return the users that a server's file may have; none where it has a file of users."""
    process = file.wanted.process
    if process is None or not file.wanted.file.is_rewritten or _acl_file(file):
        return ()
    told = "\n".join([directives.MANAGED, *running.get(process.name, ())])
    return merging.lines(file.text, told)


def _acl_file(file: NodeFile) -> str | None:
    """Return the path of a server's file of users, None for none."""
    held = directives.parse(file.current or "")
    if not (named := held.get(("aclfile",))):
        return None
    folder = held.get(("dir",), (("/",),))[-1]
    return str(PurePosixPath(" ".join(folder), " ".join(named[-1])))


def save(run: Run, node: Node, files: Sequence[NodeFile], running: Users) -> None:
    """Have servers that keep their users in a file write down those that are only in memory.

    Raises:
        RedisHaError: the file has users that the server has not: one of the two would be lost.
    """
    for file in files:
        process, path = file.wanted.process, _acl_file(file)
        if not (process and path and file.differs):
            continue
        if _is_behind(node, path, process.name, running.get(process.name, ())):
            run.act(node, STEP, partial(_save, run.environment, node, process))


def _is_behind(node: Node, path: str, process: str, told: Sequence[str]) -> bool:
    """Say whether a file of users lacks some with which its server runs."""
    runs = {directives.of_line(line) for line in told}
    text = next(iter(node.read(path).values())) or ""
    held = {directives.of_line(line) for line in text.splitlines()} - {None}
    if runs - held and held - runs:
        raise RedisHaError(
            f"{node.name}: {path} and {process} have different users: `ACL LOAD` there takes those "
            "of the file, `ACL SAVE` writes down those in memory"
        )
    return bool(runs - held)


def _save(environment: Environment, node: Node, process: Process) -> None:
    with _server(environment, node, process) as client:
        ask(client, "ACL", "SAVE")


def _server(
    environment: Environment, node: Node, process: Process
) -> AbstractContextManager[redis.Redis]:
    if process.role == "redis":
        return redis_of(environment, node)
    port, password = process.port or 0, environment.secrets.sentinel
    return asking(f"Sentinel {node.name}:{port}", node.address, port, password)
