"""Each wait of a page is above the one that it waits for, whatever the inventory says."""

import pytest

from redis_ha import inventory
from redis_ha.roles.sentinel import Sentinel
from redis_ha.roles.web import Web
from redis_ha.services import web_waits


@pytest.mark.parametrize("page_s", [1, 240, 3600])
@pytest.mark.parametrize("down_after_ms", [1000, 2000, 30_000])
def test_who_waits_outside_waits_longer(page_s: int, down_after_ms: int) -> None:
    tables = (Web(page_s=page_s), Sentinel(down_after_ms=down_after_ms))
    found = web_waits.of(inventory.load("default").having(*tables))
    assert found.connect_s < found.hold_s < found.read_s < found.lock_s
    assert found.terminate_s >= page_s + found.lock_s + found.read_s
    assert found.fastcgi_s > found.terminate_s
