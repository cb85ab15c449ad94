"""The operator's own scripts, which Sentinels run when a master fails and another takes over."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from redis_ha import report
from redis_ha.nodes.environment import Environment
from redis_ha.provision import provisioning, selection
from redis_ha.services import events
from redis_ha.suites import failover
from redis_ha.suites.plan import Plan
from redis_ha.wait import wait_until
from tests.suites.drifting import drifted

NOTES = """#!/bin/sh
printf '%s\\n' "$*" >>{file}
"""
TOLD = ("told", "moved")
"""The file in Sentinel's folder that the script of that name writes to."""
RUNS_S = 20.0


def provisioned(environment: Environment) -> None:
    provisioning.provision(environment, selection.required(), lambda _: None)


@pytest.fixture
def telling(environment: Environment, tmp_path: Path) -> Iterator[Environment]:
    """Have Sentinels run a script of each kind for a while."""
    for file in TOLD:
        (tmp_path / f"{file}.sh").write_text(NOTES.format(file=file))
    topology = environment.topology
    sentinel = replace(
        topology.sentinel, notification_script="told.sh", client_reconfig_script="moved.sh"
    )
    changed = replace(topology.having(sentinel), path=tmp_path / "inventory.toml")
    telling = replace(environment, topology=changed)
    provisioned(telling)
    yield telling
    provisioned(environment)
    for node in telling.sentinel_nodes:
        files = (node.path(f"/var/lib/redis/{file}") for file in TOLD)
        node.run("rm", "-f", *files, sudo=True)
        node.close()


def notes(environment: Environment, file: str) -> list[str]:
    """Return what a script of all Sentinels has written, a line for each time."""
    lines: list[str] = []
    for node in environment.sentinel_nodes:
        path = node.path(f"/var/lib/redis/{file}")
        lines += (node.read(path)[path] or "").splitlines()
    return lines


@pytest.mark.usefixtures("quick_sentinels")
def test_scripts_are_run_with_the_words_of_a_failover(telling: Environment) -> None:
    assert drifted(telling) == []
    (done,) = failover.run(telling, Plan("kill", report.HISTORIES)).rounds
    old, new = (telling.node(str(name)).address for name in (done.old_master, done.new_master))
    port = telling.topology.redis.port
    downs = [line for line in notes(telling, "told") if line.startswith("+sdown ")]
    assert any(old in line for line in downs)
    words = f"start {old} {port} {new} {port}"
    name = telling.topology.sentinel.master_name
    moved = wait_until(
        lambda: notes(telling, "moved"),
        accept=lambda lines: len(lines) >= len(telling.sentinel_nodes),
        what="every Sentinel has run its script",
        timeout_s=RUNS_S,
    )
    assert {line for line in moved if line.endswith(words)} >= {f"{name} leader {words}"}
    told = [each for each in events.recent(telling, 1000) if each.event == "+switch-master"]
    assert told[-1].says == f"names another master: {done.new_master}, it was {done.old_master}"
