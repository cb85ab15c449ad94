"""What can come next on a command line: for the shells' Tab key."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from redis_ha.cli.choices import Choices
from redis_ha.cli.line import BEFORE, Line, families
from redis_ha.cli.option import Flag
from redis_ha.cli.task import Listed
from redis_ha.errors import RedisHaError
from redis_ha.nearest import unknown

SCRIPTS = Path(__file__).parent / "shells"
HELP = "help"


def script(shell: str) -> str:
    """Return what a shell reads to know of all this.

    Raises:
        RedisHaError: there is none for this shell.
    """
    known = {path.suffix.removeprefix("."): path for path in sorted(SCRIPTS.iterdir())}
    if shell not in known:
        raise RedisHaError(unknown("completion for the shell", shell, known))
    return known[shell].read_text(encoding="utf-8")


def candidates(words: Sequence[str], tasks: Mapping[str, Listed], inventory: str) -> list[str]:
    """Return what the last word can become.

    Args:
        words: those after the program's name, the last one as far as it was typed.
        inventory: whose nodes are meant where the line names none.
    """
    *before, current = words or [""]
    line = Line(tasks, inventory=inventory)
    with suppress(RedisHaError):  # a wrong word before it: what comes next is still helped with
        line.take(before[1:] if before[:1] == [HELP] else before)
    return [each for each in _next(line, current) if each.startswith(current)]


def _next(line: Line, current: str) -> Iterable[str]:
    if line.open:
        return _values(line.open, line.inventory, current)
    if current.startswith("-"):
        return _options(line, current)
    if line.free and line.free[0].option.choices:
        return [*line.members, *_values(line.free[0], line.inventory, current)]
    if line.task or line.family:
        return [*line.members, *(flag.name for flag in _left(line))]
    return [*families(line.tasks), HELP]


def _options(line: Line, current: str) -> Iterator[str]:
    if not line.task:
        yield from BEFORE
    for flag in _left(line):
        yield flag.name
        if current.startswith(start := f"{flag.name}="):
            typed = current.removeprefix(start)
            yield from (f"{start}{each}" for each in _values(flag, line.inventory, typed))


def _left(line: Line) -> Iterator[Flag]:
    """Yield the options of the task that are not there yet."""
    if line.task:
        yield from (flag for flag in line.task.flags if flag.name not in line.given)


def _values(flag: Flag, inventory: str, current: str) -> list[str]:
    """Return the words that an option takes, each with those that stand before it in a list."""
    said = current[: current.rfind(",") + 1]
    return [f"{said}{name}" for name in _names(flag.option.choices, inventory)]


def _names(choices: Choices | None, inventory: str) -> Iterable[str]:
    with suppress(RedisHaError):  # an inventory that cannot be read has no nodes to offer
        return list(choices.names(inventory)) if choices else ()
    return ()
