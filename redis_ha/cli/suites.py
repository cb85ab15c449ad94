"""Prove it: the same suites as `nox -s NAME`, on the environment that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from redis_ha.cli import progress, tables
from redis_ha.cli.console import kept, print_json, show, verdict
from redis_ha.cli.group import Group
from redis_ha.cli.task import environment_task
from redis_ha.errors import Unhealthy

if TYPE_CHECKING:
    from rich.table import Table

    from redis_ha.nodes.environment import Environment

JSON = {"json": "print the record instead of a table"}


GOOD = {
    "write-and-read": "every write arrived on every replica",
    "sentinel": "all Sentinels agree and see a quorum",
}
"""What a suite comes to where nothing is wrong; a benchmark only measures."""


class SuiteRecord(Protocol):
    """What a suite found."""

    def as_json(self) -> dict[str, Any]:
        """Return it as records have it."""


def _present(
    suite: str,
    environment: Environment,
    record: SuiteRecord,
    table: Table,
    *,
    json: bool,
    wrong: str = "",
) -> None:
    """Keep a record, and show what it comes to with its table, or the record as it is.

    Raises:
        Unhealthy: something is wrong.
    """
    from redis_ha import report

    path = report.keep(suite, environment.choice.name, record.as_json())
    if json:
        print_json(record.as_json())
    else:
        if said := wrong or GOOD.get(suite):
            verdict(said, good=not wrong)
        show(table)
    kept(path)
    if wrong:
        raise Unhealthy(wrong)


@environment_task(Group.PROVE, help=JSON)
def benchmark(environment: Environment, json: bool = False) -> None:
    """Measure throughput beside the vendor's configuration."""
    from redis_ha.suites import benchmark as suite

    environment.require_up()
    with progress.spinner("redis-benchmark, in turns") as tell:
        record = suite.run(environment, lambda sample: tell(tables.sample(sample)))
    _present("benchmark", environment, record, tables.benchmark(record), json=json)


@environment_task(Group.PROVE, help=JSON)
def write_and_read(environment: Environment, json: bool = False) -> None:
    """Write on the master, read on every replica, time it."""
    from redis_ha.suites import write_and_read as suite

    environment.require_up()
    with progress.spinner("writing and reading"):
        record = suite.run(environment)
    wrong = "" if record.ok else "not every write arrived on every replica"
    shown = tables.write_and_read(record)
    _present("write-and-read", environment, record, shown, json=json, wrong=wrong)


@environment_task(Group.PROVE, help=JSON)
def sentinel(environment: Environment, json: bool = False) -> None:
    """Check that all Sentinels agree and see a quorum.

    Each has to know every replica and every other Sentinel, too.
    """
    from redis_ha.suites import sentinel as suite

    environment.require_up()
    record = suite.run(environment)
    failed = [f"{check.sentinel} {check.check}" for check in record.checks if not check.ok]
    said = f"the Sentinels do not agree: {', '.join(failed) or 'there is none'}"
    wrong = "" if record.ok else said
    _present("sentinel", environment, record, tables.checks(record), json=json, wrong=wrong)
