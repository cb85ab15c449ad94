from itertools import pairwise
from random import Random

from redis_ha.checkers.drill import Drill, parse
from redis_ha.report.pictures import strip
from tests import drills
from tests.drills import one_round


def drill(*times: float | None) -> Drill:
    return parse(drills.drill([one_round(Random(1), rto_s=time) for time in times]))


def test_a_dot_per_round_that_recovered() -> None:
    made = strip.build(drill(3.1, None, 3.4))
    assert made is not None
    assert len(made.dots) == 2
    assert made.dots[0].x < made.dots[1].x
    assert {label.moment.kind for label in made.labels} == {"median", "predicted"}


def test_dots_do_not_cover_each_other() -> None:
    made = strip.build(drill(*[3.2] * 10))
    assert made is not None
    heights = sorted(dot.y for dot in made.dots)
    assert all(low + 2 * strip.RADIUS <= high for low, high in pairwise(heights))
    assert heights[0] - strip.RADIUS >= made.floor


def test_dots_stay_low_where_there_is_room() -> None:
    assert strip.swarm([0, 5, 20, 21, 22]) == [0, 1, 0, 1, 2]


def test_without_an_interruption_or_a_recovery_there_is_no_picture() -> None:
    assert strip.build(drill(0, 0)) is None
    assert strip.build(drill(None)) is None


def test_the_band_covers_those_of_all_rounds() -> None:
    rounds = [one_round(Random(1), band_s=band) for band in ([2.9, 3.9], [3.0, 4.2], None)]
    assert strip.band_s(parse(drills.drill(rounds))) == (2.9, 4.2)
    assert strip.band_s(parse(drills.old_record())) is None
