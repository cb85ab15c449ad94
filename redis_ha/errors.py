"""The errors that end a command, each with the exit status it stands for."""


class RedisHaError(Exception):
    """The request cannot be served; one line says why and what to do (exit status 2)."""

    exit_status = 2


class InventoryError(RedisHaError):
    """The inventory is not usable; the message names file, key and what is allowed."""


class ProviderError(RedisHaError):
    """The provider cannot do this here: no engine, a taken port, a missing server."""


class NotApplicable(RedisHaError):
    """What was asked for makes no sense on these nodes; the message says why."""


class Unreachable(RedisHaError):
    """A node or a service on it does not answer."""


class WrongPassword(RedisHaError):
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
