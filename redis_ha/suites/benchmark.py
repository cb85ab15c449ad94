"""Throughput of the provisioned master beside Redis with the vendor's configuration.

Twice beside it: once alone, and once with as many replicas on the same nodes. The first tells
what the environment costs, the second what its configuration costs. All are driven by the real
redis-benchmark on the master's node, in turns within one run: what else the machine does meets
all of them.
"""

import csv
import io
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from redis_ha.errors import RedisHaError
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.scripts import uploaded
from redis_ha.services import cluster, health
from redis_ha.services.client import ask, redis_of

TESTS = ("SET", "GET")
SERVERS = ("master", "vendor", "replicated")
REQUESTS = 50_000
"""How many of each kind a run sends, where that takes no longer than RUN_S."""
PROBE = 2_000
"""How many tell how fast a node is; also the fewest that a run sends."""
RUN_S = 10.0
CLIENTS = 50
ROUNDS = 3
VENDOR_PORT = 6390
REPLICATED_PORT = 6391
ANY = "none"
"""What is said in place of a password to a server that asks this user for none."""
SCRIPT = "provision/redis/vendor-instance.sh"


@dataclass(frozen=True)
class BenchmarkRun:
    """One run of redis-benchmark against one server; latencies in milliseconds."""

    server: str
    test: str
    per_second: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True)
class Medians:
    """The medians of one kind of request on all servers.

    Args:
        spread: how far a round was from its server's median, at most, as a share of that: what
            ratios that differ by less than this do not tell apart.
    """

    test: str
    master: BenchmarkRun
    vendor: BenchmarkRun
    replicated: BenchmarkRun
    spread: float

    @property
    def ratio(self) -> float:
        """Return the master's throughput as a share of the vendor's, which has no replicas."""
        return self.master.per_second / self.vendor.per_second

    @property
    def replicated_ratio(self) -> float:
        """Return it as a share of the vendor's with as many replicas."""
        return self.master.per_second / self.replicated.per_second

    def as_json(self) -> dict[str, Any]:
        """Return the comparison as records have it."""
        shares = {name: getattr(self, name) for name in ("ratio", "replicated_ratio", "spread")}
        return {**asdict(self), **{name: round(value, 3) for name, value in shares.items()}}


@dataclass(frozen=True)
class BenchmarkReport:
    """The result of one benchmark run."""

    provider: str
    master: str
    requests: int
    comparisons: tuple[Medians, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the record."""
        return {
            "provider": self.provider,
            "master": self.master,
            "requests": self.requests,
            "clients": CLIENTS,
            "rounds": ROUNDS,
            "tests": [each.as_json() for each in self.comparisons],
        }


OnSample = Callable[[BenchmarkRun], object]


def run(environment: Environment, on_sample: OnSample = id) -> BenchmarkReport:
    """Measure master and vendor in turns.

    Raises:
        Unhealthy: there is no master.
        RedisHaError: the master's node has no redis-benchmark.
    """
    snapshot = cluster.look(environment)
    node = environment.node(health.require_master(snapshot))
    require_tool(node)
    replicas = [environment.node(view.name) for view in snapshot.replicas]
    samples: list[BenchmarkRun] = []
    with (
        passage(environment, node) as login,
        _vendor(node, VENDOR_PORT, []),
        _vendor(node, REPLICATED_PORT, replicas),
    ):
        servers = {
            "vendor": (VENDOR_PORT, ()),
            "replicated": (REPLICATED_PORT, ()),
            "master": (environment.topology.redis.port, login),
        }
        requests = affordable(_measure(node, "vendor", VENDOR_PORT, (), PROBE))
        for _ in range(ROUNDS):
            for server, (port, flags) in servers.items():
                for sample in _measure(node, server, port, flags, requests):
                    on_sample(sample)
                    samples.append(sample)
    return BenchmarkReport(environment.choice.name, node.name, requests, tuple(compare(samples)))


def affordable(probe: list[BenchmarkRun]) -> int:
    """Return how many requests a run is to send: what a slow node does within RUN_S.

    An emulated machine does some hundred a second, where a container does some ten thousand.
    """
    slowest = min(sample.per_second for sample in probe)
    return min(REQUESTS, max(PROBE, int(slowest * RUN_S)))


def compare(samples: list[BenchmarkRun]) -> list[Medians]:
    """Return the medians of every test, the servers side by side."""
    return [_comparison([each for each in samples if each.test == test], test) for test in TESTS]


def parse(server: str, text: str) -> list[BenchmarkRun]:
    """Read the CSV of redis-benchmark."""
    rows = csv.DictReader(io.StringIO(text))
    return [
        BenchmarkRun(
            server,
            row["test"],
            float(row["rps"]),
            float(row["p50_latency_ms"]),
            float(row["p99_latency_ms"]),
        )
        for row in rows
    ]


def _comparison(samples: list[BenchmarkRun], test: str) -> Medians:
    medians = {server: _median(samples, server, test) for server in SERVERS}
    rates = [(each.per_second, medians[each.server].per_second) for each in samples]
    spread = max(abs(rate / middle - 1) for rate, middle in rates)
    return Medians(test, **medians, spread=spread)


def _median(samples: list[BenchmarkRun], server: str, test: str) -> BenchmarkRun:
    chosen = [sample for sample in samples if sample.server == server]
    return BenchmarkRun(
        server,
        test,
        median(sample.per_second for sample in chosen),
        median(sample.p50_ms for sample in chosen),
        median(sample.p99_ms for sample in chosen),
    )


def require_tool(node: Node) -> None:
    """Check that a node has redis-benchmark.

    Raises:
        RedisHaError: it has none.
    """
    if not node.run("redis-benchmark", "--version", check=False).ok:
        raise RedisHaError(
            f"{node.name} has no redis-benchmark; it is in the package redis-tools (Debian) "
            "or redis (Enterprise Linux)"
        )


def _measure(
    node: Node, server: str, port: int, login: tuple[str, ...], requests: int
) -> list[BenchmarkRun]:
    result = node.run(
        "redis-benchmark",
        *("-h", node.address, "-p", str(port), *login),
        *("-t", ",".join(TESTS).lower(), "-n", str(requests), "-c", str(CLIENTS), "--csv"),
        timeout_s=300,
    )
    return parse(server, result.stdout)


@contextmanager
def passage(environment: Environment, node: Node) -> Iterator[tuple[str, ...]]:
    """Yield flags with a user for this run only: redis-benchmark takes no password but in argv.

    So the user has none. It can do nothing but what redis-benchmark does, on its own key, and
    nobody can guess its name.
    """
    user = f"benchmark-{secrets.token_hex(16)}"
    rules = ("reset", "on", "nopass", "~key:*", "+get", "+set", "+ping", "+config|get")
    with redis_of(environment, node) as client:
        ask(client, "ACL", "SETUSER", user, *rules)
        try:
            yield ("--user", user, "-a", ANY)
        finally:
            ask(client, "ACL", "DELUSER", user)
            client.unlink("key:__rand_int__")


@contextmanager
def _vendor(node: Node, port: int, replicas: list[Node]) -> Iterator[None]:
    """Let a Redis with the vendor's configuration run for a while, with replicas or without."""
    with ExitStack() as stack:
        stack.enter_context(_instance(node, port))
        for replica in replicas:
            stack.enter_context(_instance(replica, port, "--replica-of", node.address))
        yield


@contextmanager
def _instance(node: Node, port: int, *more: str) -> Iterator[None]:
    with uploaded(node, SCRIPT) as script:
        flags = ("--port", str(port), "--address", node.address, *node.provision_flags())
        script.run("start", *flags, *more)
        try:
            yield
        finally:
            script.run("stop", *flags)
