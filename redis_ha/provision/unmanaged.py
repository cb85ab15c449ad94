"""What the project does not manage on a server: named by `diff`, and kept by every change.

ACL users, directives, included files and modules that somebody else has put into a server's file,
and another master that a Sentinel watches. Of ACL users also those that are only in memory.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from redis_ha.nodes import Node
from redis_ha.provision.configuration import NodeFile
from redis_ha.services import acl, directives, merging
from redis_ha.services.directives import Key
from redis_ha.services.snapshot import Snapshot

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
    masters = {key[2] for key in keys if key and key[:2] == directives.MONITOR}
    for master in sorted(masters):
        own = {key[1] for key in keys if key and key[0] == "sentinel" and key[2:] == (master,)}
        yield f"sentinel master {master} ({', '.join(sorted(own))})"
    for line, key in zip(file.unmanaged, keys, strict=True):
        if key and not (key[0] == "sentinel" and masters & {*key[2:]}):
            yield _shown(line, key)
    for line in _only_running(file, running):
        name = " ".join(directives.of_line(line) or ())
        yield f"{name} (only at run time; the next change or restart writes it down)"


def _shown(line: str, key: Key) -> str:
    if key[0] == "loadmodule":
        return " ".join(line.split()[:2])
    return " ".join(key) if directives.SECRET.search(" ".join(key)) else line


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
    if process is None or not file.wanted.file.is_rewritten or acl.file(file.current or ""):
        return ()
    told = "\n".join([directives.MANAGED, *running.get(process.name, ())])
    return merging.lines(file.text, told)
