"""What the way through the proxy costs: both ways in turns, medians side by side."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from redis_ha.errors import Unhealthy
from redis_ha.proc import Result
from redis_ha.services import cluster
from redis_ha.services.snapshot import Snapshot
from redis_ha.suites import benchmark, proxy_cost
from tests.unit.builders import folders, snapshot

CSV = '"test","rps","p50_latency_ms","p99_latency_ms"\n'


def said(*words: str, **_: Any) -> Result:
    """Answer as redis-benchmark does: through the proxy half as fast, a connection at a quarter."""
    if "--version" in words:
        return Result(words, 0, "redis-benchmark 7.0.15")
    assert "none" in words, "a user without a password"
    rate = 20_000.0 if words[words.index("-h") + 1] == "127.0.0.21" else 40_000.0
    rows = ("GET",) if "-k" in words else ("SET", "GET")
    rate = rate / 10 if "-k" in words else rate
    return Result(words, 0, CSV + "".join(f'"{row}","{rate}","0.1","0.5"\n' for row in rows))


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def passage(*_: object) -> Iterator[tuple[str, ...]]:
        yield ("--user", "somebody", "-a", "none")

    monkeypatch.setattr(benchmark, "passage", passage)
    monkeypatch.setattr(cluster, "look", lambda _: snapshot())


@pytest.mark.usefixtures("measured")
def test_both_ways_are_measured_in_turns(tmp_path: Path) -> None:
    built = folders(tmp_path)
    built.node("web1").run = said  # type: ignore[method-assign]
    samples: list[benchmark.BenchmarkRun] = []
    found = proxy_cost.run(built, samples.append)
    assert [each.server for each in samples[:6]] == ["direct"] * 3 + ["proxy"] * 3
    assert len(samples) == 6 * proxy_cost.ROUNDS
    records = [each.as_json() for each in found]
    wanted = (
        {"test": "SET", "direct_per_s": 40_000, "through_per_s": 20_000, "share": 0.5},
        {"test": "GET", "direct_per_s": 40_000, "through_per_s": 20_000, "share": 0.5},
        {"test": "connect", "direct_per_s": 4000, "through_per_s": 2000, "share": 0.5},
    )
    assert [each | asked for each, asked in zip(records, wanted, strict=True)] == records
    assert str(found[0]) == "SET: 20,000 a second through the proxy, 40,000 directly (0.50)"
    assert str(found[2]) == "connection, AUTH and GET: 0.50 ms through the proxy, 0.25 ms directly"


@pytest.mark.usefixtures("measured")
def test_without_a_master_there_is_nothing_to_measure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "look", lambda _: Snapshot((), (), 2))
    with pytest.raises(Unhealthy):
        proxy_cost.run(folders(tmp_path))
