"""Drills as they go on: what a terminal and what a pipe show."""

import io
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest
from rich.console import Console

from redis_ha.cli import live
from redis_ha.measure.events import Phases
from redis_ha.suites.live import Live, Sight

BEFORE = Sight("the load becomes steady", None, Phases(), 12, 0, 0)
AMIDST = Sight("the fault lasts", 2.25, Phases(sdown_s=2.1, odown_s=2.2), 1000, 20, 3)
AFTER = replace(AMIDST, stage="healing", phases=Phases(2.1, 2.2, 2.3, 2.4, 3.2, 3.3))


def test_before_the_fault_a_line_says_what_goes_on() -> None:
    assert list(live.lines(BEFORE)) == ["the load becomes steady …"]


def test_each_phase_is_a_line_with_the_writes_so_far() -> None:
    told = "(1000 writes acknowledged, 20 refused, 3 unanswered)"
    assert list(live.lines(AMIDST)) == [
        f"+0.00 s fault {told}",
        f"+2.10 s s-down {told}",
        f"+2.20 s o-down {told}",
        "the fault lasts …",
    ]


def test_phases_are_in_order_of_time() -> None:
    visible_first = replace(AFTER, phases=Phases(promoted_s=2.4, visible_s=0.3))
    names = [line.split()[2] for line in live.lines(visible_first) if line.startswith("+")]
    assert names == ["fault", "visible", "promoted"]


@pytest.mark.parametrize("sight", [BEFORE, AMIDST, AFTER])
def test_a_terminal_of_80_columns_has_room(sight: Sight) -> None:
    console = Console(file=io.StringIO(), width=80, no_color=True)
    with console.capture() as shown:
        console.print(live.picture("partition-groups minority", sight))
    lines = shown.get().splitlines()
    assert max(map(len, lines)) <= 80
    words = " ".join(lines).split()
    assert {"fault", "s-down", "o-down", "elected", "promoted", "visible", "first"} <= set(words)
    assert f"{sight.acknowledged} writes acknowledged" in lines[-1]


def test_a_pipe_gets_every_line_once(capsys: pytest.CaptureFixture[str]) -> None:
    sights = iter([BEFORE, AMIDST, AMIDST, *[AFTER] * 1000])
    watched = SimpleNamespace(title="kill master", seen=lambda: next(sights))
    with live.Rounds("kill master") as shown:
        shown.begin(cast(Live, watched))
        for _ in range(4):
            shown._look()
        shown.end("redis1 -> redis2: valid")
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "kill master …"
    assert said[-1] == "  redis1 -> redis2: valid"
    heads = [line.partition(" (")[0].strip() for line in said]
    assert len(heads) == len(set(heads))
    assert {"+0.00 s fault", "+3.30 s first write", "healing …"} <= set(heads)
