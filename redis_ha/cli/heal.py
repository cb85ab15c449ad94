"""Put the environment back after a drill that was broken off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redis_ha.cli import progress, tables
from redis_ha.cli.console import print_json, verdict
from redis_ha.cli.group import Group
from redis_ha.cli.task import environment_task

if TYPE_CHECKING:
    from redis_ha.nodes.environment import Environment


@environment_task(Group.MEND, help={"json": "print the record of status instead of tables"})
def heal(environment: Environment, json: bool = False) -> None:
    """Put back whatever a broken-off drill left.

    Power, network, disks and services are as before, and the cluster is healthy.
    """
    from redis_ha.cli import seen
    from redis_ha.faults import heal as faults_heal

    with environment.changing(), progress.spinner("healing") as tell:
        snapshot = faults_heal.run(environment, tell)
    if json:
        print_json(seen.of(environment, snapshot).as_json(environment))
    else:
        verdict(seen.healthy(snapshot), good=True)
        tables.show_cluster(snapshot)
