from dataclasses import replace

import pytest
from rich.console import Console
from rich.table import Table

from redis_ha.checkers.handover import Handover
from redis_ha.checkers.round import Round
from redis_ha.cli import drill_tables
from redis_ha.report import words
from tests.unit.builders import WRITES, drill, drill_round, figures

LINES = {
    "a failover": (
        drill_round(),
        "redis1 -> redis2: writes again after 3.30 s (predicted 3.30 s), "
        "0 of 900 acknowledged writes lost: valid",
    ),
    "a split vote": (
        drill_round(rto_s=23.75, late_phase="elected", elections=2),
        "redis1 -> redis2: writes again after 23.75 s (predicted 3.30 s; out of its band by: "
        "elected, 2 elections), 0 of 900 acknowledged writes lost: valid",
    ),
    "no recovery": (
        drill_round(rto_s=None, new_master="redis1", problems=("no failover",)),
        "redis1: no recovery (predicted 3.30 s), 0 of 900 acknowledged writes lost: "
        "invalid (no failover)",
    ),
    "two masters in the end": (
        drill_round(rto_s=None, new_master=None, writes=replace(WRITES, unknown=20)),
        "redis1 -> no single master: no recovery (predicted 3.30 s), 0 of 900 acknowledged writes "
        "lost, 20 unknown: unknown",
    ),
    "nothing happened": (
        drill_round(rto_s=0.0, new_master="redis1", predicted_s=None, band_s=None),
        "redis1: writes never stopped, 0 of 900 acknowledged writes lost: valid",
    ),
}


@pytest.mark.parametrize(("done", "line"), LINES.values(), ids=LINES)
def test_a_round_is_one_line(done: Round, line: str) -> None:
    assert drill_tables.one_round(done) == line


def text(table: Table) -> list[list[str]]:
    """Return the words of each row as they are shown."""
    console = Console(width=300)
    with console.capture() as shown:
        console.print(table)
    return [line.split() for line in shown.get().splitlines()]


def test_every_kind_of_client_has_a_row() -> None:
    clients = {"sentinel": figures(), "naive": figures(replace(WRITES, lost=7), None)}
    rows = text(drill_tables.clients(drill(*[drill_round(clients=clients)] * 2)))
    assert rows[3:] == [
        ["sentinel", "3.30", "3.30", "0.25", "1800", "200", "0"],
        ["naive", "never", "3.30", "0.25", "1800", "200", "14"],
    ]


HANDOVER = Handover(
    old_master="redis1",
    new_master="redis2",
    at_s=0.0,
    held_s=0.21,
    named_s=0.35,
    was_asked_early=False,
    again_s={"sentinel": 0.36, "naive": None},
)


def test_a_planned_change_says_what_it_cost_whom() -> None:
    assert drill_tables.handovers(drill(drill_round())) is None
    table = drill_tables.handovers(drill(drill_round(switchovers=(HANDOVER,))))
    assert table
    row = " ".join(text(table)[2])
    assert row == "1 redis2 0.21 0.35 INFO came in time sentinel 0.36, naive never"


@pytest.mark.parametrize(
    ("was_asked_early", "says"),
    [
        (True, "INFO came too early"),
        (False, "INFO came in time"),
        (None, "by the servers themselves"),
    ],
)
def test_the_line_of_a_round_says_whether_the_moment_was_met(
    was_asked_early: bool | None, says: str
) -> None:
    done = replace(HANDOVER, was_asked_early=was_asked_early)
    line = drill_tables.one_round(drill_round(switchovers=(done,)))
    assert "to redis2: writers held for 0.21 s, Sentinels named it after 0.35 s" in line
    assert line.endswith(says)


def test_clients_that_others_wrote_are_compared_by_fault() -> None:
    plain = drill(drill_round())
    assert drill_tables.compared([plain]) is None
    away = {"ioredis": figures(replace(WRITES, lost=7), None)}
    known = {"ioredis": "ioredis 5.6.0, Node.js 20.20.2"}
    table = drill_tables.compared([plain, drill(drill_round(clients=away), clients=known)])
    assert table
    assert text(table)[2:] == [
        ["kill", "master", "on", "docker", "ioredis", "never", "again", "100", "900", "7"]
    ]


def test_the_comparison_fits_a_terminal_and_leaves_numbers_whole() -> None:
    kinds = {"ioredis-detector": figures(replace(WRITES, lost=1234567), None)}
    rounds = [drill_round(clients=kinds)] * 3
    made = drill_tables.compared([drill(*rounds, clients=dict.fromkeys(kinds, ""))])
    assert made
    console = Console(width=80)
    with console.capture() as shown:
        console.print(made)
    assert "ioredis-detector" in shown.get()
    assert str(3 * 1234567) in shown.get()
    assert max(map(len, shown.get().splitlines())) <= 80


def test_a_recovery_stands_beside_its_prediction() -> None:
    late = drill_round(late_phase="elected", elections=2)
    rows = text(drill_tables.recovery(drill(drill_round(), late)))
    assert rows[2][-5:] == ["3.30", "2.10", "to", "3.60", "-"]
    assert rows[3][:2] == ["2", "valid"]
    assert rows[3][-3:] == ["elected,", "2", "elections"]


def test_the_phases_of_a_recovery_are_as_many_as_there_are() -> None:
    rows = text(drill_tables.phases(drill(drill_round())))
    assert rows[1] == ["round", *drill_tables.PHASES]
    assert len(rows[2]) == len(rows[1])


def test_a_drill_that_was_not_done_says_why() -> None:
    skipped = drill(applicable=False, reason="no power to cut")
    assert words.verdict(skipped) == "no power to cut"
    assert text(drill_tables.matrix([skipped]))[3][-2:] == ["not", "applicable"]


def test_the_matrix_tells_comparisons_from_what_counts() -> None:
    compared = drill(drill_round(), comparison=True)
    rows = text(drill_tables.matrix([drill(drill_round()), compared]))
    assert rows[3] == ["kill", "master", "1", "3.30", "3.30", "3.30", "900", "0", "valid"]
    assert rows[4][:3] == ["kill", "master", "(min-replicas"]


def test_every_fault_of_the_catalogue_is_listed() -> None:
    from redis_ha.faults import FAULTS

    assert [row[0] for row in text(drill_tables.catalogue())[2:]] == list(FAULTS)
