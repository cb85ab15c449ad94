"""Bring the nodes to what the inventory says, and see what that is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from redis_ha.cli import progress
from redis_ha.cli.console import OUT, print_json, say, write_json
from redis_ha.cli.task import environment_task
from redis_ha.errors import Unhealthy

if TYPE_CHECKING:
    from redis_ha.nodes.environment import Environment

JSON = {"json": "write the record to this file (- for stdout)"}


@environment_task(help=JSON)
def redis(environment: Environment, json: str = "") -> None:
    """Provision Redis and Sentinel on every node; changes only what differs."""
    from redis_ha.provision.redis import provision

    with _recorded(environment, json) as steps:
        provision(environment, steps.add)


@environment_task(help=JSON)
def commander(environment: Environment, json: str = "") -> None:
    """Provision the redis-commander console on the nodes with that role."""
    from redis_ha.provision.commander import provision

    with _recorded(environment, json) as steps:
        provision(environment, steps.add, steps.tell)


@contextmanager
def _recorded(environment: Environment, json: str) -> Iterator[progress.Steps]:
    """Hold the environment while it is provisioned; show the steps, and write them down."""
    environment.require_up()
    with environment.changing():
        steps = progress.Steps()
        try:
            with steps:
                yield steps
        finally:
            if json:
                write_json(json, steps.as_json())
    if json != "-":
        say(steps.summary)


@environment_task(help={"node": "only this node's files"})
def render(environment: Environment, node: str = "") -> None:
    """Print the configuration that the project renders, passwords masked."""
    from redis_ha.provision import configuration, topology
    from redis_ha.services import cluster

    environment.require_up()
    master = topology.current_master(environment, cluster.look(environment))
    for each in [environment.node(node)] if node else environment.nodes.values():
        for process, text in configuration.rendered(environment, each, master).items():
            OUT.print(f"# {each.name}: {configuration.FOLDER}/{process}.conf", style="bold")
            say(environment.secrets.masked(text))


@environment_task(help={"json": "print the record instead"})
def diff(environment: Environment, json: bool = False) -> None:
    """Compare the nodes with what the project renders; exit status 1 on drift."""
    from redis_ha.provision import drift

    environment.require_up()
    report = drift.examine(environment)
    if json:
        print_json(report.as_json())
    else:
        for line, style in report.lines():
            say(line, style=style)
    if report.drifted:
        raise Unhealthy(f"drift on {', '.join(report.drifted)}; `./inv provision` mends it")
