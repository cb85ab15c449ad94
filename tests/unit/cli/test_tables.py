"""Tables fit a terminal of 80 columns: no header is cut, no figure is lost."""

from collections.abc import Iterator

import pytest
from rich.console import Console
from rich.table import Table

from redis_ha.checkers.configuration.finding import Finding, Severity
from redis_ha.checkers.drill import Drill
from redis_ha.checkers.memory import Memory
from redis_ha.cli import doctor, drill_tables, memory_tables, report, tables
from redis_ha.faults import FAULTS
from redis_ha.measure.estimate import Estimate
from redis_ha.measure.keyspace import Key
from redis_ha.measure.purposes import Purpose
from redis_ha.report import compare
from redis_ha.services.running import View
from redis_ha.services.snapshot import Snapshot
from redis_ha.suites import benchmark, sentinel, write_and_read
from redis_ha.suites.memory import GrowthRate, MemoryReport
from redis_ha.suites.requirement import Requirement
from tests.unit.builders import (
    WRITES,
    changed,
    drill,
    drill_round,
    figures,
    memory_server,
    redis_view,
    snapshot,
)

COLUMNS = 80
BIG = 123_456_789


def large() -> Snapshot:
    """Return a cluster with figures as large as they get, and a long name."""
    view = redis_view("redis1", offset=BIG * 100, lag_bytes=BIG, server="Valkey", version="9.1.2")
    return changed(snapshot(), nodes=(view, *snapshot().nodes[1:]))


def drills() -> list[Drill]:
    """Return drills with long names and large figures."""
    late = drill_round(
        late_phase="elected",
        elections=2,
        rto_s=23.45,
        clients={"sentinel": figures(), "unconfirmed": figures()},
        writes=changed(WRITES, acknowledged=99_999, attempted=99_999),
    )
    long = [changed(drill(late, late), fault=name, target="minority") for name in FAULTS]
    skipped = drill(applicable=False, reason="no power to cut")
    return [*long, skipped, changed(long[0], comparison=True)]


def sample(server: str) -> benchmark.BenchmarkRun:
    return benchmark.BenchmarkRun(server, "LRANGE_100", 123_456.7, 2.5, 12.34)


def measured() -> benchmark.BenchmarkReport:
    made = sample("master")
    one = benchmark.Medians("LRANGE_100", made, made, made, 0.12)
    return benchmark.BenchmarkReport("docker", "redis1", 100_000, (one,))


def filled() -> MemoryReport:
    """Return a look at very much, with names that steer a terminal."""
    purpose = Purpose(15, "redis-ha-fill-rootline\x1b", "entries by tag")
    one = Estimate(BIG, 99_999 << 20, 0.123, BIG, BIG, 99_999 << 20, 99_999.0)
    more = {Purpose(number, f"x{number}:*"): one for number in range(30)}
    limits = memory_server(counted=99_999 << 20, maxmemory=99_999 << 20, resident=1 << 20)
    largest = (Key(99_999 << 20, 15, "k\n" * 99, "string"),)
    made = Memory("redis3", "master", limits, limits, 60.0, {purpose: one, **more}, largest)
    return MemoryReport("docker", made, 20, 1, BIG, BIG, {purpose: GrowthRate(-BIG, -BIG * 1024)})


def shown() -> Iterator[tuple[str, Table]]:
    """Yield every table by its name."""
    one = drills()[0]
    yield "status", tables.status(large())
    yield "sentinels", tables.sentinels(large())
    views = [View("redis1", "commander", "commander", "failed", "10.213.7.11:8081")]
    yield "processes", tables.processes(views)
    yield "recovery", drill_tables.recovery(one)
    yield "phases", drill_tables.phases(one)
    yield "writes", drill_tables.writes(one)
    yield "clients", drill_tables.clients(one)
    yield "matrix", drill_tables.matrix(drills())
    yield "catalogue", drill_tables.catalogue()
    yield "differences", report.differences(compare.compare(drills(), drills()))
    yield "benchmark", tables.benchmark(measured())
    check = sentinel.Check("redis1:26379", "knows every replica", False, "knows 1 of 2")
    yield "checks", tables.checks(sentinel.SentinelReport("docker", (check,)))
    delay = write_and_read.Delay("redis1", 100_000, 1234.56, 1234.56, 12345.67)
    yield (
        "delays",
        tables.write_and_read(write_and_read.ReplicationReport("local", "redis1", 1, (delay,))),
    )
    need = Requirement("supported server on redis1", False, "not on PATH " * 9, True, "apt " * 20)
    yield "requirements", doctor.requirements("Needed", [need])
    risky = Finding("down-after-milliseconds", Severity.RISKY, "1 " * 30, "2000", "why " * 30, "x")
    yield "purposes", memory_tables.purposes(filled().memory)
    yield "changes of keys", memory_tables.changes(filled())
    yield "largest keys", memory_tables.largest(filled().memory)
    yield "limits", memory_tables.limits(filled().memory)
    yield "settings", doctor.settings([risky])


TABLES = dict(shown())


def rendered(table: Table, width: int = COLUMNS) -> list[str]:
    console = Console(width=width, no_color=True)
    with console.capture() as seen:
        console.print(table)
    return seen.get().splitlines()


@pytest.mark.parametrize("name", TABLES)
def test_a_table_fits_80_columns_with_whole_headers(name: str) -> None:
    lines = rendered(TABLES[name])
    assert max(map(len, lines)) <= COLUMNS
    words = " ".join(lines).split()
    wanted = [word for column in TABLES[name].columns for word in str(column.header).split()]
    assert [word for word in wanted if word not in words] == []
    assert "…" not in "".join(lines)
