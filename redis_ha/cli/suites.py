"""Prove it: the same suites as `nox -s NAME`, on the environment that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from redis_ha.cli import progress, tables
from redis_ha.cli.console import kept, print_json, show
from redis_ha.cli.group import Group
from redis_ha.cli.task import environment_task
from redis_ha.errors import Unhealthy

if TYPE_CHECKING:
    from rich.table import Table

    from redis_ha.nodes.environment import Environment

JSON = {"json": "print the record instead of a table"}


class Record(Protocol):
    """What a suite found."""

    def as_json(self) -> dict[str, Any]:
        """Return it as records have it."""


def _present(
    suite: str, environment: Environment, record: Record, table: Table, *, json: bool
) -> None:
    """Keep a record, and show it as a table or as it is."""
    from redis_ha import report

    path = report.keep(suite, environment.choice.name, record.as_json())
    if json:
        print_json(record.as_json())
    else:
        show(table)
    kept(path)


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
    _present("write-and-read", environment, record, tables.write_and_read(record), json=json)
    if not record.ok:
        raise Unhealthy("not every write arrived on every replica")


@environment_task(Group.PROVE, help=JSON)
def sentinel(environment: Environment, json: bool = False) -> None:
    """Check that all Sentinels agree and see a quorum.

    Each has to know every replica and every other Sentinel, too.
    """
    from redis_ha.suites import sentinel as suite

    environment.require_up()
    record = suite.run(environment)
    _present("sentinel", environment, record, tables.checks(record), json=json)
    if not record.ok:
        wrong = [f"{check.sentinel} {check.check}" for check in record.checks if not check.ok]
        raise Unhealthy(f"the Sentinels do not agree: {', '.join(wrong) or 'there is none'}")
