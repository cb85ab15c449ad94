"""Throughput beside the vendor's configuration: reported, and not out of all proportion."""

from collections.abc import Callable

import pytest

from redis_ha.nodes.environment import Environment
from redis_ha.suites import benchmark

Keep = Callable[..., None]

BROKEN = 0.3
"""A master this much slower is not slow, something is wrong with it."""


@pytest.mark.timeout(600)
def test_the_master_keeps_up_with_the_vendors_configuration(
    environment: Environment, keep: Keep
) -> None:
    record = benchmark.run(environment, print)
    ratios = [
        f"{each.test}: {each.ratio:.2f} of the vendor's throughput, "
        f"{each.replicated_ratio:.2f} of the vendor's with replicas"
        for each in record.comparisons
    ]
    keep("benchmark", record.as_json(), *ratios)
    assert [each.test for each in record.comparisons] == list(benchmark.TESTS)
    for each in record.comparisons:
        assert each.ratio > BROKEN, each
