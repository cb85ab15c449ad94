import pytest

from redis_ha import inventory
from redis_ha.checkers.prediction import first_write_s
from redis_ha.inventory import Inventory
from tests.unit.builders import changed


def with_settings(down_after_ms: int, min_replicas: int) -> Inventory:
    default = inventory.load("default")
    return changed(
        default,
        sentinel=changed(default.sentinel, down_after_ms=down_after_ms),
        redis=changed(default.redis, min_replicas_to_write=min_replicas),
    )


@pytest.mark.parametrize(
    ("down_after_ms", "min_replicas", "fault", "seconds"),
    [
        (1000, 0, "kill", 2.20),
        (1000, 1, "kill", 2.27),
        (2000, 1, "kill", 3.27),
        (1000, 0, "hang", 2.70),
        (1000, 1, "hang", 2.77),
    ],
)
def test_the_prediction_follows_the_settings(
    down_after_ms: int, min_replicas: int, fault: str, seconds: float
) -> None:
    topology = with_settings(down_after_ms, min_replicas)
    assert first_write_s(topology, fault) == pytest.approx(seconds)
