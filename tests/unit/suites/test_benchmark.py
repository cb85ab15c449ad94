import pytest

from redis_ha.suites.benchmark import (
    PROBE,
    REQUESTS,
    BenchmarkReport,
    BenchmarkRun,
    affordable,
    compare,
    parse,
)

CSV = (
    '"test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms",'
    '"p99_latency_ms","max_latency_ms"\n'
    '"SET","50000.00","0.125","0.024","0.095","0.303","0.527","0.871"\n'
    '"GET","64516.13","0.089","0.024","0.087","0.127","0.287","0.543"\n'
)
"""What redis-benchmark 8.0.2 prints."""


def test_the_csv_of_redis_benchmark_is_read() -> None:
    assert parse("vendor", CSV) == [
        BenchmarkRun("vendor", "SET", 50000.0, 0.095, 0.527),
        BenchmarkRun("vendor", "GET", 64516.13, 0.087, 0.287),
    ]


def rounds(server: str, test: str, *per_second: float) -> list[BenchmarkRun]:
    return [BenchmarkRun(server, test, rate, 1.0, 2.0) for rate in per_second]


@pytest.fixture
def report() -> BenchmarkReport:
    samples = [
        *rounds("master", "SET", 80, 1, 90),
        *rounds("vendor", "SET", 100, 900, 100),
        *rounds("replicated", "SET", 160, 160, 7),
        *rounds("master", "GET", 50),
        *rounds("vendor", "GET", 50),
        *rounds("replicated", "GET", 40),
    ]
    return BenchmarkReport("local", "redis1", 5000, tuple(compare(samples)))


def test_the_medians_of_the_servers_are_compared(report: BenchmarkReport) -> None:
    ratios = [(each.test, each.ratio, each.replicated_ratio) for each in report.comparisons]
    assert ratios == [("SET", 0.8, 0.5), ("GET", 1.0, 1.25)]


def test_the_record_has_samples_and_both_ratios(report: BenchmarkReport) -> None:
    test = report.as_json()["tests"][0]
    assert report.as_json()["requests"] == 5000
    assert test["master"]["per_second"] == 80
    assert (test["ratio"], test["replicated_ratio"], test["spread"]) == (0.8, 0.5, 8.0)


def test_the_round_that_is_furthest_from_its_servers_median_tells_the_spread(
    report: BenchmarkReport,
) -> None:
    assert [each.spread for each in report.comparisons] == [8.0, 0.0]  # the vendor's: 900 and 100


@pytest.mark.parametrize(
    ("set_rate", "get_rate", "requests"),
    [(50_000, 60_000, REQUESTS), (800, 600, 6_000), (20, 900, PROBE)],
)
def test_slow_nodes_get_fewer_requests(set_rate: float, get_rate: float, requests: int) -> None:
    probe = [*rounds("vendor", "SET", set_rate), *rounds("vendor", "GET", get_rate)]
    assert affordable(probe) == requests
