"""Records as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from redis_ha.cli.console import show, table

if TYPE_CHECKING:
    from redis_ha.services.running import View
    from redis_ha.services.snapshot import Snapshot
    from redis_ha.suites import benchmark as benchmark_suite
    from redis_ha.suites import sentinel as sentinel_suite
    from redis_ha.suites import write_and_read as write_suite

COLOURS = {"master": "green", "replica": "cyan", "down": "red", "unknown": "red"}


def show_cluster(snapshot: Snapshot) -> None:
    """Print who is what, and what Sentinels see."""
    show(status(snapshot))
    show(sentinels(snapshot))


def status(snapshot: Snapshot) -> Table:
    """Return a row per Redis."""
    made = table(
        "", "Redis", "address", "role", ">priority", "link", ">offset B", ">lag B", "version"
    )
    for view in snapshot.nodes:
        made.add_row(
            view.name,
            f"{view.address}:{view.port}",
            Text(view.role, style=COLOURS[view.role]),
            str(view.priority),
            or_dash(view.link),
            or_dash(view.offset),
            or_dash(view.lag_bytes),
            or_dash(view.runs),
        )
    return made


def sentinels(snapshot: Snapshot) -> Table:
    """Return a row per Sentinel."""
    made = table("", "Sentinel", "master", "quorum", ">replicas", ">Sentinels")
    for view in snapshot.sentinels:
        made.add_row(
            view.name,
            or_dash(view.master),
            Text("ok", style="green") if view.quorum_ok else Text("no", style="red"),
            str(view.known_replicas),
            str(view.known_sentinels),
        )
    return made


def processes(views: list[View]) -> Table:
    """Return a row per process that is no Redis and no Sentinel."""
    made = table("", "node", "process", "state", "detail")
    for view in views:
        colour = "green" if view.state == "running" else "red" if view.problem else "yellow"
        made.add_row(view.node, view.process, Text(view.state, style=colour), view.detail)
    return made


def or_dash(value: object) -> str:
    """Return a cell's text."""
    return "-" if value is None else str(value)


def checks(record: sentinel_suite.SentinelReport) -> Table:
    """Return a row per check of the Sentinel suite."""
    made = table("", "Sentinel", "check", "verdict", "detail")
    for check in record.checks:
        word = Text("ok", style="green") if check.ok else Text("no", style="red")
        made.add_row(check.sentinel, check.check, word, check.detail)
    return made


def write_and_read(record: write_suite.ReplicationReport) -> Table:
    """Return a row per replica."""
    made = table(
        "Replication delay",
        *("replica", ">writes read", ">median ms", ">p99 ms", ">max ms"),
    )
    for delay in record.delays:
        figures = (delay.median_ms, delay.p99_ms, delay.max_ms)
        made.add_row(delay.replica, str(delay.read), *(f"{each:.2f}" for each in figures))
    return made


def sample(each: benchmark_suite.BenchmarkRun) -> str:
    """Return one sample as a line."""
    return f"{each.server:<10} {each.test} {each.per_second:>9,.0f}/s, p99 {each.p99_ms:.2f} ms"


def benchmark(record: benchmark_suite.BenchmarkReport) -> Table:
    """Return a row per kind of request: medians, master beside vendor."""
    made = table(
        f"Requests of {record.master} beside the vendor's configuration, alone and with\n"
        "replicas (medians; ±: how far rounds lie apart)",
        *("test", ">master\n1/s", ">vendor\n1/s", ">ratio", ">vendor with\nreplicas 1/s"),
        *(">ratio", ">±\n%", ">master\np99 ms", ">vendor\np99 ms"),
    )
    for each in record.comparisons:
        made.add_row(
            each.test,
            f"{each.master.per_second:,.0f}",
            f"{each.vendor.per_second:,.0f}",
            f"{each.ratio:.2f}",
            f"{each.replicated.per_second:,.0f}",
            f"{each.replicated_ratio:.2f}",
            f"{each.spread:.0%}".removesuffix("%"),
            f"{each.master.p99_ms:.2f}",
            f"{each.vendor.p99_ms:.2f}",
        )
    return made
