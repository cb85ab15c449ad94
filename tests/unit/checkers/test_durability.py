import pytest

from redis_ha.checkers import Verdict
from redis_ha.checkers.durability import ENOUGH, Loss, Writes, account, losses
from redis_ha.measure.history import Operation, Outcome
from tests.unit.builders import keys, operation, writes


class LossyStore:
    """A master that acknowledges every write and forgets some of them."""

    def __init__(self, forgets: int) -> None:
        self._forgets, self.kept = forgets, list[str]()

    def write(self, count: int) -> list[Operation]:
        done = writes(count)
        self.kept = keys(done[self._forgets :])
        return done


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
    good = writes(acknowledged)
    assert account([*good, *writes(500, Outcome.FAILED, 1000)], keys(good)).verdict is verdict


def test_a_loss_among_few_writes_is_a_loss() -> None:
    good = writes(3)
    assert account(good, keys(good[1:])).verdict is Verdict.INVALID


def test_what_was_not_acknowledged_is_no_loss_and_no_harm_where_it_is_there() -> None:
    good = writes(ENOUGH)
    failed, unsure = writes(4, Outcome.FAILED, 1000), writes(3, Outcome.INDETERMINATE, 2000)
    there = keys([*good, *unsure[:2], *failed[:1]])
    found = account([*good, *failed, *unsure], [*there, "somebody else's"])
    assert found == Writes(
        attempted=ENOUGH + 7,
        acknowledged=ENOUGH,
        failed=4,
        indeterminate=3,
        lost=0,
        recovered=3,
    )
    assert found.verdict is Verdict.VALID


def test_losses_are_told_by_when_where_and_whose() -> None:
    kept = operation(1.0)
    lost = [
        *(operation(at_s) for at_s in (1.2, 1.1, 1.4)),
        operation(3.0),
        operation(1.3, client="naive-1"),
        operation(1.35, "redis2"),
    ]
    never = operation(1.5, outcome=Outcome.FAILED)
    found = losses([kept, *lost, never], [kept.key], since_s=1.0)
    assert [_rounded(loss) for loss in found] == [
        Loss(0.3, 0.3, 1, "redis1", "naive"),
        Loss(0.1, 0.4, 3, "redis1", "sentinel"),
        Loss(2.0, 2.0, 1, "redis1", "sentinel"),
        Loss(0.35, 0.35, 1, "redis2", "sentinel"),
    ]
    assert losses([kept], [kept.key], 1.0) == []


def _rounded(loss: Loss) -> Loss:
    return Loss(round(loss.from_s, 3), round(loss.to_s, 3), loss.count, loss.node, loss.client)
