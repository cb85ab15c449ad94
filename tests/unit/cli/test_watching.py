"""`status --watch`: what a terminal, a pipe and a program get."""

import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from redis_ha.cli import seen, watching
from redis_ha.cli.seen import Seen
from redis_ha.nodes.environment import Environment
from redis_ha.services.snapshot import Snapshot
from tests.unit.builders import after_failover, changed, folders, snapshot

ANSI = re.compile(r"\x1b\[[\d;]*m")
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def old_master() -> Snapshot:
    """Return the seconds in which redis1 is back and does not know yet."""
    after = after_failover()
    was = changed(after.nodes[0], role="master", link=None, follows=None)
    return changed(after, nodes=(was, *after.nodes[1:]))


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return folders(tmp_path)


def watched(
    environment: Environment,
    monkeypatch: pytest.MonkeyPatch,
    looks: list[Snapshot],
    *,
    as_json: bool = False,
) -> None:
    """Watch until there is nothing more to see, as by Ctrl-C."""

    def ticks(_: float) -> Iterator[float]:
        yield from map(float, range(len(looks)))
        raise KeyboardInterrupt

    left = iter(looks)
    monkeypatch.setattr(watching, "ticks", ticks)
    monkeypatch.setattr(seen, "look", lambda _: Seen(next(left), []))
    watching.run(environment, json=as_json)


def test_a_program_gets_a_line_of_json_for_each_look(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    watched(environment, monkeypatch, [snapshot(), old_master()], as_json=True)
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["healthy"], first["master"]) == (True, "redis1")
    assert (second["healthy"], second["master"]) == (False, None)
    assert {"at", "provider", "inventory", "nodes", "sentinels", "processes"} <= set(first)


def test_a_pipe_gets_what_changes(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    watched(environment, monkeypatch, [snapshot(), snapshot(), after_failover()])
    out = capsys.readouterr().out
    assert out.count("healthy: redis1 is master") == 1
    assert "redis2: replica -> master" in out
    assert out.splitlines()[-1].endswith("healthy: redis2 is master")


def shown(found: Seen, kept: list[str], rows: int = 24) -> list[str]:
    """Return what a terminal of 80 columns shows."""
    console = Console(file=io.StringIO(), width=80, height=rows, force_terminal=True)
    with console.capture() as text:
        console.print(watching.picture(AT, found, kept, rows, 80), soft_wrap=True)
    return text.get().splitlines()


def test_a_terminal_of_24_rows_has_room_for_ten_changes() -> None:
    kept = [f"change {number}" for number in range(watching.KEPT)]
    lines = shown(Seen(snapshot(), []), kept)
    assert len(lines) < 24
    assert "healthy: redis1 is master" in lines[0]
    assert "change 9" in lines[-1]


def test_an_explanation_takes_the_room_of_older_changes() -> None:
    kept = [f"change {number} {'long ' * 30}" for number in range(watching.KEPT)]
    lines = shown(Seen(old_master(), []), kept)
    assert len(lines) < 24
    assert "change 9" in lines[-1]
    assert max(len(ANSI.sub("", line)) for line in lines) <= 80


def test_an_old_master_that_came_back_is_explained() -> None:
    text = " ".join(" ".join(shown(Seen(old_master(), []), [])).split())
    assert "redis1 came back and still calls itself master: Sentinels name redis2" in text
    assert "What is written to redis1 is lost until then." in text


def test_an_old_master_that_takes_no_writes_loses_none() -> None:
    was, *others = old_master().nodes
    refusing = changed(was, refusal="redis1 takes no writes")
    (said,) = seen.explained(changed(old_master(), nodes=(refusing, *others)))
    assert said.endswith("It takes no writes until then.")


def test_two_masters_of_whom_sentinels_name_neither_are_not_explained() -> None:
    torn = old_master()
    nobody = [changed(each, master=None) for each in torn.sentinels]
    assert list(seen.explained(changed(torn, sentinels=tuple(nobody)))) == []
    assert list(seen.explained(snapshot())) == []
