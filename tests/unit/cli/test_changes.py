"""What changed from one look at a cluster to the next."""

import pytest

from redis_ha.cli import changes
from redis_ha.services.snapshot import Snapshot
from tests.unit.builders import after_failover, changed, redis_view, sentinel_view, snapshot


def with_redis(**values: object) -> Snapshot:
    first, second, third = snapshot().nodes
    return changed(snapshot(), nodes=(first, second, changed(third, **values)))


def with_sentinel(**values: object) -> Snapshot:
    first, *others = snapshot().sentinels
    return changed(snapshot(), sentinels=(changed(first, **values), *others))


CASES = {
    "nothing": (snapshot(), []),
    "a replica that is down": (
        with_redis(role="down", link=None),
        ["redis3: replica -> down"],
    ),
    "a link that broke": (
        with_redis(link="down"),
        ["redis3: link to its master up -> down"],
    ),
    "a refusal": (
        with_redis(refusal="redis3 takes no writes"),
        ["redis3: takes no writes"],
    ),
    "a Sentinel that refuses": (
        with_sentinel(error="it denies a right (NOPERM)", refusal="it denies a right (NOPERM)"),
        ["Sentinel redis1:26379: it denies a right (NOPERM)"],
    ),
    "a Sentinel that is gone": (
        with_sentinel(error="Sentinel redis1:26379 does not answer"),
        ["Sentinel redis1:26379: does not answer"],
    ),
    "another master": (
        with_sentinel(master="redis2"),
        ["Sentinel redis1:26379: names redis2 as master, before redis1"],
    ),
    "tilt": (with_sentinel(is_in_tilt=True), ["Sentinel redis1:26379: is in TILT"]),
    "no quorum": (with_sentinel(quorum_ok=False), ["Sentinel redis1:26379: sees no quorum"]),
}


@pytest.mark.parametrize(("after", "said"), CASES.values(), ids=CASES)
def test_a_change_is_a_line(after: Snapshot, said: list[str]) -> None:
    assert list(changes.between(snapshot(), after)) == said


def test_what_is_over_is_said_as_well() -> None:
    said = changes.between(CASES["a Sentinel that is gone"][0], snapshot())
    assert list(said) == ["Sentinel redis1:26379: answers again"]
    said = changes.between(CASES["a refusal"][0], snapshot())
    assert list(said) == ["redis3: refuses nothing any more"]


def test_a_failover_is_told_from_both_sides() -> None:
    said = list(changes.between(snapshot(), after_failover()))
    assert "redis2: replica -> master" in said
    assert "Sentinel redis3:26379: names redis2 as master, before redis1" in said
    assert redis_view("redis1").name in " ".join(said)
    assert sentinel_view("redis1").name in " ".join(said)
