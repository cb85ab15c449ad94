import threading
from dataclasses import dataclass

import pytest

from redis_ha.errors import SeveralFailed, TimedOut, Unreachable
from redis_ha.nodes.group import each, outcomes


@dataclass(frozen=True)
class Item:
    name: str


ITEMS = [Item(name) for name in ("b", "a", "c")]


def fails_on_a(item: Item) -> str:
    if item.name == "a":
        raise Unreachable("a is gone")
    return item.name.upper()


def test_outcomes_keep_order_and_one_failure_does_not_hide_the_others() -> None:
    done = outcomes(ITEMS, fails_on_a)
    assert list(done) == ["b", "a", "c"]
    assert (done["b"], done["c"]) == ("B", "C")
    assert isinstance(done["a"], Unreachable)


def test_each_raises_the_failure_after_all_have_ended() -> None:
    ended: list[str] = []

    def work(item: Item) -> None:
        fails_on_a(item)
        ended.append(item.name)

    with pytest.raises(Unreachable, match="a is gone"):
        each(ITEMS, work)
    assert sorted(ended) == ["b", "c"]


def test_each_tells_what_happened_on_every_node_that_failed() -> None:
    failures = {"a": Unreachable("a is gone"), "b": TimedOut("late")}
    ended: list[str] = []

    def work(item: Item) -> None:
        if item.name in failures:
            raise failures[item.name]
        ended.append(item.name)

    with pytest.raises(SeveralFailed) as caught:
        each(ITEMS, work)
    assert str(caught.value) == "b: late; a is gone"
    assert (caught.value.failed, caught.value.exit_status) == (failures, 2)
    assert ended == ["c"]


def test_each_returns_the_values_by_name() -> None:
    assert each(ITEMS, lambda item: item.name * 2) == {"b": "bb", "a": "aa", "c": "cc"}


def test_items_are_worked_on_at_the_same_time() -> None:
    together = threading.Barrier(len(ITEMS), timeout=5)
    assert sorted(each(ITEMS, lambda item: together.wait()).values()) == [0, 1, 2]


def test_a_defect_is_no_outcome() -> None:
    def work(item: Item) -> None:
        raise KeyError(item.name)

    with pytest.raises(KeyError):
        outcomes(ITEMS, work)


def test_no_items_are_no_work() -> None:
    assert outcomes([], fails_on_a) == {}
