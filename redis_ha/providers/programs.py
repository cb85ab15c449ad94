"""The processes of a node as supervisord starts them."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from redis_ha.roles.process import Process, Processes, Program
from redis_ha.tool import located


@dataclass(frozen=True)
class Supervised:
    """One process, as the template of supervisord.conf needs it.

    Args:
        program: what supervisord calls it among those of all nodes.
        path: the program itself.
    """

    program: str
    process: Process
    path: Path
    command: str
    startsecs: int


@dataclass(frozen=True)
class ProcessPlace:
    """Where a node's processes run.

    Args:
        root: the folder that stands for the node's `/`.
        chosen: programs by their names that are not those on PATH.
    """

    node: str
    root: Path
    address: str
    chosen: Mapping[str, Path]

    def find(self, program: Program) -> Path | None:
        """Return a program of this machine, None where it has none."""
        return self.chosen.get(program.argv[0]) or installed(program)

    def fill(self, text: str) -> str:
        """Return text that a role wrote for every node with what it is on this one."""
        return text.replace("{root}", str(self.root)).replace("{address}", self.address)


def installed(program: Program) -> Path | None:
    """Return where this machine has a program, None for nowhere."""
    found = (located(name) for name in program.names)
    return next((Path(each) for each in found if each), None)


def supervised(place: ProcessPlace, processes: Processes) -> Iterator[Supervised]:
    """Yield what can run here: a process whose program this machine lacks is left out."""
    for process in processes:
        program = process.program
        if program and (path := place.find(program)):
            yield _supervised(place, process, program, path)


def _supervised(place: ProcessPlace, process: Process, program: Program, path: Path) -> Supervised:
    variables = [f"{name}={place.fill(value)}" for name, value in program.environment.items()]
    words = [str(path), *(place.fill(word) for word in program.argv[1:])]
    return Supervised(
        program=f"{place.node}-{process.name}",
        process=process,
        path=path,
        command=shlex.join(["env", *variables, *words] if variables else words),
        startsecs=program.ready_s,
    )
