"""`./inv`: Invoke with this project's exit statuses, and with words that may be left out."""

import os
import signal
import sys

from invoke.exceptions import Exit, ParseError
from invoke.program import Program

from redis_ha import __version__
from redis_ha.errors import RedisHaError

OPTIONAL_WORDS = {
    "shell": ("--node",),
    "render": ("--node",),
    "judge": ("--folder",),
    "report.compare": ("--before", "--after"),
}
"""Tasks that take words which may be missing; Invoke knows only words that must be there."""


class Front(Program):
    """Ends with status 2 where Invoke would end with 1 for arguments it cannot parse."""

    def normalize_argv(self, argv: list[str] | None) -> None:
        """Take the command line, with the flag put before a word that may be left out."""
        super().normalize_argv(argv)
        self.argv = with_flags(self.argv)

    def parse_core(self, argv: list[str] | None) -> None:
        """Parse the options that come before the tasks."""
        try:
            super().parse_core(argv)
        except ParseError as error:
            raise _refusal(error) from None

    def parse_tasks(self) -> None:
        """Parse the tasks and their options."""
        try:
            super().parse_tasks()
        except ParseError as error:
            raise _refusal(error) from None

    def parse_cleanup(self) -> None:
        """Do what needs no task: help and lists."""
        try:
            super().parse_cleanup()
        except ParseError as error:
            raise _refusal(error) from None

    def no_tasks_given(self) -> None:
        """Show the tasks: what somebody who types nothing wants to know."""
        self.list_tasks()
        raise Exit


def with_flags(argv: list[str]) -> list[str]:
    """Return the command line in Invoke's own words: `shell redis1` is `shell --node redis1`."""
    words: list[str] = []
    flags: tuple[str, ...] = ()
    for word in argv:
        if flags and not word.startswith("-") and "--" not in words:
            words.append(flags[0])
            flags = flags[1:]
        else:
            flags = OPTIONAL_WORDS.get(word, ())
        words.append(word)
    return words


def _refusal(error: ParseError) -> Exit:
    return Exit(f"redis-ha: {error} `./inv --list` shows what there is", code=2)


def refused(error: RedisHaError) -> int:
    """Say in one line why nothing can be done, and return the exit status."""
    sys.stderr.write(f"redis-ha: {error}\n")
    return error.exit_status


def main() -> None:
    """Run the tasks that the command line names."""
    # Whoever ends this in good order (a job that is cancelled, `timeout`) gets what Ctrl-C gets:
    # a fault that heals.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        Front(name="redis-ha", binary="inv", version=__version__).run()
    except RedisHaError as error:  # where the tasks themselves cannot be told
        sys.exit(refused(error))
    except BrokenPipeError:
        # Who read this has seen enough; Python would complain once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
