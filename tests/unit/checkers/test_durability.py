import pytest

from redis_ha.checkers import Verdict
from redis_ha.checkers.durability import ENOUGH, Writes, account
from redis_ha.measure.history import History, Outcome
from tests.unit.builders import history, writes


class LossyStore:
    """A master that acknowledges every write and forgets some of them."""

    def __init__(self, forgets: int) -> None:
        self._forgets, self.kept = forgets, list[str]()

    def write(self, count: int) -> History:
        done = writes(count)
        self.kept = [write.key for write in done[self._forgets :]]
        return History(done)


@pytest.mark.parametrize("lost", [1, 7, 150])
def test_acknowledged_writes_that_are_gone_are_lost_and_counted(lost: int) -> None:
    store = LossyStore(forgets=lost)
    found = account(store.write(150), store.kept)
    assert (found.acknowledged, found.lost, found.verdict) == (150, lost, Verdict.INVALID)


def test_all_there_is_valid() -> None:
    store = LossyStore(forgets=0)
    assert account(store.write(150), store.kept).verdict is Verdict.VALID


@pytest.mark.parametrize(
    ("acknowledged", "verdict"),
    [(0, Verdict.UNKNOWN), (ENOUGH - 1, Verdict.UNKNOWN), (ENOUGH, Verdict.VALID)],
)
def test_too_few_writes_say_nothing(acknowledged: int, verdict: Verdict) -> None:
    recorded, keys = history(acknowledged, failed=500)
    assert account(recorded, keys).verdict is verdict


def test_a_loss_among_few_writes_is_a_loss() -> None:
    recorded, keys = history(acknowledged=3)
    assert account(recorded, keys[1:]).verdict is Verdict.INVALID


def test_what_was_not_acknowledged_is_no_loss_and_no_harm_where_it_is_there() -> None:
    recorded, keys = history(acknowledged=ENOUGH, failed=4, indeterminate=3)
    open_keys = recorded.keys(Outcome.INDETERMINATE)[:2]
    failed_keys = recorded.keys(Outcome.FAILED)[:1]
    found = account(recorded, [*keys, *open_keys, *failed_keys, "somebody else's"])
    assert found == Writes(
        attempted=ENOUGH + 7,
        acknowledged=ENOUGH,
        failed=4,
        indeterminate=3,
        lost=0,
        recovered=3,
    )
    assert found.verdict is Verdict.VALID
