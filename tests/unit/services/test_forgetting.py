"""redis_ha/services/forgetting.py: one Sentinel after the other, and only while all is calm."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from redis_ha.errors import TimedOut
from redis_ha.services import cluster, forgetting, settling
from redis_ha.services.snapshot import SeenServer, Snapshot, Stranger
from tests.unit.builders import folders, redis_view, snapshot

COPY = Stranger("replica", "10.0.0.9:6379", lives=False)


def with_stranger(seen: Snapshot, stranger: Stranger = COPY) -> Snapshot:
    calm = SeenServer("redis1", "10.0.0.1", 6379, forgetting.CALM)
    knowing = (replace(view, strangers=(stranger,), master_seen=calm) for view in seen.sentinels)
    return replace(seen, sentinels=tuple(knowing))


class Cluster:
    """Three Sentinels that know a stranger until they are told to forget."""

    def __init__(self, seen: Snapshot) -> None:
        self.now, self.asked = seen, 0
        self.told: list[str] = []

    def look(self, _: object) -> Snapshot:
        self.asked += 1
        return self.now

    def reset(self, _: object, view: object) -> None:
        self.told.append(name := view.name)  # type: ignore[attr-defined]
        self.now = replace(
            self.now,
            sentinels=tuple(
                replace(each, strangers=()) if each.name == name else each
                for each in self.now.sentinels
            ),
        )


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    made = Cluster(with_stranger(snapshot()))
    monkeypatch.setattr(cluster, "look", made.look)
    monkeypatch.setattr(forgetting, "_reset", made.reset)
    monkeypatch.setattr(settling.until, "__defaults__", (0,))
    monkeypatch.setattr(settling.wait_healthy, "__defaults__", (0,))
    return made


def test_each_sentinel_forgets_in_turn_and_is_looked_at_before(
    stage: Cluster, tmp_path: Path
) -> None:
    said: list[str] = []
    done = forgetting.run(folders(tmp_path), stage.now, said.append)
    assert stage.told == ["redis1:26379", "redis2:26379", "redis3:26379"]
    assert stage.asked == len(stage.told) + 1
    assert said[0] == "Sentinel redis1:26379 forgets 10.0.0.9:6379"
    assert not any(view.strangers for view in done.sentinels)


@pytest.mark.parametrize(
    "seen", [snapshot(), with_stranger(snapshot(), replace(COPY, lives=True))], ids=["none", "one"]
)
def test_nobody_is_asked_where_nobody_is_gone(
    seen: Snapshot, stage: Cluster, tmp_path: Path
) -> None:
    assert forgetting.run(folders(tmp_path), seen) is seen
    assert (stage.told, stage.asked) == ([], 0)


def flagged(*flags: str) -> Snapshot:
    """Return a whole set of which the last Sentinel thinks this of the master."""
    seen = with_stranger(snapshot())
    last = replace(seen.sentinels[-1], master_seen=SeenServer("redis1", "10.0.0.1", 6379, flags))
    return replace(seen, sentinels=(*seen.sentinels[:-1], last))


DOWN = redis_view("redis1", "down", link=None, follows=None)


@pytest.mark.parametrize(
    "seen",
    [
        with_stranger(snapshot([DOWN, *snapshot().nodes[1:]])),
        flagged("master", "s_down"),
        flagged("master", "failover_in_progress"),
    ],
    ids=["the master is down", "one misses the master", "a failover runs"],
)
def test_no_sentinel_is_reset_while_the_master_is_down_or_changes(
    seen: Snapshot, stage: Cluster, tmp_path: Path
) -> None:
    stage.now = seen
    with suppress(TimedOut):  # it says what is not whole
        forgetting.run(folders(tmp_path), seen)
    assert stage.told == []
