"""Records as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from redis_ha.cli.console import table

if TYPE_CHECKING:
    from redis_ha.checkers.configuration.finding import Finding
    from redis_ha.services.running import View
    from redis_ha.services.snapshot import Snapshot
    from redis_ha.suites import benchmark as benchmark_suite
    from redis_ha.suites import sentinel as sentinel_suite
    from redis_ha.suites import write_and_read as write_suite
    from redis_ha.suites.requirement import Requirement

COLOURS = {"master": "green", "replica": "cyan", "down": "red", "unknown": "red"}
SEVERITIES = {"wrong": "red", "risky": "yellow", "note": "dim"}


def status(snapshot: Snapshot) -> Table:
    """Return a row per Redis."""
    made = table(
        "Redis", "node", "address", "role", ">priority", "link", ">offset", ">lag", "version"
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
    made = table("Sentinels", "Sentinel", "master", "quorum", ">replicas", ">Sentinels")
    for view in snapshot.sentinels:
        made.add_row(
            view.name,
            or_dash(view.master),
            Text("ok", style="green") if view.quorum_ok else Text("no", style="red"),
            str(len(view.replicas)),
            str(view.known_sentinels),
        )
    return made


def processes(views: list[View]) -> Table:
    """Return a row per process that is no Redis and no Sentinel."""
    made = table("Other processes", "node", "process", "", "detail")
    for view in views:
        colour = "green" if view.state == "running" else "red" if view.problem else "yellow"
        made.add_row(view.node, view.process, Text(view.state, style=colour), view.detail)
    return made


def or_dash(value: object) -> str:
    """Return a cell's text."""
    return "-" if value is None else str(value)


def checks(record: sentinel_suite.Report) -> Table:
    """Return a row per check of the Sentinel suite."""
    made = table("Sentinels", "Sentinel", "check", "", "detail")
    for check in record.checks:
        word = Text("ok", style="green") if check.ok else Text("no", style="red")
        made.add_row(check.sentinel, check.check, word, check.detail)
    return made


def write_and_read(record: write_suite.Report) -> Table:
    """Return a row per replica."""
    made = table(
        "Replication delay, ms",
        *("replica", ">read", ">median", ">p99", ">max"),
    )
    for delay in record.delays:
        figures = (delay.median_ms, delay.p99_ms, delay.max_ms)
        made.add_row(delay.replica, str(delay.read), *(f"{each:.2f}" for each in figures))
    return made


def sample(each: benchmark_suite.Sample) -> str:
    """Return one sample as a line."""
    return f"{each.server:<10} {each.test} {each.per_second:>9,.0f}/s, p99 {each.p99_ms:.2f} ms"


def benchmark(record: benchmark_suite.Report) -> Table:
    """Return a row per kind of request: medians, master beside vendor."""
    made = table(
        f"Throughput of {record.master} beside the vendor's configuration (medians)",
        *("test", ">master/s", ">vendor/s", ">ratio", ">vendor with replicas/s", ">ratio"),
        *(">rounds ±%", ">p99 ms", ">vendor p99 ms"),
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


def requirements(found: list[Requirement]) -> Table:
    """Return a row per thing that the doctor looked for on this machine."""
    made = table("This machine", "", "what", "found", "mend it with")
    for each in found:
        word, style = (
            ("ok", "green") if each.ok else ("no", "red" if each.is_blocking else "yellow")
        )
        made.add_row(Text(word, style=style), each.name, each.detail, each.mend)
    return made


def settings(found: list[Finding]) -> Table:
    """Return a row per setting that could be better."""
    made = table("Settings", "", "setting", "now", "better", "why", "where")
    for each in found:
        word = Text(str(each.severity), style=SEVERITIES[each.severity])
        made.add_row(word, each.setting, each.now, each.better, each.why, each.where)
    return made
