"""Nodes that note what is done to them, in an environment of any size."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, cast

from redis_ha import inventory, roles
from redis_ha.errors import Unreachable
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.marks import NodeMarks
from redis_ha.proc import Result
from redis_ha.wait import now_s
from tests.unit import builders
from tests.unit.builders import StaticProvider

Log = list[str]
STATES = TemporaryDirectory(prefix="redis-ha-unit.")
"""Where environments have their state."""
NODE: Any = inventory.NodeSpec  # mypy takes it for no dataclass


class Blows:
    """Notes lines from any thread; those that begin with `fails` fail."""

    def __init__(self, fails: str = "") -> None:
        self.lines: Log = []
        self._fails, self._lock = fails, threading.Lock()

    def note(self, line: str) -> None:
        with self._lock:
            self.lines.append(line)
        if self._fails and line.startswith(self._fails):
            raise Unreachable(f"no {line}")

    def of(self, name: str) -> Log:
        """Return what was done to one node, in order."""
        return [line.removeprefix(f"{name}: ") for line in self.lines if line.startswith(name)]


class Units:
    def __init__(self, name: str, blows: Blows) -> None:
        self._name, self._blows = name, blows

    def __getattr__(self, verb: str) -> Any:
        return lambda unit: self._blows.note(f"{self._name}: {verb} {unit}")

    def is_active(self, unit: str) -> bool:
        return True

    def is_paused(self, unit: str) -> bool:
        return True

    def kill(self, *units: str) -> float:
        return self._hit("kill", units)

    def pause(self, *units: str) -> float:
        return self._hit("pause", units)

    def _hit(self, verb: str, units: Sequence[str]) -> float:
        self._blows.note(f"{self._name}: {verb} {' '.join(units)}")
        return time.time()


class MachineNode:
    """A node with a system of its own; scripts say what `says` has for their last word."""

    is_machine = True

    def __init__(
        self,
        spec: inventory.NodeSpec,
        topology: inventory.Inventory,
        blows: Blows,
        says: Mapping[str, str],
    ) -> None:
        self.processes = self.servers = topology.processes(spec).of(*roles.clustered())
        self.spec, self.name, self.address = spec, spec.name, f"10.0.0.{spec.host}"
        self.marks: dict[str, str] = {}
        self.units, self._blows, self._says = Units(spec.name, blows), blows, says

    def run(
        self, *argv: str, sudo: bool = False, check: bool = True, timeout_s: float = 60
    ) -> Result:
        words = " ".join(argv).removeprefix("bash /upload/provision/faults/")
        self._blows.note(f"{self.name}: {words}")
        return Result(argv, 0, self._says.get(words, f":: struck {time.time()}"))

    @contextmanager
    def upload(self, files: Mapping[str, bytes]) -> Iterator[str]:
        yield "/upload"

    def mark(self, name: str, text: str, *, lasts: bool) -> None:
        self.marks[name] = text

    def unmark(self, name: str) -> None:
        self.marks.pop(name, None)

    def kept(self) -> NodeMarks:
        return NodeMarks(self.marks)

    def close(self) -> None:
        self._blows.note(f"{self.name}: close")


class FolderNode(MachineNode):
    is_machine = False


class PoweredProvider(StaticProvider):
    name = "docker"
    loses_cache = False

    def __init__(self, blows: Blows) -> None:
        super().__init__(())
        self._blows = blows

    def cut_power(self, names: Sequence[str]) -> None:
        self._blows.note(f"cut {' '.join(names)}")

    def restore_power(self, names: Sequence[str]) -> None:
        self._blows.note(f"restore {' '.join(names)}")


def powered(environment: Environment, *, loses_cache: bool) -> None:
    """Give the nodes of an environment a power that can be cut."""
    assert environment.nodes  # while there is still a provider that knows them
    provider = PoweredProvider(Blows())
    provider.loses_cache = loses_cache
    object.__setattr__(environment, "provider", provider)


def environment(
    blows: Blows,
    *,
    machines: bool = True,
    topology: inventory.Inventory | None = None,
    says: Mapping[str, str] | None = None,
) -> Environment:
    """Return an environment of docker nodes, or of local ones, that are all doubles."""
    built = builders.folders(Path(STATES.name, token_hex(8)), topology)
    built.folder.mkdir()
    kind = MachineNode if machines else FolderNode
    built.__dict__["nodes"] = {
        spec.name: kind(spec, built.topology, blows, says or {}) for spec in built.topology.nodes
    }
    if machines:
        object.__setattr__(built, "provider", PoweredProvider(blows))
    return built


def sized(count: int, **changes: object) -> inventory.Inventory:
    """Return an inventory of `count` Redis nodes with a Sentinel each, and a web node."""
    nodes = [NODE(f"redis{n}", 10 + n, ("redis",), 100 - n, (26379,)) for n in range(1, count + 1)]
    nodes.append(NODE("web1", 99, ("web",)))
    return builders.changed(inventory.load("default"), nodes=tuple(nodes), **changes)


def offsets_s(built: Environment) -> dict[str, float]:
    """Return those of nodes whose time is this machine's."""
    return dict.fromkeys(built.nodes, now_s() - time.time())


def as_namespace(**values: object) -> Any:
    return cast(Any, SimpleNamespace(**values))
