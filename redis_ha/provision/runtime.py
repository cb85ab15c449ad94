"""The settings that servers run with, beside those that are rendered: what CONFIG SET changed."""

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.provision import configuration
from redis_ha.services import directives, written
from redis_ha.services.directives import Difference, Key, Values
from redis_ha.services.snapshot import Snapshot

Compare = Callable[[str], Iterator[Difference]]
"""Yields where a server runs with something else than a configuration file says."""

QUORUM = ("sentinel", "quorum")


@dataclass(frozen=True)
class Deviation:
    """One setting that a server runs with in place of the one that is rendered.

    Args:
        process: whose it is on its node.
    """

    node: str
    process: str
    difference: Difference

    @property
    def name(self) -> str:
        """Return what the server calls it, without the master that it is about."""
        key = self.difference.key
        return key[1] if key[0] == "sentinel" else key[0]


def deviations(environment: Environment, seen: Snapshot) -> list[Deviation]:
    """Return where servers that answer run with something else than is rendered."""
    return [
        each for node in environment.nodes.values() for each in _of_node(environment, seen, node)
    ]


def notes(environment: Environment, seen: Snapshot) -> list[str]:
    """Return the same in a line a server, passwords masked; what a problem names is left out."""
    by_server: dict[tuple[str, str], list[str]] = {}
    for each in deviations(environment, seen):
        if each.name not in seen.watched:
            by_server.setdefault((each.node, each.process), []).append(str(each.difference))
    return [
        environment.secrets.masked(f"{node}: {process} was changed at run time: {'; '.join(found)}")
        for (node, process), found in by_server.items()
    ]


def overlaid(
    texts: Mapping[str, Mapping[str, str]], changed: Iterable[Deviation]
) -> dict[str, dict[str, str]]:
    """Return configuration files as they would read with what servers run with.

    Args:
        texts: the files of every node: by its name, then by process.
    """
    found = {node: dict(files) for node, files in texts.items()}
    for each in changed:
        files = found[each.node]
        files[each.process] += f"{_line(each.difference, files[each.process])}\n"
    return found


def _line(difference: Difference, text: str) -> str:
    """Return the directive that a file would have for what a server runs with."""
    key, found = difference.key, difference.found or ((),)
    words = [word for value in found[-1] for word in value.split() or [""]]
    if key[:2] == QUORUM:  # the last word of the line that says which master
        monitor = (*directives.MONITOR, *key[2:])
        return shlex.join([*monitor, *directives.parse(text)[monitor][-1][:2], *words])
    return shlex.join([*key, *words])


def of_redis(wanted: str, settings: Mapping[str, str]) -> Iterator[Difference]:
    """Yield where a Redis runs with something else than a configuration file says.

    Args:
        wanted: the file's text.
        settings: as CONFIG GET has them; what it does not know is not compared.
    """
    for key, values in directives.parse(wanted).items():
        running = directives.found(settings, key)
        if key[0] not in written.PLACED and running is not None:
            yield from _compared(key, values, running)


def of_sentinel(wanted: str, running: Mapping[str, str]) -> Iterator[Difference]:
    """Yield the same of a Sentinel, which tells less: SENTINEL MASTER and SENTINEL CONFIG GET."""
    for key, values in directives.parse(wanted).items():
        if key[:2] == directives.MONITOR:
            yield from _compared((*QUORUM, *key[2:]), (values[-1][2:],), running.get("quorum", ""))
        elif key[0] == "sentinel" and key[1] in running:
            yield from _compared(key, values, running[key[1]])


def _compared(key: Key, wanted: Values, found: str) -> Iterator[Difference]:
    if " ".join(wanted[-1]) != found:
        yield Difference(key, wanted, ((found,),))


def _of_node(environment: Environment, seen: Snapshot, node: Node) -> Iterator[Deviation]:
    if not (told := {name: view for name, view in _told(seen, node) if view}):
        return
    master = environment.topology.first_master.name  # the line that says so is not compared
    texts = configuration.of_servers(configuration.place_of(environment, node, master))
    for process, compare in told.items():
        for difference in compare(texts[process]):
            yield Deviation(node.name, process, difference)


def _told(seen: Snapshot, node: Node) -> Iterator[tuple[str, Compare | None]]:
    """Yield each server of a node with the comparison of its settings, None where it told none."""
    for view in seen.nodes:
        if view.name == node.name:
            yield "redis", partial(of_redis, settings=view.settings) if view.settings else None
    for each in seen.sentinels:
        if each.node == node.name:
            name = next(own.name for own in node.servers if own.port == each.port)
            yield name, partial(of_sentinel, running=each.running) if each.running else None
