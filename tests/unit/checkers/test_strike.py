from dataclasses import replace

import pytest

from redis_ha.checkers.strike import Member
from tests.unit.kept import STRIKE


def test_what_was_not_hit_was_spared() -> None:
    assert STRIKE.spared == ("redis2", "redis3")


@pytest.mark.parametrize(
    ("targets", "dark"),
    [(("redis1",), False), (("redis1", "redis2", "redis3"), True)],
    ids=["one", "all"],
)
def test_it_is_dark_when_no_redis_was_spared(targets: tuple[str, ...], dark: bool) -> None:
    watcher = Member("watcher", sentinels=1, priority=None)
    strike = replace(STRIKE, targets=targets, members=(*STRIKE.members, watcher))
    assert strike.is_dark is dark
    assert (strike.sentinels(), strike.sentinels(("watcher",))) == (4, 1)
