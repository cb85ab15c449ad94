"""Pictures of memory, from the record alone."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from redis_ha.report import memory
from redis_ha.report.memory import Look
from redis_ha.report.pictures import memory as pictures
from redis_ha.report.pictures.labels import CHARACTER, INDENT
from redis_ha.report.pictures.memory import LONGEST, Bar
from tests import memories
from tests.memories import MIB, part


def look(**changes: Any) -> Look:
    return memory.parse(Path("memory.json"), memories.record(**changes))


def limited(most: int, better: int, **changes: Any) -> Look:
    server = memories.record()["server"] | {"maxmemory": most * MIB} | changes
    return look(server=server, advice={"maxmemory": better * MIB, "why": ""})


def share(bar: Bar) -> float:
    return (bar.fixed - bar.left) / (bar.right - bar.left)


def test_both_limits_are_lines_on_the_scale_of_what_is_in_use() -> None:
    made = pictures.whole(look())
    better, now = made.limits
    assert (now.text, better.text) == ("maxmemory now 128.0 MiB", "advised 192.0 MiB")
    assert made.bars[0].right < now.x < better.x == made.right
    assert now.y != better.y
    assert share(made.bars[0]) == pytest.approx(0.3, abs=0.01)


@pytest.mark.parametrize(
    ("of", "kinds"),
    [(limited(256, 256), ["now"]), (limited(0, 192), ["advised"]), (look(), ["advised", "now"])],
    ids=["enough", "no limit", "both"],
)
def test_what_is_no_limit_is_no_line(of: Look, kinds: list[str]) -> None:
    assert [each.kind for each in pictures.whole(of).limits] == kinds


@pytest.mark.parametrize("most", [64, 500, 4000])
def test_words_of_limits_stay_inside_the_picture(most: int) -> None:
    made = pictures.whole(limited(most, 4096))
    for each in made.limits:
        wide = INDENT + CHARACTER * len(each.text)
        ends = each.x - wide if each.is_left else each.x + wide
        assert 0 <= ends <= made.width


def test_a_bar_per_database_purpose_and_kind() -> None:
    made = pictures.purposes(look())
    assert made is not None
    names = [bar.name for bar in made.bars]
    assert names[:2] == ["db 3 TYPO3 cache entries", "db 3 TYPO3 cache tags by entry"]
    assert [bar.figure for bar in made.bars[:2]] == ["60.0 MiB", "20.0 MiB"]
    assert all(one.right > other.right for one, other in pairwise(made.bars))
    assert all(len(name) <= LONGEST for name in names)
    assert "wide: 0.1 MiB" in made.bars[-1].title


@pytest.mark.parametrize(
    ("policy", "shares"),
    [("volatile-ttl", [0, 1, 0]), ("allkeys-lru", [0, 0, 0]), ("noeviction", [1, 1, 1])],
)
def test_the_policy_decides_what_may_be_evicted(policy: str, shares: list[int]) -> None:
    made = pictures.purposes(limited(128, 192, policy=policy))
    assert made is not None
    assert [share(bar) for bar in made.bars[:3]] == shares


def test_what_shrank_goes_to_the_left_of_nothing() -> None:
    made = pictures.growth(look())
    assert made is not None
    grew, _, shrank, same = made.bars
    assert grew.left == made.zero == shrank.right
    assert shrank.left < made.zero < grew.right
    assert same.left == same.right == made.zero
    assert (grew.figure, shrank.figure) == ("+500.0 KiB/min", "-78.1 KiB/min")


def test_one_look_has_no_growth_and_an_empty_redis_no_bars() -> None:
    assert pictures.growth(look(purposes=[part(0, "a", "", 1)])) is None
    assert pictures.purposes(look(purposes=[])) is None
    assert pictures.whole(limited(0, 64, counted=0)).bars[0].name == "in use 0.0 MiB"


def test_nothing_that_changed_is_drawn_all_the_same() -> None:
    still = part(0, "a", "", 1, **memories.grown(0, 0))
    made = pictures.growth(look(purposes=[still]))
    assert made is not None
    assert made.bars[0].figure == "+0.0 KiB/min"
