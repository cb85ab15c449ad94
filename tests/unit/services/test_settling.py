from dataclasses import replace
from pathlib import Path

import pytest

from redis_ha.errors import TimedOut, Unhealthy
from redis_ha.services import cluster, health, settling, stopped
from redis_ha.services.settling import until, wait_healthy, wait_settled
from tests.unit.builders import folders, redis_view, sentinel_view, snapshot

MASTER, TWO = redis_view("redis1", "master"), redis_view("redis2")
THREE = redis_view("redis3")
SHORT = snapshot(sentinels=[sentinel_view("redis3", replicas=(("redis3", 100),))])
UNSETTLED = snapshot(
    sentinels=[
        sentinel_view("redis1", replicas=(("redis2", 100), ("redis3", 100))),
        *(sentinel_view(name) for name in ("redis2", "redis3")),
    ]
)


def test_a_wait_that_is_over_tells_the_last_problems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "look", lambda environment: SHORT)
    with pytest.raises(
        TimedOut, match=r"the cluster is healthy: not .* redis3:26379 does not know redis2"
    ):
        wait_healthy(folders(tmp_path), timeout_s=0)


def test_a_wait_that_is_over_tells_why_servers_do_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "look", lambda environment: SHORT)
    monkeypatch.setattr(stopped, "reasons", lambda *_: ["redis3: redis does not run"])
    with pytest.raises(TimedOut, match=r"; redis3: redis does not run$"):
        wait_healthy(folders(tmp_path), timeout_s=0)


def test_what_no_time_mends_is_waited_for_a_moment_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = replace(MASTER, refusal="redis1 takes no writes", stays_refused=True)
    monkeypatch.setattr(cluster, "look", lambda environment: snapshot([full, TWO, THREE]))
    monkeypatch.setattr(settling, "STUCK_S", 0)
    with pytest.raises(Unhealthy, match=r"does not get healthy by itself: redis1 takes no writes"):
        wait_healthy(folders(tmp_path), timeout_s=600)


def test_a_priority_that_is_not_the_inventorys_is_waited_for_a_moment_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drifted = snapshot([MASTER, replace(TWO, running_priority=9), THREE])
    monkeypatch.setattr(cluster, "look", lambda environment: drifted)
    monkeypatch.setattr(settling, "STUCK_S", 0)
    with pytest.raises(Unhealthy, match=r"does not get settled by itself: redis2 runs with .* 9"):
        wait_settled(folders(tmp_path), timeout_s=600)
    assert wait_healthy(folders(tmp_path)) is drifted


def test_what_was_seen_and_will_do_is_not_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "look", pytest.fail)
    seen = snapshot()
    assert wait_settled(folders(tmp_path), seen=seen) is seen
    assert wait_healthy(folders(tmp_path), seen=UNSETTLED) is UNSETTLED


def test_old_servers_are_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What upgrades them waits for each node to be back in its place."""
    old = replace(TWO, version="6.2.14", server="Redis")
    aged = snapshot([MASTER, old, redis_view("redis3")])
    monkeypatch.setattr(cluster, "look", pytest.fail)
    assert wait_settled(folders(tmp_path), seen=aged) is aged
    assert wait_healthy(folders(tmp_path), seen=aged) is aged


def test_what_was_seen_and_will_not_do_is_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled = snapshot()
    monkeypatch.setattr(cluster, "look", lambda environment: settled)
    assert wait_settled(folders(tmp_path), seen=UNSETTLED) is settled


def test_priorities_that_nobody_knows_yet_are_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "look", lambda environment: UNSETTLED)
    with pytest.raises(
        TimedOut, match=r"is settled: .* last seen: Sentinel redis1:26379 does not .*"
    ):
        wait_settled(folders(tmp_path), timeout_s=0)


@pytest.mark.parametrize("timeout_s", [0, 5])
def test_what_was_seen_last_is_returned_when_the_time_is_over(
    timeout_s: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "look", lambda environment: snapshot())
    now = until(folders(tmp_path), health.is_settled, timeout_s, seen=UNSETTLED)
    assert now == (snapshot() if timeout_s else UNSETTLED)
