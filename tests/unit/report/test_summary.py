from random import Random

from redis_ha.checkers.drill import parse
from redis_ha.report.summary import Summary
from tests import drills
from tests.drills import drill, not_applicable, one_round

FINE = parse(drill([one_round(Random(1))]))
LOSSY = parse(drill([one_round(Random(1), lost=9)]))
PRICE = parse(drill([one_round(Random(1), lost=9)], comparison=True))
OUT = parse(not_applicable())


def test_the_worst_drill_decides() -> None:
    made = Summary(tuple(parse(each) for each in drills.twenty()))
    assert made.verdict == "invalid"
    assert made.sentence == (
        "20 drills: 2 invalid, 1 unknown, 15 valid, 1 comparison, 1 not applicable."
    )


def test_a_comparison_and_what_is_not_applicable_count_for_nothing() -> None:
    made = Summary((FINE, PRICE, OUT))
    assert (made.verdict, made.lost, made.rounds) == ("valid", 0, 1)
    assert made.acknowledged == FINE.acknowledged


def test_with_nothing_judged_nothing_is_proven() -> None:
    made = Summary((PRICE, OUT))
    assert made.verdict == "unknown"
    assert "nothing is proven" in made.sentence


def test_losses_are_counted() -> None:
    assert (Summary((FINE, LOSSY)).lost, Summary((FINE, LOSSY)).verdict) == (9, "invalid")


def test_versions_stand_with_their_product() -> None:
    valkey = parse(drill([], versions=["9.1.2"], server="Valkey"))
    facts = dict(Summary((FINE, valkey)).facts)
    assert (facts["Redis"], facts["Valkey"]) == ("8.0.2", "9.1.2")


def test_facts_name_every_value_once() -> None:
    other = parse(drill([], versions=["7.2.4"], provider="local", environment={"cores": 8}))
    facts = dict(Summary((FINE, FINE, other)).facts)
    assert (facts["Redis"], facts["provider"], facts["cores"]) == (
        "8.0.2, 7.2.4",
        "docker, local",
        "2, 8",
    )
