from dataclasses import replace
from pathlib import Path

import pytest

from redis_ha.services import cluster
from redis_ha.services.snapshot import SentinelView, Snapshot
from redis_ha.suites import sentinel
from redis_ha.suites.sentinel import Check, SentinelReport, judge
from tests.unit import builders
from tests.unit.builders import redis_view, sentinel_view, snapshot


def refusals(seen: Snapshot) -> list[tuple[str, str]]:
    return [(check.sentinel, check.check) for check in judge(seen) if not check.ok]


def with_third(third: SentinelView) -> Snapshot:
    return snapshot(sentinels=[*snapshot().sentinels[:2], third])


def test_sentinels_that_agree_pass_every_check() -> None:
    checks = judge(snapshot())
    assert [check.check for check in checks] == ["master", "quorum", "sentinels", "replicas"] * 3
    assert all(check.ok for check in checks)
    assert refusals(builders.after_failover()) == []


THIRD = sentinel_view("redis3")
NO = {
    "does not answer": (replace(THIRD, error="refused"), ["answers"]),
    "another master": (replace(THIRD, master="redis2"), ["master", "replicas"]),
    "no quorum": (replace(THIRD, quorum_ok=False), ["quorum"]),
    "a ghost": (replace(THIRD, known_sentinels=4), ["sentinels"]),
    "a replica is not known": (replace(THIRD, replicas=(("redis2", 75),)), ["replicas"]),
    "another priority": (
        replace(THIRD, replicas=(("redis2", 75), ("redis3", 0))),
        ["replicas"],
    ),
    "a stranger": (
        replace(THIRD, replicas=(("192.0.2.1", 100), ("redis2", 75), ("redis3", 100))),
        ["replicas"],
    ),
}


@pytest.mark.parametrize(("third", "checks"), NO.values(), ids=NO)
def test_each_check_says_no_to_what_it_is_for(third: SentinelView, checks: list[str]) -> None:
    assert refusals(with_third(third)) == [("redis3:26379", check) for check in checks]


def test_nobody_named_is_no_agreement_on_nobody() -> None:
    nodes = [redis_view(name) for name in builders.NAMES]
    views = [sentinel_view(name, master=None) for name in builders.NAMES]
    assert ("redis1:26379", "master") in refusals(snapshot(nodes, views))


def test_no_check_at_all_is_not_fine() -> None:
    assert not SentinelReport("local", ()).ok
    assert not SentinelReport(
        "local", (Check("a", "master", True, ""), Check("b", "x", False, ""))
    ).ok


def test_the_record_has_every_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "look", lambda environment: snapshot())
    record = sentinel.run(builders.folders(tmp_path)).as_json()
    assert (record["provider"], record["ok"], len(record["checks"])) == ("local", True, 12)
    check = record["checks"][3]
    wanted = {
        "sentinel": "redis1:26379",
        "check": "replicas",
        "ok": True,
        "detail": "redis2 (priority 75), redis3 (priority 100)",
    }
    assert check | wanted == check
