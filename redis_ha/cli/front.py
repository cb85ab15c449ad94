"""`./inv`: Invoke with this project's list and help, and with lines as people type them."""

import re
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property

from invoke.exceptions import Exit, ParseError, UnknownFileType
from invoke.program import Program

from redis_ha import __version__
from redis_ha.cli import completion, handover, listed, listing, streams, usage
from redis_ha.cli.completion import HELP
from redis_ha.cli.line import ALL, Line
from redis_ha.cli.task import Listed, errors_as_exit
from redis_ha.errors import RedisHaError
from redis_ha.nearest import unknown
from redis_ha.printable import printable

FORMATS = ("flat", "nested", "json")
"""Of Invoke's lists."""


class Front(Program):
    """Ends with status 2 where Invoke would end with 1 for arguments it cannot parse."""

    def parse_core(self, argv: list[str] | None) -> None:
        """Parse the options that come before the tasks."""
        with _refusals():
            super().parse_core(argv)

    def parse_core_args(self) -> None:
        """Find Invoke's own options; hand out the script of a shell, which needs no task."""
        super().parse_core_args()
        if shell := self.args["print-completion-script"].value:
            _print(completion.script(shell).splitlines())
            raise Exit

    def parse_tasks(self) -> None:
        """Parse the tasks and their options, in Invoke's words or in those that people type."""
        with _refusals():
            self._help_first()
            line = self._read(self.core.unparsed)
            self.core.unparsed[:] = line.ended()
            super().parse_tasks()

    def parse_cleanup(self) -> None:
        """Do what needs no task: help, lists, what can come next."""
        with _refusals():
            if self.args.complete.value:
                _print(completion.candidates(self._typed(), self.known, self.inventory))
                raise Exit
            self._check_list()
            super().parse_cleanup()

    def update_config(self, merge: bool = True) -> None:
        """Read the configuration that the line names."""
        with _refusals():
            super().update_config(merge)

    def no_tasks_given(self) -> None:
        """Show the tasks: what somebody who types nothing wants to know."""
        self.list_flat()
        raise Exit

    def print_help(self) -> None:
        """Show the tasks."""
        self.load_collection()
        self.list_root = None
        self.list_flat()

    def list_flat(self) -> None:
        """Show the tasks by what they are for; those of a family by Invoke's own means."""
        if self.list_root:
            super().list_flat()
        else:
            _print(listing.lines(listed.shortest(self.collection)))

    def print_task_help(self, name: str) -> None:
        """Show what a task does, and what each of its options takes."""
        _print(usage.lines(name, self.known[name], self.inventory))

    @cached_property
    def known(self) -> dict[str, Listed]:
        """Return every task by each of its names."""
        return listed.by_name(self.collection)

    @property
    def inventory(self) -> str:
        """Return which inventory is meant where the line names none."""
        self.config.load_shell_env()
        return str(self.config.inventory)

    def _help_first(self) -> None:
        """Serve `help TASK` and `--help TASK`."""
        words, asked = self.core.unparsed, self.args.help.value
        if words[:1] == [HELP]:
            asked, words = None, words[1:]
        elif not asked:
            return
        line = self._read([asked, *words] if asked else words)
        line.ended()
        if line.task:
            self.print_task_help(line.name)
        else:
            self.list_flat()
        raise Exit

    def _read(self, words: Iterable[str]) -> Line:
        line = Line(self.known, frozenset(self.initial_context.flags))
        line.take(words)
        return line

    def _check_list(self) -> None:
        """Refuse a list of what is no family of tasks, or in no format."""
        family, form = self.args.list.value, self.args["list-format"].value
        if isinstance(family, str) and family not in self.collection.collections:
            raise RedisHaError(unknown("family of tasks", family, self.collection.collections))
        if form not in FORMATS:
            raise RedisHaError(unknown("format of lists", form, FORMATS))

    def _typed(self) -> list[str]:
        """Return the words that are to be completed, without the program's name."""
        return self.argv[self.argv.index("--") + 2 :] if "--" in self.argv else []


def _print(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)


@contextmanager
def _refusals() -> Iterator[None]:
    """Say in one line why a command line cannot be served."""
    try:
        with errors_as_exit():
            yield
    except (ParseError, UnknownFileType, ValueError) as error:
        raise Exit(f"redis-ha: {_said(error)}; {ALL}", code=2) from None
    except Exit as ended:
        if ended.code in (0, 2):
            raise
        # Invoke's own words for what it cannot list.
        raise Exit(f"redis-ha: {printable(ended.message or str(ended))}; {ALL}", code=2) from None


def _said(error: Exception) -> str:
    """Return what Invoke refuses, in this project's words where it speaks of its own parts."""
    lacking = re.search(r"Argument: ([\w-]+).* needed value", str(error))
    return f"`--{lacking[1]}` needs a value" if lacking else printable(str(error).rstrip("!"))


def refused(error: RedisHaError) -> int:
    """Say in one line why nothing can be done, and return the exit status."""
    with suppress(OSError):  # nobody can be told
        sys.stderr.write(f"redis-ha: {error}\n")
    return error.exit_status


def main() -> None:
    """Run the tasks that the command line names."""
    # Whoever ends this in good order (a job that is cancelled, `timeout`, a terminal that is
    # closed) gets what Ctrl-C gets: a fault that heals. `nohup` has SIGHUP ignored.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.default_int_handler)
    streams.ready()
    try:
        Front(name="redis-ha", binary="inv", version=__version__).run()
    except RedisHaError as error:  # where the tasks themselves cannot be told
        sys.exit(refused(error))
    except OSError as error:  # the last line of a task could not be written
        sys.exit(refused(RedisHaError(error.strerror)))
    finally:
        handover.done()
        if lost := streams.ended():
            sys.exit(refused(RedisHaError(lost.strerror)))


if __name__ == "__main__":
    main()
