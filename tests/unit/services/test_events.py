from pathlib import Path

import pytest

from redis_ha.nodes.environment import Environment
from redis_ha.services import events, logs
from redis_ha.services.events import SAYS, said
from tests.unit import builders

NAMES = {("10.0.0.1", "6379"): "redis1", ("10.0.0.2", "6379"): "redis2"}
MASTER, REPLICA = "master mymaster 10.0.0.1 6379", "slave 10.0.0.2:6379 10.0.0.2 6379 @ mymaster"
LINES = {
    f"+sdown {MASTER}": "master redis1 does not answer",
    f"+odown {MASTER} #quorum 3/2": "master redis1 is down: 3 Sentinels say so, 2 are needed",
    "+new-epoch 7": "election 7 begins",
    "+vote-for-leader 5f2a 7": "votes in election 7",
    f"+selected-slave {REPLICA} 10.0.0.1 6379": "chose replica redis2",
    "+switch-master mymaster 10.0.0.1 6379 10.0.0.2 6379": (
        "names another master: redis2, it was redis1"
    ),
    "+sentinel sentinel 5f2a 10.0.0.9 26379 @ mymaster 10.0.0.1 6379": (
        "knows Sentinel 10.0.0.9:26379 from now on"
    ),
    f"+set {MASTER} quorum 3": "was told another setting of master redis1 (quorum 3)",
    "+tilt #tilt mode entered": "only watches: its clock jumped, or it was stopped (TILT)",
    "+newer-than-this program": "+newer-than-this program",
}


def called(address: str, port: str) -> str:
    return NAMES.get((address, port), f"{address}:{port}")


@pytest.mark.parametrize("line", LINES)
def test_an_announcement_is_told_in_plain_words(line: str) -> None:
    event, _, rest = line.partition(" ")
    assert said(event, rest, called) == LINES[line]


@pytest.mark.parametrize("event", SAYS)
def test_no_announcement_is_too_short_to_be_told(event: str) -> None:
    assert said(event, "", called)
    assert "redis1" in said(event, MASTER, called) or "{it}" not in SAYS[event]


def test_only_announcements_are_read_from_a_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = [
        ("redis1", "464:X 26 Nov 2026 01:02:03.004 * Sentinel new configuration saved on disk"),
        ("redis1", "464:X 26 Nov 2026 01:02:03.005 # +sdown master mymaster 10.0.0.8 6379"),
        ("redis2", "no stamp"),
    ]

    def merged(_: object, lines: int) -> list[tuple[str, str]]:
        assert lines == 5
        return log

    monkeypatch.setattr(logs, "merged", merged)
    environment: Environment = builders.folders(tmp_path)
    (only,) = events.recent(environment, 5)
    record = only.as_json()
    wanted = {
        "at": "2026-11-26T01:02:03.005",
        "sentinel": "redis1",
        "event": "+sdown",
        "detail": "master mymaster 10.0.0.8 6379",
        "says": "master 10.0.0.8:6379 does not answer",
    }
    assert record | wanted == record
