"""redis_ha/measure/web_visitors.py: visitors are where there is something to visit."""

from pathlib import Path

import pytest

from redis_ha import inventory
from redis_ha.errors import RedisHaError
from redis_ha.measure import visits, web_visitors
from tests.unit import builders


def test_those_who_come_to_a_site_are_where_it_is(tmp_path: Path) -> None:
    built = builders.folders(tmp_path, inventory.load("site"))
    (orders,) = web_visitors.orders(built, (visits.PAGE, visits.EDITOR))
    assert orders.node == "web1"
    assert orders.kinds == (visits.PAGE, visits.EDITOR)
    assert (orders.visitors, orders.locks) == (0, 0)
    assert orders.typo3
    assert orders.typo3.requests_per_s == web_visitors.SITE_REQUESTS_PER_S
    assert orders.typo3.editor_password == built.secrets["typo3_editor"]
    assert orders.typo3.editor_password not in repr(orders)


def test_without_a_site_nobody_comes_to_it(tmp_path: Path) -> None:
    with pytest.raises(RedisHaError, match="no node of `default` has the role `typo3`"):
        web_visitors.orders(builders.folders(tmp_path), (visits.VISITOR,))
