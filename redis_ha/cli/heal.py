"""Put the environment back after a drill that was broken off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redis_ha.cli import progress, tables
from redis_ha.cli.console import print_json, verdict
from redis_ha.cli.group import Group
from redis_ha.cli.task import environment_task
from redis_ha.errors import Unhealthy

if TYPE_CHECKING:
    from redis_ha.nodes.environment import Environment


@environment_task(Group.MEND, help={"json": "print the record of status instead of tables"})
def heal(environment: Environment, json: bool = False) -> None:
    """Put back whatever a broken-off drill left.

    Power, network, disks and services are as before, the cluster is healthy.
    Sentinels forget servers that are gone and not in the inventory.
    """
    from redis_ha.cli import seen
    from redis_ha.faults import heal as faults_heal
    from redis_ha.services import health

    with environment.changing(), progress.spinner("healing") as tell:
        snapshot = faults_heal.run(environment, tell)
    found = health.problems(snapshot)
    if json:
        print_json(seen.of(environment, snapshot).as_json(environment))
    else:
        verdict(seen.healthy(snapshot) if not found else "healed", good=not found)
        tables.show_cluster(snapshot)
    if found:
        raise Unhealthy(f"not healthy: {'; '.join(found)}")
