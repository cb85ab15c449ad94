"""What people see: without colour where they want none, broken between words on a terminal."""

import os
import pty
import re
import subprocess
import sys
from contextlib import suppress

import pytest

from redis_ha.render import PROJECT

COLOUR = re.compile(r"\x1b\[[\d;]*3[0-7][\d;]*m")
PRINTS = (
    "from redis_ha.cli.console import note, verdict; verdict('healthy ' * 15, good=True); note('x')"
)


def on_terminal(**variables: str) -> str:
    """Return what a terminal of 80 columns gets of a verdict and a note."""
    ours, theirs = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    terminal = {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
    with subprocess.Popen(
        (sys.executable, "-c", PRINTS),
        env={**kept, **terminal, **variables},
        stdout=theirs,
        stderr=theirs,
        cwd=PROJECT,
    ):
        os.close(theirs)
        said = b""
        with suppress(OSError):  # how Linux says that the other end is closed
            while chunk := os.read(ours, 65536):
                said += chunk
    os.close(ours)
    return said.decode()


@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_no_color_is_heeded(variables: dict[str, str], coloured: bool) -> None:
    said = on_terminal(**variables)
    assert said.count("healthy") == 15
    assert bool(COLOUR.search(said)) == coloured


def test_a_long_line_is_broken_between_words() -> None:
    first, second, *_ = on_terminal(NO_COLOR="1").splitlines()
    assert (first.split(), second.split()) == (["healthy"] * 10, ["healthy"] * 5)
