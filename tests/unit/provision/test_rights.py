"""`default` gets its rights back where a Sentinel lacks one, and nobody else does."""

from dataclasses import replace
from pathlib import Path

import pytest

from redis_ha import inventory
from redis_ha.provision import rights, selection
from redis_ha.provision.run import Run
from redis_ha.provision.steps import Step
from redis_ha.services.snapshot import Denial, Snapshot
from tests.unit import builders, resp
from tests.unit.builders import redis_view, snapshot

LACKS = Denial("default", "SLAVEOF NO ONE", "+slaveof")
GIVEN = [["ACL", "SETUSER", "default", "~*", "&*", "+@all"], ["CONFIG", "REWRITE"]]


def lacking(denial: Denial) -> Snapshot:
    """Return a cluster in which redis1 denies Sentinels something."""
    master, *others = snapshot().nodes
    assert master == redis_view("redis1", "master")
    return snapshot([replace(master, denials=(denial,)), *others])


CASES: dict[str, tuple[Snapshot, bool, list[list[str]], list[str]]] = {
    "nothing is lacking": (snapshot(), False, [], []),
    "default lacks a right": (lacking(LACKS), False, GIVEN, ["changed"]),
    "only told": (lacking(LACKS), True, [], ["due"]),
    "another user": (lacking(replace(LACKS, user="sentinel")), False, [], []),
    "a renamed command": (lacking(replace(LACKS, is_unknown=True)), False, [], []),
}


@pytest.mark.parametrize(("seen", "is_check", "given", "results"), CASES.values(), ids=CASES)
def test_rights_come_back(
    seen: Snapshot, is_check: bool, given: list[list[str]], results: list[str], tmp_path: Path
) -> None:
    asked: list[list[str]] = []

    def server(words: list[str]) -> bytes:
        if words[0] != "AUTH":
            asked.append(words)
        return resp.OK

    steps: list[Step] = []
    with resp.served(server) as port:
        default = inventory.load("default")
        topology = builders.changed(default, redis=builders.changed(default.redis, port=port))
        hosts = [builders.folder_host(each, tmp_path, "127.0.0.1") for each in topology.nodes]
        built = builders.environment(hosts, topology, tmp_path)
        run = Run(built, selection.required(), steps.append, print, is_check)
        rights.give_back(run, seen)
    assert asked == given
    assert [(step.node, step.step, step.result) for step in steps] == [
        ("redis1", "rights", result) for result in results
    ]
    assert run.has_changed is (results == ["changed"])
