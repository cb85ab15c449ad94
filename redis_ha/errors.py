"""The errors that end a command, each with the exit status it stands for."""

import re
from collections.abc import Mapping

from redis_ha.printable import printable


class RedisHaError(Exception):
    """The request cannot be served; one line says why and what to do (exit status 2)."""

    exit_status = 2

    def __str__(self) -> str:
        return printable(super().__str__())


class InventoryError(RedisHaError):
    """The inventory is not usable; the message names file, key and what is allowed."""


class ProviderError(RedisHaError):
    """The provider cannot do this here: no engine, a taken port, a missing server."""


class NotApplicable(RedisHaError):
    """What was asked for makes no sense on these nodes; the message says why."""


class NotAgreed(RedisHaError):
    """What a change takes from people needs a yes of theirs, and there is none."""


class TooOld(RedisHaError):
    """A node's server is older than what this works with."""


class Unreachable(RedisHaError):
    """A node or a service on it does not answer."""


class Refused(RedisHaError):
    """A server answers, and refuses what it was asked.

    Args:
        command: what it was asked, without arguments.
        reply: its answer as it came.
    """

    def __init__(self, message: str, *, command: str = "", reply: str = "") -> None:
        super().__init__(message)
        self.command, self.reply = command, reply


class WrongPassword(Refused):
    """A service refuses the password of this environment."""


class Unhealthy(RedisHaError):
    """The request was served and what was asked does not hold (exit status 1)."""

    exit_status = 1


class TimedOut(Unhealthy):
    """A condition did not come true before its deadline."""


class CommandFailed(RedisHaError):
    """A command ended with another status than 0.

    Args:
        where: the node's name, or "here" for this machine.
        argv: the command, without secrets.
        status: its exit status.
        output: what it printed; the last lines go into the message.
    """

    def __init__(self, where: str, argv: tuple[str, ...], status: int, output: str) -> None:
        self.where, self.argv, self.status, self.output = where, argv, status, output
        tail = " | ".join(line.strip() for line in output.strip().splitlines()[-3:])
        super().__init__(
            f"{where}: `{' '.join(argv)}` ended with status {status}: {tail or 'no output'}"
        )


class Unwritable(RedisHaError):
    """A path cannot be written: the disk is full, mounted read-only, or closed to who runs this.

    Args:
        where: the node's name, empty for this machine.
        said: why, as the system or a program there says it.
    """

    def __init__(self, where: str, path: str, said: str) -> None:
        reason = (said.strip().splitlines() or ["no reason is told"])[0].rpartition(": ")[2]
        on_node = f"{where}: " if where else ""
        super().__init__(
            f"{on_node}cannot write {path}: {reason}; the same command goes on once that is mended"
        )


class NotStarted(RedisHaError):
    """A process does not start; the message has the last words of its log and what mends it."""


class SeveralFailed(RedisHaError):
    """The same work failed on several nodes; one line has each of them with its own reason.

    Args:
        failed: the error of each by its name; the worst gives the exit status.
    """

    def __init__(self, failed: Mapping[str, RedisHaError]) -> None:
        self.failed = dict(failed)
        self.exit_status = max(error.exit_status for error in failed.values())
        super().__init__(_in_one_line([_named(*each) for each in failed.items()]))


def _named(name: str, error: RedisHaError) -> str:
    """Return an error's words with the name before them where they do not begin with it."""
    reason = str(error)
    head = re.split(r": |\(", reason, maxsplit=1)[0]
    return reason if re.search(rf"\b{re.escape(name)}\b", head) else f"{name}: {reason}"


def _in_one_line(reasons: list[str]) -> str:
    """Join reasons; what all of them advise in the same words is said once, at the end."""
    parts = [reason.partition("; ") for reason in reasons]
    advice = {rest for _, _, rest in parts}
    if len(advice) > 1:
        return "; ".join(reasons)
    return "; ".join([*(head for head, _, _ in parts), *filter(None, advice)])
