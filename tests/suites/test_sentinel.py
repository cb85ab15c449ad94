"""The Sentinels agree with each other and with the nodes."""

from collections.abc import Callable

import pytest

from redis_ha.nodes.environment import Environment
from redis_ha.services import settling
from redis_ha.suites import sentinel

Keep = Callable[..., None]

pytestmark = pytest.mark.usefixtures("quick_sentinels")
LEARNS_S = 3.0
"""Two rounds of theirs, and a moment."""


def test_all_sentinels_agree(environment: Environment, keep: Keep) -> None:
    record = sentinel.run(environment)
    keep("sentinel", record.as_json())
    assert [check for check in record.checks if not check.ok] == []
    assert len(record.checks) == 4 * sum(len(node.sentinels) for node in environment.topology.nodes)


def test_a_sentinel_that_is_down_is_reported(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "LEARNS_S", LEARNS_S)
    node = environment.sentinel_nodes[-1]
    node.units.hold("sentinel")
    node.units.kill("sentinel")
    try:
        record = sentinel.run(environment)
    finally:
        node.units.start("sentinel")
    assert not record.ok
    assert [check.sentinel for check in record.checks if check.check == "answers"] == [
        f"{node.name}:{node.spec.sentinels[0]}"
    ]
