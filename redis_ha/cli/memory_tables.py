"""Memory as tables: what fills it, what grew, the largest keys, the server's own figures."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from redis_ha.cli.console import table
from redis_ha.cli.tables import or_dash
from redis_ha.printable import printable

if TYPE_CHECKING:
    from rich.table import Table

    from redis_ha.checkers.memory import Memory
    from redis_ha.measure.estimate import Estimate
    from redis_ha.suites.memory import MemoryReport

KIB, MIB = 1 << 10, 1 << 20
LONGEST = 44
"""Characters of a key's name."""


def facts(record: MemoryReport) -> Iterator[str]:
    """Yield how it was looked at."""
    memory = record.memory
    alone = ", for there is no replica" if memory.role == "master" else ""
    yield (
        f"{memory.seen_on} ({memory.role}{alone}): {record.read:,} names read, "
        f"{record.measured:,} keys measured in {record.took_s:.1f} s, "
        f"{record.busy_share:.0%} of its time"
    )


def purposes(memory: Memory) -> Table:
    """Return a row per purpose and kind of key, the largest first."""
    from redis_ha.report.memory import PURPOSES, ROWS

    made = table("What the keys are for", *PURPOSES)
    rows = list(memory.purposes.items())
    for of, each in rows[:ROWS]:
        name = printable(of.name)
        made.add_row(str(of.database), name, of.kind or "-", *_figures(each))
    if rest := rows[ROWS:]:
        keys, size = (sum(getattr(each, name) for _, each in rest) for name in ("keys", "size"))
        named = f"{len(rest)} others"
        made.add_row("", named, "-", f"{keys:,.0f}", f"{size / MIB:,.1f}", "-", "-", "-")
    for database, found in groupby(sorted(rows, key=_database), key=_database):
        within = [estimate for _, estimate in found]
        keys, size = sum(one.keys for one in within), sum(one.size for one in within)
        if len(within) > 1:
            made.add_row(str(database), "all of it", "", f"{keys:,.0f}", f"{size / MIB:,.1f}")
    return made


def _database(row: tuple[object, Estimate]) -> int:
    return int(row[0].database)  # type: ignore[attr-defined]


def _figures(each: Estimate) -> tuple[str, ...]:
    ttl = None if each.ttl_s is None else f"{each.ttl_s / 3600:,.1f}"
    return (
        f"{each.keys:,.0f}",
        f"{each.size / MIB:,.1f}",
        f"{each.error * 100:.1f}",
        f"{each.lasting_share * 100:.0f}",
        or_dash(ttl),
    )


def changes(record: MemoryReport) -> Table:
    """Return what grew or shrank, a row per purpose."""
    made = table(
        f"What changed in {record.memory.over_s:.0f} s",
        *(">db", "purpose", "kind", ">keys/min", ">KiB/min"),
    )
    for of, change in record.changes.items():
        figures = (f"{change.keys:+,.0f}", f"{change.size / KIB:+,.1f}")
        made.add_row(str(of.database), printable(of.name), of.kind or "-", *figures)
    return made


def largest(memory: Memory) -> Table:
    """Return the largest keys of those that were measured."""
    made = table("Largest keys measured", ">db", "key", "type", ">KiB")
    for key in memory.largest:
        name = printable(key.name)
        shown = name if len(name) <= LONGEST else f"{name[: LONGEST - 2]} .."
        made.add_row(str(key.database), shown, key.kind, f"{key.size / KIB:,.1f}")
    return made


def limits(memory: Memory) -> Table:
    """Return the figures of the server whose limit counts."""
    made = table(f"Memory of {memory.limits.node}", "figure", ">MiB", "")
    for name, size, words in _limits(memory):
        made.add_row(name, "-" if size is None else f"{size / MIB:,.1f}", words)
    return made


def _limits(memory: Memory) -> Iterator[tuple[str, float | None, str]]:
    limits = memory.limits
    most = limits.maxmemory
    minute = 60 / memory.over_s if memory.over_s else 0.0
    yield "maxmemory", most or None, limits.policy if most else "no limit"
    yield "in use", limits.counted, f"{limits.counted / most:.0%} of it" if most else ""
    yield "may not be evicted", memory.fixed, f"{memory.fixed / max(limits.counted, 1):.0%} of use"
    yield "keys without TTL", memory.lasting_size, ""
    backlog = f"{limits.backlog / MIB:,.1f} of it the backlog for replicas"
    yield "beside the keys", memory.overhead, backlog
    yield "given by the system", limits.resident, f"fragmentation {limits.fragmentation:.2f}"
    yield "copied by the last fork", limits.copied, "copy-on-write, what was written meanwhile"
    enough = "" if limits.free is None else f"enough for {_share(limits.free, limits.resident)}"
    yield "free on its machine", limits.free, f"{enough} of the pages copied" if enough else ""
    over = f"in {memory.over_s:.0f} s; {memory.evictions * minute:,.0f} evictions/min"
    yield "grown", memory.grown, over


def _share(part: int, whole: int) -> str:
    return f"{min(1.0, part / max(whole, 1)):.0%}"
