"""Commands side by side: what each says comes in pieces, and stays readable."""

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from threading import Lock

from redis_ha.cli.console import note

COLOUR = r"(?:\x1b\[[\d;]*m)*"
BEGINS = re.compile(rf"{COLOUR}nox > {COLOUR}Running session (.+?){COLOUR}$")
ENDS = re.compile(rf"{COLOUR}nox > {COLOUR}Session \S+ ")
PRINTING = Lock()


def call(command: Sequence[str]) -> int:
    """Run a command that others run beside, and return its exit status.

    What it says is shown as soon as a piece of it is complete: a session of Nox, or everything.
    """
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        for piece in pieces(announced(process.stdout or ())):
            with PRINTING:
                sys.stdout.write(piece)
                sys.stdout.flush()
    return process.returncode


def announced(lines: Iterable[str]) -> Iterator[str]:
    """Pass lines on, and say at once which session begins: it is shown when it has ended."""
    for line in lines:
        if begun := BEGINS.match(line.rstrip()):
            note(f"{begun[1]} …")
        yield line


def pieces(lines: Iterable[str]) -> Iterator[str]:
    """Cut what Nox says after the end of each session."""
    held: list[str] = []
    for line in lines:
        held.append(line)
        if ENDS.match(line):
            yield "".join(held)
            held.clear()
    if held:
        yield "".join(held)
