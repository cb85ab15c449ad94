"""Settings that a running Redis takes without a restart, set there (CONFIG SET) and written down.

Which settings those are the server itself tells: it is asked to set each to the value that it
has, and refuses that of one that only a restart changes. All of a node's values go in one
command, which takes all or none; CONFIG REWRITE then writes them into the file, so that file and
server are as rendered, and nobody's connection notices.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import redis

from redis_ha.errors import RedisHaError
from redis_ha.nodes import Node
from redis_ha.nodes.group import each
from redis_ha.provision import configuration, runtime, unmanaged
from redis_ha.provision.configuration import NodeFile
from redis_ha.provision.run import Run
from redis_ha.roles.redis import NAME as REDIS
from redis_ha.services import directives, written
from redis_ha.services.client import ask, redis_of
from redis_ha.services.directives import Difference
from redis_ha.services.snapshot import Snapshot

STEP = "settings"
KNOWN_BY = frozenset({"bind", "port"})
"""Others know the server by these: it is restarted in its turn, and they are told."""
Files = Mapping[str, list[NodeFile]]
"""Every file of the roles that are worked on, by node."""


@dataclass(frozen=True)
class LiveChange:
    """What one Redis is to be told.

    Args:
        file: its configuration file, which it rewrites.
        values: what to set, by name; nothing where the file alone is behind.
    """

    node: Node
    file: NodeFile
    values: Mapping[str, str]

    def __str__(self) -> str:
        names = ", ".join(self.values)
        told = f"{names} set live" if names else "the file is written anew"
        return f"{self.node.name}: {told}; nothing restarts"


def apply(run: Run, seen: Snapshot, files: Files, master: str) -> Files:
    """Set what can be set live, replicas before the master; return the files as they are then.

    With `--check` nothing is set, and files are returned as they would be.

    Raises:
        RedisHaError: a server refuses a value; it and its file are as they were.
    """
    changes = sorted(_changes(run, seen, files), key=lambda change: change.node.name == master)
    for change in changes:
        run.tell(str(change))
        run.act(change.node, STEP, partial(_set, run, change))
    return afterwards(run, files, {(each.node.name, each.file.path) for each in changes}, master)


def _changes(run: Run, seen: Snapshot, files: Files) -> Iterator[LiveChange]:
    settings = {view.name: view.settings for view in seen.nodes if not view.ails}
    found = each(
        [node for node in run.nodes if settings.get(node.name)],
        lambda node: _change(run, node, files[node.name], settings[node.name]),
    )
    yield from (change for change in found.values() if change)


def _change(
    run: Run, node: Node, files: Sequence[NodeFile], settings: Mapping[str, str]
) -> LiveChange | None:
    """Return what a Redis is to be told, None where that is nothing or a restart is needed."""
    file = next((each for each in files if _is_redis(each)), None)
    if file is None or file.current is None:
        return None
    changed = [(each.key, each.wanted or ()) for each in runtime.of_redis(file.text, settings)]
    due = directives.as_set(changed)
    behind = directives.differences(file.text, file.current)
    if not due and not behind:
        return None
    stuck = {each.key[0] for each in behind if not _is_running(each, settings)}
    stuck |= KNOWN_BY & due.keys() or _refused(run, node, settings, due.keys() - stuck)
    if stuck:
        run.tell(_restarts(node, stuck, {*due, *(each.key[0] for each in behind)} - stuck))
        return None
    return LiveChange(node, file, due)


def _restarts(node: Node, stuck: Collection[str], others: Collection[str]) -> str:
    """Say what a Redis restarts for, and what comes with that."""
    along = f", which brings {', '.join(sorted(others))} as well" if others else ""
    verb = "needs" if len(stuck) == 1 else "need"
    return f"{node.name}: {', '.join(sorted(stuck))} {verb} a restart{along}"


def _is_redis(file: NodeFile) -> bool:
    process = file.wanted.process
    return file.wanted.file.is_rewritten and process is not None and process.role == REDIS


def _is_running(behind: Difference, settings: Mapping[str, str]) -> bool:
    """Say whether a rewrite brings a file what it lacks: a setting that the server knows."""
    name = behind.key[0]
    return behind.wanted is not None and name in settings and name not in written.PLACED


def _refused(run: Run, node: Node, settings: Mapping[str, str], names: Collection[str]) -> set[str]:
    """Return what a server does not set while it runs; it is asked for what it has."""
    refused = set()
    with redis_of(run.environment, node) as client:
        for name in names:
            try:
                ask(client, "CONFIG", "SET", name, settings[name])
            except redis.ResponseError:
                refused.add(name)
    return refused


def _set(run: Run, change: LiveChange) -> None:
    words = [word for pair in change.values.items() for word in pair]
    with (
        change.node.noted("provision", STEP),
        redis_of(run.environment, change.node) as client,
    ):
        if words:
            try:
                ask(client, "CONFIG", "SET", *words)
            except redis.ResponseError as error:
                said = run.environment.secrets.masked(str(error))
                raise RedisHaError(
                    f"{change.node.name} refuses {', '.join(change.values)}: {said}"
                ) from None
        ask(client, "CONFIG", "REWRITE")


def afterwards(run: Run, files: Files, told: Collection[tuple[str, str]], master: str) -> Files:
    """Return all files as they are when servers have been told something, or would be.

    Args:
        told: node and path of the files of those servers, which they have rewritten.
    """
    names = {name for name, _ in told}
    if run.is_check:
        now = {
            name: [_as_it_is(file) if (name, file.path) in told else file for file in files[name]]
            for name in names
        }
    else:
        now = each(
            [node for node in run.nodes if node.name in names],
            lambda node: unmanaged.carried(
                files[node.name], configuration.read(run.environment, node, master, run.chosen)
            ),
        )
    return {**files, **now}


def _as_it_is(file: NodeFile) -> NodeFile:
    return replace(file, text=file.current or "", kept=())
