"""redis_ha/faults/settings.py: the values that a drill of planned work sets."""

from dataclasses import replace
from itertools import pairwise

import pytest

from redis_ha import inventory
from redis_ha.faults import settings
from redis_ha.faults.settings import Change
from redis_ha.roles.redis import Redis

TABLE = inventory.load("default").redis


@pytest.mark.parametrize("change", [settings.memory, settings.databases])
def test_each_round_has_another_value_and_none_that_of_the_inventory(change: Change) -> None:
    made = [change(TABLE, number) for number in range(4)]
    assert TABLE not in made
    assert all(one != other for one, other in pairwise(made))


def test_there_is_never_less_memory_than_before() -> None:
    assert settings.memory(TABLE, 0).maxmemory == str(257 << 20)
    unlimited: Redis = replace(TABLE, maxmemory="0")
    assert int(settings.memory(unlimited, 0).maxmemory) > 1 << 40
