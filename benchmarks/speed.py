"""How long the everyday commands take, from outside; it reports and judges nothing.

Medians over several rounds, in seconds, beside what is aimed at on two cores. Brings the
environment of an inventory up and down, so it wants one that nobody uses:

    .venv/bin/nox -s speed -- --provider docker --rounds 5
"""

import argparse
import subprocess
import sys
import time
from dataclasses import dataclass
from statistics import median

from rich.console import Console
from rich.table import Table

from redis_ha import report
from redis_ha.render import PROJECT


@dataclass(frozen=True)
class Case:
    """One command, what has to be done before each round, and what is aimed at."""

    name: str
    words: tuple[str, ...]
    aim_s: float
    before: tuple[tuple[str, ...], ...] = ()


CASES = {
    "local": (
        Case("the list of tasks", (), 0.4),
        Case("--list", ("--list",), 0.4),
        Case("up, from nothing", ("up",), 5, (("down", "--purge"),)),
        Case("up, after down", ("up",), 5, (("down",),)),
        Case("status, healthy", ("status",), 1.5),
        Case("provision, nothing to change", ("provision",), 3),
    ),
    "docker": (
        Case("up, image present", ("up",), 60, (("down", "--purge"),)),
        Case("up, after down", ("up",), 60, (("down",),)),
        Case("status, healthy", ("status",), 1.5),
        Case("provision, nothing to change", ("provision",), 3),
    ),
}


def main() -> None:
    """Measure, print, keep the record."""
    options = _options()
    rows = [_measured(case, options) for case in CASES[options.provider]]
    _inv(options, "down", "--purge")
    table = Table(title=f"seconds, median of {options.rounds} ({options.provider})", box=None)
    for column in ("command", "median", "slowest", "aim"):
        table.add_column(column)
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    Console().print(table)
    Console().print(f"record: {report.keep('speed', options.provider, rows)}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--provider", choices=list(CASES), default="local")
    parser.add_argument("--inventory", default="default")
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


def _measured(case: Case, options: argparse.Namespace) -> dict[str, object]:
    times = []
    for _ in range(options.rounds):
        for words in case.before:
            _inv(options, *words)
        start_s = time.monotonic()
        _inv(options, *case.words)
        times.append(time.monotonic() - start_s)
    return {
        "command": case.name,
        "median_s": round(median(times), 2),
        "slowest_s": round(max(times), 2),
        "aim_s": case.aim_s,
    }


def _inv(options: argparse.Namespace, *words: str) -> None:
    where = ("--provider", options.provider, "--inventory", options.inventory)
    command = [str(PROJECT / "inv"), *words, *(() if words in ((), ("--list",)) else where)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr}")


if __name__ == "__main__":
    main()
