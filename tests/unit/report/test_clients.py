from random import Random
from typing import Any

import pytest

from redis_ha.checkers.drill import Drill, parse
from redis_ha.report import clients, words
from redis_ha.report.clients import Figures
from tests import drills
from tests.drills import SETTINGS, one_round
from tests.unit.builders import figures

FAST = {**SETTINGS, "min_replicas_to_write": 0}


def drill(**changes: Any) -> Drill:
    return parse(drills.drill([one_round(Random(1)), one_round(Random(2), lost=5)], **changes))


def test_figures_over_all_rounds() -> None:
    rows = clients.figures(drill())
    assert [row.name for row in rows] == ["Sentinel-aware", "unconfirmed", "role-looking", "naive"]
    naive = rows[3]
    assert naive.total("lost") == 5
    assert naive.first_write_s is not None
    assert naive.worst_first_write_s is not None
    assert naive.first_write_s < naive.worst_first_write_s


def test_clients_are_compared_where_some_are_of_others() -> None:
    known = drill(clients={"ioredis": "ioredis 5.6.0, Node.js 20.20.2"})
    (compared,) = clients.by_fault([drill(), known])
    assert compared.title == "kill master on docker"
    assert [row.kind for row in compared.rows] == ["sentinel", "unconfirmed", "role", "naive"]
    naive = compared.rows[3]
    assert naive.errors == naive.total("attempted") - naive.total("acknowledged")


def test_a_client_that_never_came_back_is_told_as_that() -> None:
    back, away = figures(first_write_s=3.0), figures(first_write_s=None)
    assert words.gap(Figures("ioredis", (back, back))) == "3.30 s"
    assert words.gap(Figures("ioredis", (away, away))) == "never again"
    assert words.gap(Figures("ioredis", (back, away))) == "3.30 s, never again in 1 of 2"


def test_a_record_without_clients_has_no_figures() -> None:
    assert clients.figures(parse(drills.old_record())) == []


@pytest.mark.parametrize(
    ("changes", "fits"),
    [
        ({}, True),
        ({"settings": {**FAST, "min_replicas_max_lag": 10}}, True),
        ({"settings": {**FAST, "quorum": 3}}, False),
        ({"settings": SETTINGS}, False),
        ({"fault": "hang"}, False),
        ({"provider": "local"}, False),
        ({"comparison": False}, False),
        ({"verdict": "not applicable"}, False),
    ],
)
def test_the_comparison_differs_in_the_safety_alone(changes: dict[str, Any], fits: bool) -> None:
    other = drill(**{"settings": FAST, "comparison": True, **changes})
    assert (clients.without_safety(drill(), [other]) is other) is fits


def test_a_price_per_kind_of_client_that_both_had() -> None:
    prices = clients.prices(drill(), drill(settings=FAST, comparison=True))
    assert [each.safe.kind for each in prices] == ["sentinel", "unconfirmed", "role", "naive"]
