"""Commands on this machine: one wrapper, argv tuples, clear errors."""

import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from redis_ha.errors import CommandFailed, ProviderError

HERE = "here"
LATE = 124
"""The status of a command that was ended because its time was over, as `timeout` has it."""

OnLine = Callable[[str], None]
"""Takes one line of a command's output as soon as it is there."""


@dataclass(frozen=True)
class Result:
    """What a command left behind, on this machine or on a node."""

    argv: tuple[str, ...]
    status: int
    stdout: str
    stderr: str = ""

    @property
    def ok(self) -> bool:
        return self.status == 0

    def checked(self, where: str) -> "Result":
        """Return this result, or raise.

        Raises:
            CommandFailed: the status is not 0.
        """
        if not self.ok:
            raise CommandFailed(where, self.argv, self.status, self.stderr or self.stdout)
        return self


def run(
    *argv: str,
    where: str = HERE,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    check: bool = True,
    timeout_s: float = 600,
    on_line: OnLine | None = None,
    given: str = "",
) -> Result:
    """Run a command on this machine and return its output.

    Args:
        where: the node in whose name it runs, for the message of an error.
        given: its standard input.
        on_line: takes each line of standard output as soon as it is there.

    Raises:
        CommandFailed: the status is not 0 and `check` is set, or the time is over.
        ProviderError: there is no such program.
    """
    with (
        tempfile.TemporaryFile("w+", errors="replace") as errors,
        _to_read(given) as standard_input,
    ):
        try:
            process = subprocess.Popen(
                argv,
                cwd=cwd,
                env=env,
                stdin=standard_input,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                errors="replace",
                process_group=0,
            )
        except OSError as error:
            raise ProviderError(f"{where}: cannot run `{argv[0]}`: {error.strerror}") from error
        with process, _killed_after(process, timeout_s) as late:
            lines = [_told(line, on_line) for line in process.stdout or ()]
            status = process.wait()
        errors.seek(0)
        result = Result(argv, status, "".join(lines), errors.read())
    if late.is_set():
        raise CommandFailed(where, argv, LATE, f"still running after {timeout_s:g} s")
    return result.checked(where) if check else result


@contextmanager
def _to_read(text: str) -> Iterator[IO[str] | int]:
    """Give a text as a file: a pipe that nobody reads would hold up who writes."""
    if not text:
        yield subprocess.DEVNULL
        return
    with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
        file.write(text)
        file.seek(0)
        yield file


class Background:
    """A command that runs on while something else goes on."""

    def __init__(self, process: subprocess.Popen[str], errors: IO[str]) -> None:
        self._process, self._errors = process, errors

    def ended(self) -> bool:
        """Say whether it has ended by itself."""
        return self._process.poll() is not None

    def said(self) -> str:
        """Return the last line of its standard error."""
        self._errors.seek(0)
        return (self._errors.read().strip().splitlines() or ["no output"])[-1]


@contextmanager
def background(*argv: str, where: str = HERE) -> Iterator[Background]:
    """Run a command of this machine until the block ends.

    Raises:
        ProviderError: there is no such program.
    """
    with tempfile.TemporaryFile("w+", errors="replace") as errors:
        try:
            process = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                text=True,
                process_group=0,
            )
        except OSError as error:
            raise ProviderError(f"{where}: cannot run `{argv[0]}`: {error.strerror}") from error
        with process:
            try:
                yield Background(process, errors)
            finally:
                _kill(process)


def _told(line: str, on_line: OnLine | None) -> str:
    if on_line:
        on_line(line.rstrip("\n"))
    return line


@contextmanager
def _killed_after(process: subprocess.Popen[str], timeout_s: float) -> Iterator[threading.Event]:
    """Kill the process when its time is over; the event says whether that happened."""
    late = threading.Event()

    def end() -> None:
        late.set()
        _kill(process)

    timer = threading.Timer(timeout_s, end)
    timer.start()
    try:
        yield late
    except BaseException:
        _kill(process)
        raise
    finally:
        timer.cancel()


def _kill(process: subprocess.Popen[str]) -> None:
    """Kill a process and its children: one that is left would keep the output open."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
