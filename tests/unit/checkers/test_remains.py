"""redis_ha/checkers/remains.py: what counts in the end, also without exactly one master."""

from typing import Any

import pytest

from redis_ha.checkers import Verdict, remains
from redis_ha.checkers.evidence import Evidence
from redis_ha.checkers.judgement import judged
from redis_ha.measure.history import History
from redis_ha.services.snapshot import SentinelView, Snapshot
from tests.unit.builders import NAMES, redis_view, sentinel_view, snapshot
from tests.unit.kept import lacking, operations, seen

ALL = len(operations())
NOTHING = frozenset[str]()
SEVEN, EIGHT = frozenset({"before:7"}), frozenset({"before:8"})


def ended(
    masters: str, named: str = "", lacks: dict[str, frozenset[str]] | None = None
) -> Evidence:
    """Return the evidence of a drill after which these are masters.

    Args:
        masters: the last digits of their names.
        named: whom each Sentinel names, by digit; `-` for one that does not answer.
        lacks: the keys that each node lacks; a node that is left out was not asked.
    """
    nodes = [redis_view(name, "master" if name[-1] in masters else "replica") for name in NAMES]
    lacks = dict.fromkeys(NAMES, NOTHING) if lacks is None else lacks
    return seen(
        after=snapshot(
            nodes, [_sentinel(*pair) for pair in zip(NAMES, named or "---", strict=True)]
        ),
        survivors={name: lacking(*keys)[name] for name, keys in lacks.items()},
    )


def _sentinel(node: str, digit: str) -> SentinelView:
    silent: dict[str, Any] = {"master": None, "error": f"Sentinel {node}:26379 does not answer"}
    return sentinel_view(node, **(silent if digit == "-" else {"master": f"redis{digit}"}))


ENDS: dict[str, tuple[Evidence, str | None, int, int]] = {
    "the Sentinels name one of two masters": (
        ended("12", "222", {"redis1": SEVEN, "redis2": NOTHING, "redis3": NOTHING}),
        "redis2",
        *(0, 0),
    ),
    "the one they name lacks what the other has": (
        ended("12", "222", {"redis1": NOTHING, "redis2": SEVEN, "redis3": NOTHING}),
        "redis2",
        *(1, 0),
    ),
    "two of three are a majority": (
        ended("12", "2-2", {"redis1": NOTHING, "redis2": SEVEN, "redis3": NOTHING}),
        "redis2",
        *(1, 0),
    ),
    "one Sentinel alone has no say, the only master has": (
        ended("1", "2--", {"redis1": NOTHING, "redis2": SEVEN, "redis3": NOTHING}),
        "redis1",
        *(0, 0),
    ),
    "no Sentinel answers, one is master": (
        ended("2", "---", {"redis1": NOTHING, "redis2": SEVEN, "redis3": NOTHING}),
        "redis2",
        *(1, 0),
    ),
    "two masters, and all have everything": (ended("12"), None, 0, 0),
    "two masters that differ": (
        ended("12", "1-2", {"redis1": SEVEN, "redis2": EIGHT, "redis3": NOTHING}),
        None,
        *(0, 2),
    ),
    "two masters, and nobody has it": (
        ended("12", "---", dict.fromkeys(NAMES, SEVEN | EIGHT)),
        None,
        *(2, 0),
    ),
    "no master, and nobody has it": (
        ended("", "---", dict.fromkeys(NAMES, SEVEN)),
        None,
        *(1, 0),
    ),
    "no master, one node was not asked": (
        ended("", "---", dict.fromkeys(NAMES[:2], SEVEN)),
        None,
        *(0, ALL),
    ),
    "the node that they name was not asked": (
        ended("1", "222", dict.fromkeys(("redis1", "redis3"), NOTHING)),
        "redis2",
        *(0, ALL),
    ),
    "nobody was asked, as older versions had it": (ended("12", "1-2", {}), None, 0, ALL),
}


@pytest.mark.parametrize(("given", "authority", "lost", "unknown"), ENDS.values(), ids=ENDS)
def test_losses_are_counted_where_the_data_count(
    given: Evidence, authority: str | None, lost: int, unknown: int
) -> None:
    done = judged(given, History(operations()))
    assert given.authority == authority
    assert (done.writes.lost, done.writes.unknown) == (lost, unknown)
    assert sum(loss.count for loss in done.losses) == lost
    assert done.verdict is Verdict.INVALID, "what ends without one master is no success"


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        (
            "the Sentinels name one of two masters",
            ["redis1 lacks 1 writes that redis2 has"],
        ),
        (
            "two masters that differ",
            [
                "it is not known which writes are kept: no majority of Sentinels names a master, "
                "and redis1, redis2 say to be one",
                "redis1 lacks 1 writes that were acknowledged",
                "redis2 lacks 1 writes that were acknowledged",
            ],
        ),
        (
            "no master, one node was not asked",
            [
                "it is not known which writes are kept: no majority of Sentinels names a master, "
                "and no node says to be one",
                "redis1 lacks 1 writes that were acknowledged",
                "redis2 lacks 1 writes that were acknowledged",
            ],
        ),
        (
            "the node that they name was not asked",
            [
                "it is not known which writes are kept: redis2 has the last word and was not "
                "asked for its keys"
            ],
        ),
    ],
)
def test_why_it_is_not_known_is_said_and_what_each_node_lacks(
    given: str, problems: list[str]
) -> None:
    done = judged(ENDS[given][0], History(operations()))
    said = [each for each in done.problems if "lacks" in each or "not known" in each]
    assert said == problems


def test_doubt_is_told_by_the_words_of_the_node_that_was_not_asked() -> None:
    given = seen(survivors={}, unasked={"redis2": "redis2 loads its data (LOADING)"})
    assert str(remains.doubt(given)).endswith("its keys: redis2 loads its data (LOADING)")
    assert remains.doubt(seen()) is None


def test_without_sentinels_nobody_is_voted_for() -> None:
    empty = Snapshot(snapshot().nodes, (), 2)
    assert (empty.voted_master, seen(after=empty).authority) == (None, "redis1")
