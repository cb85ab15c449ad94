"""redis_ha/measure/visits.py: what the program on the web node is told."""

import json

from redis_ha.measure.visits import Visits


def test_no_password_is_among_its_orders() -> None:
    visits = Visits("web1", ("ssh", "web1"), "127.0.0.1", 8080, {"10.0.0.2": "redis2"}, visitors=1)
    told = json.loads(visits.told("drill"))
    assert told["prefix"] == "drill"
    assert not [key for key in told if "password" in key]
