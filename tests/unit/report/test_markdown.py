from random import Random
from typing import Any

from redis_ha.checkers.drill import parse
from redis_ha.report import markdown
from tests import drills
from tests.drills import drill, not_applicable, one_round


def summary(*records: dict[str, Any]) -> str:
    return markdown.render([parse(each) for each in records])


def test_headline_matrix_and_a_table_per_drill() -> None:
    made = summary(*drills.twenty())
    assert made.startswith("# redis-ha drills\n\n**✗ invalid** · 20 drills: 2 invalid")
    assert "| partition master | ✗ invalid, 3.25 s, 3 rounds, **1,352 lost** |" in made
    assert made.count("<details") == 20
    assert made.count("| round | verdict |") == 19


def test_clients_are_compared_where_some_are_of_others() -> None:
    known = drill([one_round(Random(1))], clients={"ioredis": "ioredis 5.6.0, Node.js 20.20.2"})
    head = "| drill | client | longest gap, median | errors | acknowledged | lost |"
    assert head in summary(known)
    assert head not in summary(drill([one_round(Random(1))]))


def test_what_is_wrong_is_open() -> None:
    made = summary(drill([one_round(Random(1))]), drill([one_round(Random(1), lost=1)]))
    assert [part.startswith(" open>") for part in made.split("<details")[1:]] == [False, True]


def test_every_row_has_as_many_cells_as_its_head() -> None:
    hostile = "a|b\n| c <i> `d` *e*"
    made = summary(
        drill([one_round(Random(1), problems=[hostile], old_master=hostile)], fault=hostile),
        not_applicable(reason=hostile),
    )
    tables = [line for line in made.splitlines() if line.startswith("|")]
    widths = [line.replace("\\|", "").count("|") for line in tables]
    assert len(set(widths)) == 2
    assert "<i>" not in made
    assert r"\`d\` \*e\*" in made


def test_what_is_not_applicable_has_its_reason() -> None:
    made = summary(not_applicable(fault="partition"))
    assert "– not applicable: local processes share one loopback network" in made
    assert "✓" not in made
