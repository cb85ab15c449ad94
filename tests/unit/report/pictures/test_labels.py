from itertools import combinations
from random import Random

import pytest

from redis_ha.report.pictures.labels import HEIGHT, Label, Moment, height, stagger

FLOOR = 300.0


def labels(*places: float) -> list[Label]:
    return stagger(Moment(x, f"o-down {x:.2f}", "phase") for x in places)


def crosses(line: Label, text: Label) -> bool:
    """Whether a leader line comes down through another label's text."""
    box = text.box(FLOOR)
    return line.level > text.level and box.left < line.moment.x < box.right


CROWDS = {
    "apart": (0.0, 200.0, 400.0),
    "phases of a failover": (112.0, 318.0, 326.0, 332.0, 348.0, 430.0, 431.0, 432.0),
    "all at once": (50.0,) * 9,
    "any": tuple(Random(4).uniform(0, 700) for _ in range(60)),
}


@pytest.mark.parametrize("places", CROWDS.values(), ids=CROWDS)
def test_no_label_covers_another_nor_its_line(places: tuple[float, ...]) -> None:
    made = labels(*places)
    assert len(made) == len(places)
    for one, other in combinations(made, 2):
        assert not one.box(FLOOR).meets(other.box(FLOOR))
        assert not crosses(one, other)
        assert not crosses(other, one)


def test_labels_far_apart_stand_on_one_level() -> None:
    made = labels(0.0, 200.0, 400.0)
    assert [label.level for label in made] == [0, 0, 0]
    assert height(made) == HEIGHT


def test_the_left_one_stands_higher() -> None:
    assert [label.level for label in labels(10.0, 12.0, 14.0)] == [2, 1, 0]


def test_nothing_to_label_takes_no_room() -> None:
    assert (labels(), height([])) == ([], 0)
