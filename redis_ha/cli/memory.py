"""What is in the memory of the Redis nodes, and what their limit should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redis_ha.cli import memory_tables, progress
from redis_ha.cli.console import kept, note, print_json, say, show, verdict
from redis_ha.cli.group import Group
from redis_ha.cli.number import whole
from redis_ha.cli.option import Option
from redis_ha.cli.task import environment_task
from redis_ha.errors import RedisHaError, Unhealthy
from redis_ha.wait import DAY_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redis_ha.checkers.configuration.finding import Finding
    from redis_ha.nodes.environment import Environment
    from redis_ha.suites.memory import MemoryReport


@environment_task(
    Group.LOOK,
    help={
        "over": Option(
            "look again after so many seconds, and say what grew",
            None,
            "no second look",
            "SECONDS",
            whole(1, DAY_S),
        ),
        "every": "measure every key: exact, and slower",
        "fill": Option(
            "make data like a TYPO3 site of this size, such as 100mb; 0 removes them",
            None,
            "no data are made",
            "SIZE",
        ),
        "json": "print the record instead of tables",
    },
)
def memory(
    environment: Environment,
    over: int | None = None,
    every: bool = False,
    fill: str = "",
    json: bool = False,
) -> None:
    """Say what fills the memory, and what maxmemory should be.

    Keys are read on a replica, at most a tenth of its time.
    Exit status 1 when `maxmemory` cannot stay as it is.
    """
    environment.require_up()
    if fill:
        if over or every:
            raise RedisHaError("--fill makes data and does not look: leave out --over and --every")
        _fill(environment, fill, json=json)
        return
    from redis_ha import report
    from redis_ha.checkers import memory_rules
    from redis_ha.checkers.configuration.finding import complaints
    from redis_ha.report import files
    from redis_ha.suites import memory as suite

    with progress.spinner("reading keys"):
        record = suite.run(environment, over_s=over or 0, every=every)
    told, found = record.as_json(), memory_rules.findings(record.memory)
    path = report.keep("memory", environment.choice.name, told)
    if json:
        print_json(told)
    else:
        _show(record, found)
    kept(path)
    kept(files.write_memory(path), "page")
    if wrong := complaints(found):
        raise Unhealthy("; ".join(wrong))


def _fill(environment: Environment, size: str, *, json: bool) -> None:
    from redis_ha.services.writes import MIB
    from redis_ha.suites import fill

    wanted = fill.bytes_of(size)
    with environment.changing(), progress.spinner("writing") as tell:
        done = fill.run(environment, wanted, tell)
    if json:
        print_json(done.as_json())
        return
    if done.removed:
        say(f"{done.removed:,} keys of an earlier run are removed from database {done.database}")
    if wanted:
        took = f"{done.size / MIB:,.0f} MiB"
        say(f"{done.made:,} keys made in database {done.database} of {done.node}: {took}")
        note("look at them with `./inv memory`; `./inv memory --fill 0` removes them")
    elif not done.removed:
        say("there is nothing to remove")


def _show(record: MemoryReport, found: Sequence[Finding]) -> None:
    from redis_ha.checkers import memory as checker

    verdict(checker.verdict(record.memory), good=not any(each.is_wrong for each in found))
    for line in memory_tables.facts(record):
        say(line)
    show(memory_tables.purposes(record.memory))
    if record.changes:
        show(memory_tables.changes(record))
    show(memory_tables.largest(record.memory))
    show(memory_tables.limits(record.memory))
    if found:
        from redis_ha.cli.doctor import settings

        show(settings(found))
