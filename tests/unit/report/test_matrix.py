from random import Random
from typing import Any

from redis_ha.checkers.drill import Drill, parse
from redis_ha.report import matrix
from tests import drills
from tests.drills import SETTINGS, not_applicable, one_round


def drill(*rounds: dict[str, Any], **changes: Any) -> Drill:
    return parse(drills.drill(rounds or [one_round(Random(1))], **changes))


def test_a_column_per_provider_and_variant() -> None:
    fast = {**SETTINGS, "min_replicas_to_write": 0}
    made = matrix.build([drill(), drill(), drill(provider="local"), drill(settings=fast)])
    titles = [column.title for column in made.columns]
    assert titles == ["docker", "docker, min_replicas_to_write 0", "local"]
    assert [cell.kind for cell in made.rows[0].cells] == ["valid"] * 3
    assert [number for number, _ in made.rows[0].cells[0].drills] == [1, 2]


def test_an_inventory_of_another_name_has_its_own_column() -> None:
    made = matrix.build([drill(), drill(), drill(inventory="two-nodes")])
    assert [column.title for column in made.columns] == ["docker", "docker, two-nodes"]


def test_an_older_record_stands_beside_newer_ones() -> None:
    made = matrix.build([drill(), parse(drills.old_record())])
    assert [column.title for column in made.columns] == ["docker"]


def test_what_is_not_applicable_gives_its_reason_and_no_result() -> None:
    made = matrix.build([parse(not_applicable(fault="partition"))])
    cell = made.rows[0].cells[0]
    assert (cell.kind, cell.rounds, cell.ran) == ("not applicable", 0, [])
    assert "nothing to cut" in cell.reason


def test_what_was_not_run_is_neither_passed_nor_not_applicable() -> None:
    made = matrix.build([drill(), drill(fault="hang", provider="local")])
    assert [[cell.kind for cell in row.cells] for row in made.rows] == [
        ["valid", "not run"],
        ["not run", "valid"],
    ]


def test_a_cell_has_the_worst_verdict_and_the_median_of_all_rounds() -> None:
    first = drill(one_round(Random(1), rto_s=3.0))
    second = drill(
        one_round(Random(1), rto_s=4.0), one_round(Random(1), rto_s=None, verdict="invalid")
    )
    cell = matrix.build([first, second]).rows[0].cells[0]
    assert (cell.kind, cell.recovery, cell.rounds, cell.unrecovered) == ("invalid", "3.50 s", 3, 1)


def test_a_comparison_is_marked_whatever_it_lost() -> None:
    cell = matrix.build([drill(one_round(Random(1), lost=7), comparison=True)]).rows[0].cells[0]
    assert (cell.kind, cell.lost) == ("comparison", 7)


def test_the_usual_setting_is_what_most_have_who_know_it() -> None:
    fast = {"settings": {"min_replicas_to_write": 0}}
    old: dict[str, Any] = {"settings": {}}
    common = matrix.usual([drill(), drill(), drill(**fast), drill(**old), drill(**old)])
    assert common["min_replicas_to_write"] == 1
