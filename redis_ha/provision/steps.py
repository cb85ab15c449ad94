"""The provision scripts on a node, and the steps that they report."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from redis_ha.errors import CommandFailed, NotStarted
from redis_ha.nodes import Node
from redis_ha.roles.process import Program
from redis_ha.wait import now_s

SCRIPT_TIMEOUT_S = 600


@dataclass(frozen=True)
class Step:
    """One step of provisioning a node: `changed`, `ok`, `failed`; `due` where it may not act.

    Of a process that did not end in time, `killed` comes before the step of its restart.
    """

    node: str
    step: str
    result: str
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """Return the step as records have it."""
        return {**asdict(self), "seconds": round(self.seconds, 3)}


OnStep = Callable[[Step], None]
"""Takes each step as soon as it has ended, from the thread of its node."""


def run(node: Node, script: str, flags: tuple[str, ...], on_step: OnStep) -> bool:
    """Run a script and hand on each step it reports (`:: NAME RESULT`); say whether one changed.

    Raises:
        CommandFailed: it ended with another status than 0, which is a step as well.
        NotStarted: it says that of a process.
    """
    last_s, has_changed = now_s(), False
    failed: list[str] = []

    def end(name: str, result: str) -> None:
        nonlocal last_s, has_changed
        has_changed = has_changed or result == "changed"
        failed.extend([name] if result == "failed" else [])
        on_step(Step(node.name, name, result, now_s() - last_s))
        last_s = now_s()

    def read(line: str) -> None:
        match line.split():
            case ["::", name, result]:
                end(name, result)

    try:
        node.run("bash", script, *flags, sudo=True, timeout_s=SCRIPT_TIMEOUT_S, on_line=read)
    except CommandFailed as error:
        if failed:
            raise NotStarted("; ".join(map(node.why_down, failed))) from None
        name = script.rpartition("/")[2]
        end(name, "failed")
        raise CommandFailed(node.name, (name,), error.status, error.output) from None
    return has_changed


def process_flags(node: Node, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the flags by which scripts are told of processes and their units."""
    chosen = [node.processes.named(name) for name in names]
    words = [f"{process.name}={','.join(process.units)}" for process in chosen]
    signals = [
        f"{process.name}={process.program.reload}"
        for process in chosen
        if process.program and process.program.reload != Program.reload
    ]
    return (
        *(word for each in words for word in ("--process", each)),
        *(word for each in signals for word in ("--reload", each)),
    )
