"""What the way through the proxy costs beside the direct one, in turns within one run.

Both are driven by redis-benchmark on the proxy's node: once over kept connections, and once with a
connection, AUTH and GET each, one after the other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.roles.proxy import Proxy
from redis_ha.services import cluster, health, proxy
from redis_ha.suites import benchmark
from redis_ha.suites.benchmark import BenchmarkRun

ROUNDS = 3
REQUESTS, CONNECTIONS = 50_000, 2_000
CLIENTS = 20
DIRECT, THROUGH = "direct", "proxy"
KEPT = ("-t", "set,get", "-c", str(CLIENTS), "-n", str(REQUESTS))
NEW = ("-t", "get", "-c", "1", "-n", str(CONNECTIONS), "-k", "0")


@dataclass(frozen=True)
class Cost:
    """One kind of use, by the medians of both ways.

    Args:
        direct, through: requests a second.
    """

    test: str
    direct: float
    through: float

    @property
    def share(self) -> float:
        """Return what is left of the direct way's throughput."""
        return self.through / self.direct

    def as_json(self) -> dict[str, Any]:
        """Return it as the record has it."""
        rates = {"direct_per_s": round(self.direct), "through_per_s": round(self.through)}
        return {"test": self.test, **rates, "share": round(self.share, 3)}

    def __str__(self) -> str:
        if self.test == "connect":
            ways = (1000 / self.through, 1000 / self.direct)
            return (
                "connection, AUTH and GET: {:.2f} ms through the proxy, {:.2f} ms directly".format(
                    *ways
                )
            )
        return (
            f"{self.test}: {self.through:,.0f} a second through the proxy, {self.direct:,.0f} "
            f"directly ({self.share:.2f})"
        )


OnSample = Callable[[BenchmarkRun], object]


def run(environment: Environment, on_sample: OnSample = id) -> list[Cost]:
    """Measure both ways to the master.

    Raises:
        Unhealthy: there is no master.
        RedisHaError: the proxy's node has no redis-benchmark.
    """
    name = health.require_master(cluster.look(environment))
    master, node = environment.node(name), environment.nodes_with("proxy")[0]
    benchmark.require_tool(node)
    ways = {
        DIRECT: (master.address, environment.topology.redis.port),
        THROUGH: (proxy.address(node), environment.topology.table(Proxy).port),
    }
    samples: list[BenchmarkRun] = []
    with benchmark.passage(environment, master) as login:
        for _ in range(ROUNDS):
            for way, place in ways.items():
                for sample in _measured(node, way, place, login):
                    on_sample(sample)
                    samples.append(sample)
    return [_cost(samples, test) for test in ("SET", "GET", "connect")]


def _measured(
    node: Node, way: str, place: tuple[str, int], login: tuple[str, ...]
) -> list[BenchmarkRun]:
    address, port = place
    where = ("redis-benchmark", "-h", address, "-p", str(port), *login, "--csv")
    kept = benchmark.parse(way, node.run(*where, *KEPT, timeout_s=300).stdout)
    (new,) = benchmark.parse(way, node.run(*where, *NEW, timeout_s=300).stdout)
    return [*kept, BenchmarkRun(way, "connect", new.per_second, new.p50_ms, new.p99_ms)]


def _cost(samples: list[BenchmarkRun], test: str) -> Cost:
    def rate(way: str) -> float:
        return median(
            each.per_second for each in samples if (each.server, each.test) == (way, test)
        )

    return Cost(test, rate(DIRECT), rate(THROUGH))
