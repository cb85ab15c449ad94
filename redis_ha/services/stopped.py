"""Servers that do not answer because they do not run, and why, in the last words of their logs."""

from collections.abc import Iterator
from dataclasses import dataclass

from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import outcomes
from redis_ha.roles.process import Process
from redis_ha.services.snapshot import Snapshot


@dataclass(frozen=True)
class _Silent:
    """A server that does not answer, and its process."""

    node: Node
    process: Process

    @property
    def name(self) -> str:
        return f"{self.node.name}:{self.process.name}"


def reasons(environment: Environment, snapshot: Snapshot) -> list[str]:
    """Return in a line each why servers that do not answer do not run.

    Nothing is said of one that runs all the same, nor of a node that takes no commands. Where all
    answer no node is asked.
    """
    found = outcomes(_silent(environment, snapshot), _reason)
    return [said for said in found.values() if isinstance(said, str)]


def _reason(silent: _Silent) -> str | None:
    if silent.node.units.is_active(silent.process.name):
        return None
    return silent.node.why_down(silent.process.name)


def _silent(environment: Environment, snapshot: Snapshot) -> Iterator[_Silent]:
    ports = {(view.name, view.port) for view in snapshot.nodes if view.is_down}
    ports |= {(view.node, view.port) for view in snapshot.sentinels if view.error}
    for node in environment.server_nodes:
        for process in node.servers:
            if (node.name, process.port) in ports:
                yield _Silent(node, process)
