"""Throughput beside the vendor's configuration: measured and reported; no ratio is asked for."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from redis_ha.nodes.environment import Environment
from redis_ha.services import cluster, health
from redis_ha.suites import benchmark

EVERY_S = 0.2
Keep = Callable[..., None]


@contextmanager
def command_lines(environment: Environment) -> Iterator[set[str]]:
    """Collect the command lines of redis-benchmark on the master's node meanwhile."""
    node = environment.node(str(cluster.look(environment).master))
    seen: set[str] = set()
    ended = threading.Event()

    def sample() -> None:
        while not ended.wait(EVERY_S):
            lines = node.run("ps", "-ww", "-eo", "args").stdout.splitlines()
            seen.update(line for line in lines if "redis-benchmark" in line)

    sampler = threading.Thread(target=sample)
    sampler.start()
    try:
        yield seen
    finally:
        ended.set()
        sampler.join()


@pytest.mark.usefixtures("alone")
@pytest.mark.timeout(600)
def test_the_master_is_measured_beside_the_vendors_configuration(
    environment: Environment, keep: Keep
) -> None:
    with command_lines(environment) as seen:
        record = benchmark.run(environment, print)
    assert {line.partition(" --user ")[2].split()[2] for line in seen if " -a " in line} == {"none"}
    secrets = (environment.secrets.redis, environment.secrets.sentinel)
    assert not [line for line in seen if any(secret in line for secret in secrets)]
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
