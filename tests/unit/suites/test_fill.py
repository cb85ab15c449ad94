"""How much data is made, and where that is refused."""

from typing import Any, cast

import pytest
import redis

from redis_ha.errors import RedisHaError
from redis_ha.services.writes import MIB
from redis_ha.suites import fill


class Server:
    def __init__(self, **info: int) -> None:
        self._info = {"used_memory": 100 * MIB, "maxmemory": 256 * MIB, **info}

    def info(self, _: str) -> dict[str, Any]:
        return self._info


@pytest.mark.parametrize(
    ("text", "size"), [("0", 0), ("1mb", MIB), ("60mb", 60 * MIB), ("2gb", 2048 * MIB)]
)
def test_sizes_are_typed_as_in_an_inventory(text: str, size: int) -> None:
    assert fill.bytes_of(text) == size


@pytest.mark.parametrize("text", ["", "-1mb", "1", "0mb", "1.5gb", "1MB", "1mb\x1b[2J", "9999gb"])
def test_what_is_no_size_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(RedisHaError, match="takes a size such as `100mb`") as refused:
        fill.bytes_of(text)
    assert str(refused.value).isprintable()


@pytest.mark.parametrize(
    ("info", "size", "present"),
    [({}, 130, 0), ({}, 180, 50), ({"maxmemory": 0, "total_system_memory": 1024 * MIB}, 300, 0)],
    ids=["there is room", "what is there goes", "half of the machine"],
)
def test_what_has_room_is_taken(info: dict[str, int], size: int, present: int) -> None:
    fill.require_room(cast(redis.Redis, Server(**info)), size * MIB, present * MIB)


@pytest.mark.parametrize(
    ("info", "size"), [({}, 131), ({"maxmemory": 0, "total_system_memory": 1024 * MIB}, 400)]
)
def test_what_maxmemory_would_not_hold_is_refused(info: dict[str, int], size: int) -> None:
    with pytest.raises(RedisHaError, match=f"{size} MiB have no room: 100 of"):
        fill.require_room(cast(redis.Redis, Server(**info)), size * MIB, 0)
