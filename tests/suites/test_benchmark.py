"""Throughput beside the vendor's configuration: measured and reported; no ratio is asked for."""

from collections.abc import Callable

import pytest

from redis_ha.nodes.environment import Environment
from redis_ha.services import cluster, health
from redis_ha.suites import benchmark

Keep = Callable[..., None]


@pytest.mark.usefixtures("alone")
@pytest.mark.timeout(600)
def test_the_master_is_measured_beside_the_vendors_configuration(
    environment: Environment, keep: Keep
) -> None:
    record = benchmark.run(environment, print)
    ratios = [
        f"{each.test}: {each.ratio:.2f} of the vendor's throughput, "
        f"{each.replicated_ratio:.2f} of the vendor's with replicas; "
        f"rounds of one server lie up to {each.spread:.0%} from their median"
        for each in record.comparisons
    ]
    keep("benchmark", record.as_json(), *ratios)
    assert [each.test for each in record.comparisons] == list(benchmark.TESTS)
    for each in record.comparisons:
        for sample in (each.master, each.vendor, each.replicated):
            assert sample.per_second > 0
            assert 0 < sample.p50_ms <= sample.p99_ms
    assert health.is_healthy(cluster.look(environment))
