from dataclasses import replace

import pytest

from redis_ha.services.snapshot import SentinelView
from redis_ha.version import Version
from tests.unit.builders import NAMES, redis_view, sentinel_view, snapshot

S1, S2, S3 = (sentinel_view(name) for name in NAMES)

VOTES: dict[str, tuple[list[SentinelView], str | None]] = {
    "the newest configuration wins": (
        [S1, S2, replace(S3, master="redis3", epoch=2)],
        "redis3",
    ),
    "then the majority": (
        [S1, replace(S2, master="redis2"), replace(S3, master="redis2")],
        "redis2",
    ),
    "those without an answer do not count": (
        [S1, replace(S2, master=None, epoch=9), replace(S3, master=None, epoch=9)],
        "redis1",
    ),
    "nobody knows": ([replace(S1, master=None)], None),
    "nobody is there": ([], None),
}


@pytest.mark.parametrize(("sentinels", "master"), VOTES.values(), ids=VOTES)
def test_the_named_master_goes_by_epoch_then_by_votes(
    sentinels: list[SentinelView], master: str | None
) -> None:
    assert snapshot(sentinels=sentinels).named_master() == master


def test_versions_are_those_of_the_servers_that_answer() -> None:
    down = redis_view("redis1", "down", link=None, follows=None)
    valkey = redis_view("redis2", "master", version="9.1.2", server="Valkey")
    assert snapshot([down, valkey]).versions == {"redis2": Version("Valkey", "9.1.2")}
