"""Make docs/img/failover.svg, the picture in the README, from a real run.

    .venv/bin/python docs/picture.py

Runs the commands below in a terminal of its own, keeps what they leave on it, and lets rich
draw that. Nothing is typed in or touched up, but paths are shown from the checkout on. The
environment stays up; `./inv down --purge` before makes the picture of a first run.
"""

import os
import pty
import re
import sys
import termios
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

PROJECT = Path(__file__).resolve().parent.parent
PICTURE = PROJECT / "docs" / "img" / "failover.svg"
COMMANDS = (("./inv", "up"), ("./inv", "failover"))
ROWS, COLUMNS = 60, 110

COLOUR = r"\x1b\[[0-9;]*m"
CONTROL = re.compile(rf"(\r|\n|\x1b\[\d*A|\x1b\[2K|\x1b\[\?\d+[hl]|{COLOUR})")
FONT = re.compile(r"@font-face \{\{.*?\}\}\s*", re.DOTALL)


def recorded(command: tuple[str, ...]) -> str:
    """Return everything that a command sent to its terminal."""
    pid, terminal = pty.fork()
    if pid == 0:
        termios.tcsetwinsize(0, (ROWS, COLUMNS))
        os.environ |= {"TERM": "xterm-256color", "COLUMNS": str(COLUMNS)}
        os.execv(command[0], command)  # noqa: S606 - argv, no shell
    chunks = []
    try:
        while chunk := os.read(terminal, 65536):
            chunks.append(chunk)
    except OSError:
        pass  # how Linux says that the other end is closed
    os.close(terminal)
    if status := os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]):
        sys.exit(f"`{' '.join(command)}` ended with status {status}")
    return b"".join(chunks).decode()


def left_on_screen(stream: str) -> str:
    """Return what is to be seen in the end: progress that was drawn over is gone."""
    rows, row = [""], 0
    for part in CONTROL.split(stream):
        if part == "\n":
            row += 1
            rows += [""] * (row + 1 - len(rows))
        elif part.endswith("A") and part.startswith("\x1b["):
            row = max(0, row - int(part[2:-1] or 1))
        elif part == "\x1b[2K":
            rows[row] = ""
        elif part != "\r" and not part.startswith("\x1b[?"):
            rows[row] += part
    return "\n".join(rows).rstrip()


def main() -> None:
    """Run, draw, write."""
    os.chdir(PROJECT)
    console = Console(
        record=True, width=COLUMNS, force_terminal=True, color_system="truecolor", file=sys.stderr
    )
    for number, command in enumerate(COMMANDS):
        screen = left_on_screen(recorded(command)).replace(f"{PROJECT}/", "")
        prompt = Text.assemble(("$ ", "bold green"), (" ".join(command), "bold"))
        console.print(*([""] if number else []), prompt, Text.from_ansi(screen), sep="\n")
    PICTURE.parent.mkdir(exist_ok=True)
    console.save_svg(str(PICTURE), title="redis-ha", theme=MONOKAI, code_format=_format())


def _format() -> str:
    """Return rich's drawing without fonts from elsewhere: a page that shows it may not load any."""
    from rich._export_format import CONSOLE_SVG_FORMAT

    plain = FONT.sub("", CONSOLE_SVG_FORMAT)
    return plain.replace("Fira Code", "ui-monospace, DejaVu Sans Mono, Menlo, Consolas")


if __name__ == "__main__":
    main()
