"""What nodes hold and servers run with, beside what is rendered, and what the vendor shipped."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each
from redis_ha.provision import configuration, runtime, selection, unmanaged
from redis_ha.provision.configuration import NodeFile
from redis_ha.provision.runtime import Deviation
from redis_ha.provision.topology import current_master
from redis_ha.provision.unmanaged import Users
from redis_ha.services import cluster

STYLES = {"+": "green", "-": "red", "@": "cyan"}


@dataclass(frozen=True)
class FileDrift:
    """One file: where it differs from the rendered one, and from the vendor's.

    Args:
        running: where the server that has it runs with something else than is rendered.
        unmanaged: what it has that nobody here renders, which is kept.
        vendor: a unified diff from the vendor's file, None where there is none.
    """

    node: str
    path: str
    differences: tuple[str, ...]
    running: tuple[str, ...]
    vendor: str | None
    unmanaged: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drift:
    """All files of all nodes, passwords masked."""

    files: tuple[FileDrift, ...]

    @property
    def drifted(self) -> list[str]:
        """Return the nodes that hold, or run with, something else than the project renders."""
        return sorted({file.node for file in self.files if file.differences or file.running})

    def as_json(self) -> dict[str, Any]:
        """Return the record."""
        return {"drift": bool(self.drifted), "files": [vars(file) for file in self.files]}

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield the report as lines, each with a style."""
        for file in self.files:
            yield f"{file.node}: {file.path}", "bold"
            if file.vendor is None:
                yield "no vendor file here", "dim"
            for line in (file.vendor or "").splitlines():
                yield line, STYLES.get(line[:1], "")
            for difference in file.differences:
                yield f"drift: {difference}", "red"
            for difference in file.running:
                yield f"running: {difference}", "red"
            if not file.differences and not file.running:
                yield "as rendered", "green"
            for words in file.unmanaged:
                yield f"kept, not managed: {words}", "cyan"


def examine(environment: Environment) -> Drift:
    """Read every file of every role on every node and compare it."""
    seen = cluster.look(environment)
    master, chosen = current_master(environment, seen), selection.possible(environment)
    changed = runtime.deviations(environment, seen)
    held = each(
        environment.nodes.values(),
        lambda node: configuration.read(environment, node, master, chosen),
    )
    found = each(
        environment.nodes.values(),
        lambda node: _files(
            environment, node, held[node.name], changed, unmanaged.users(seen, node)
        ),
    )
    return Drift(tuple(file for files in found.values() for file in files))


def _files(
    environment: Environment,
    node: Node,
    files: Sequence[NodeFile],
    changed: Sequence[Deviation],
    users: Users,
) -> list[FileDrift]:
    masked = environment.secrets.masked
    names = [_vendor(node, file) for file in files if file.wanted.file.is_rewritten]
    vendors = node.read(*names) if names else {}
    return [
        FileDrift(
            node=node.name,
            path=file.path,
            differences=tuple(masked(difference) for difference in file.differences),
            running=tuple(
                masked(str(each.difference))
                for each in changed
                if (each.node, each.process) == (node.name, _owner(file))
            ),
            vendor=_since_vendor(
                vendors.get(_vendor(node, file)), file, masked(file.current or "")
            ),
            unmanaged=tuple(masked(each) for each in unmanaged.words(file, users)),
        )
        for file in files
    ]


def _owner(file: NodeFile) -> str | None:
    """Return the name of the process that a file configures."""
    process = file.wanted.process
    return process.name if process and file.path == process.config else None


def _vendor(node: Node, file: NodeFile) -> str:
    return node.path(f"{file.path}.vendor")


def _since_vendor(vendor: str | None, file: NodeFile, current: str) -> str | None:
    if vendor is None:
        return None
    settings = [line for line in vendor.splitlines() if line.strip() and line[0] != "#"]
    ours = [line for line in current.splitlines() if line.strip() and line[0] != "#"]
    names = f"{file.path}.vendor", file.path
    return "\n".join(difflib.unified_diff(settings, ours, *names, lineterm="", n=0))
