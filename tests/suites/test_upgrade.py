"""Newer packages, one node at a time: nothing is lost, and a broken one stops at its node."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from redis_ha import report
from redis_ha.checkers.durability import Writes, account
from redis_ha.errors import NotApplicable, Unhealthy
from redis_ha.measure.clients import CONFIRMED
from redis_ha.measure.load import pace
from redis_ha.measure.workload import Workload
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each
from redis_ha.provision import upgrade
from redis_ha.provision.steps import Step
from redis_ha.services import cluster, health, restart, settling
from redis_ha.suites import failover, survivors
from redis_ha.suites.plan import Plan
from redis_ha.wait import now_s
from tests.suites.drifting import drifted
from tests.suites.setting import asked

Keep = Callable[..., None]
pytestmark = pytest.mark.usefixtures("quick_sentinels")
USER = "application"
REPACK = Path(__file__).with_name("repack.sh")
REPACK_S = 300
"""With software emulation, three nodes at once on two cores, 90 s."""


def repack(nodes: list[Node], *words: str) -> None:
    def run(node: Node) -> None:
        with node.upload({"repack.sh": REPACK.read_bytes()}) as folder:
            node.run("bash", f"{folder}/repack.sh", *words, sudo=True, timeout_s=REPACK_S)

    each(nodes, run)


@pytest.fixture(scope="module")
def nodes(environment: Environment) -> Iterator[list[Node]]:
    """Return nodes whose packages may be replaced; in the end they have the distribution's."""
    yield environment.redis_nodes
    repack(environment.redis_nodes, "undo")
    restart.at_once(environment)
    asked(environment, "ACL", "DELUSER", USER)
    asked(environment, "CONFIG", "REWRITE")


def versions(nodes: list[Node]) -> dict[str, str]:
    words = ("dpkg-query", "-W", "-f", "${Version}", "redis-server")
    return {name: done.stdout for name, done in each(nodes, lambda it: it.run(*words)).items()}


def upgraded(environment: Environment, steps: list[Step]) -> None:
    upgrade.run(environment, upgrade.pending(environment), steps.append, print)


def under_load(environment: Environment, work: Callable[[], None]) -> Writes:
    """Do something while clients write, and account for the careful ones' writes."""
    master = str(cluster.look(environment).master)
    needed = environment.topology.redis.min_replicas_to_write
    share = pace(environment, environment.node(master), needed)
    with Workload(environment, report.HISTORIES / "upgrade.csv", share=share) as load:
        load.steady()
        work()
        done_s = now_s()
        assert load.seen(lambda history: history.acknowledged_after(done_s), "a write", 30)
    after = cluster.look(environment)
    kept = survivors.find(environment, after, load).survivors[str(after.master)]
    return account(load.history.writes(CONFIRMED), kept)


@pytest.mark.timeout(900)
def test_newer_packages_arrive_node_by_node_and_no_write_is_lost(
    environment: Environment, nodes: list[Node], keep: Keep
) -> None:
    before, was = settling.wait_settled(environment), versions(nodes)
    repack(nodes, "offer", "+ha1")
    asked(environment, "ACL", "SETUSER", USER, "on", "nopass", "+@read")  # in memory only
    steps: list[Step] = []
    writes = under_load(environment, lambda: upgraded(environment, steps))
    keep("upgrade", {"writes": vars(writes)})
    assert (writes.lost, writes.verdict) == (0, "valid")
    assert all(USER in users for users in asked(environment, "ACL", "USERS"))
    assert versions(nodes) == {name: f"{version}+ha1" for name, version in was.items()}
    replicas = [view.name for view in before.replicas]
    assert list(dict.fromkeys(step.node for step in steps)) == [*replicas, before.master]
    assert {step.step for step in steps if step.result == "changed"} >= {"packages", "redis"}
    after = cluster.look(environment)
    assert health.is_healthy(after)
    assert after.master != before.master


@pytest.mark.timeout(900)
def test_a_drill_of_it_is_like_any_other(environment: Environment, nodes: list[Node]) -> None:
    repack(nodes, "offer", "+ha1.1")
    plan = Plan("upgrade", report.HISTORIES, rounds=3)
    drill = failover.run(environment, plan)
    assert (drill.verdict, drill.expected) == ("valid", "switchover")
    (done,) = drill.rounds
    assert len(done.switchovers) == 1
    with pytest.raises(NotApplicable, match="no newer packages for any node"):
        failover.run(environment, plan)


def test_a_second_run_has_nothing_to_do(environment: Environment, nodes: list[Node]) -> None:
    master = cluster.look(environment).master
    assert upgrade.pending(environment) == {}
    steps: list[Step] = []
    upgrade.run(environment, {}, steps.append, print)
    assert steps == []
    assert cluster.look(environment).master == master
    assert drifted(environment) == []


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("defect", "suffix"), [("postinst", "+ha2"), ("binary", "+ha4")])
def test_a_broken_package_stops_at_its_node_and_the_next_run_mends_it(
    environment: Environment, nodes: list[Node], defect: str, suffix: str
) -> None:
    before, was = settling.wait_settled(environment), versions(nodes)
    first = environment.node(before.replicas[0].name)
    others = [node for node in nodes if node is not first]
    repack([first], "offer", suffix, defect)
    repack(others, "offer", suffix)
    steps: list[Step] = []
    with pytest.raises(Unhealthy, match=f"^stopped at {first.name}: .*; left alone: ") as caught:
        upgraded(environment, steps)
    assert all(node.name in str(caught.value) for node in others)
    assert {step.node for step in steps} == {first.name}
    assert versions(others) == {node.name: was[node.name] for node in others}
    assert cluster.look(environment).master == before.master

    repack(others, "withdraw")
    repack([first], "offer", f"{suffix}.1")
    upgraded(environment, steps)
    after = cluster.look(environment)
    assert (health.is_healthy(after), after.master) == (True, before.master)
    assert versions([first])[first.name].endswith(f"{suffix}.1")
