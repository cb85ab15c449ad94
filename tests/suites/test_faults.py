"""Every fault bites as it says, and leaves nothing behind."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, nullcontext

import pytest
import redis

from redis_ha import faults
from redis_ha.errors import NotApplicable, Unreachable
from redis_ha.faults import heal, network, scene
from redis_ha.faults.scene import REDIS, Scene, Target
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.scripts import uploaded
from redis_ha.services import cluster, health, settling
from redis_ha.services.client import ask, asking
from redis_ha.wait import now_s, pause_until, wait_until

TILT_S = 2.5
PINGS = 100
TAKEN = ("before", "during", "after")

pytestmark = pytest.mark.timeout(300)  # machines have to boot; three emulated ones take 90 s


@pytest.fixture(autouse=True)
def _whole(environment: Environment, quick_sentinels: None) -> Iterator[None]:
    """Strike only what is whole, and see that it is so again."""
    settling.wait_healthy(environment)
    yield
    settling.wait_healthy(environment)


def staged(environment: Environment, fault: str, target: str = "", number: int = 0) -> Scene:
    """Return the scene of a fault."""
    kind = faults.named(fault)
    master = str(cluster.look(environment).master)
    return scene.make(environment, target or kind.target, kind.takes, master, number)


NETWORK = "are folders of processes: there is no network of their own to cut"
TAKES_MACHINES = {
    "power": "have no power to cut: `host` kills all of a node's processes",
    "partition": NETWORK,
    "partition-groups": NETWORK,
    "partition-in": NETWORK,
    "partition-out": NETWORK,
    "partition-web": NETWORK,
    "partition-sentinel": NETWORK,
    "loss": NETWORK,
    "disk-full": "are folders of processes: there is no disk of their own to fill",
}
"""Why faults cannot strike local nodes."""


AT_ANY_TIME = [name for name, kind in faults.FAULTS.items() if not kind.is_once]
"""Whether an upgrade can be had depends on what packages there are today: its suite has some."""


@pytest.mark.parametrize("fault", AT_ANY_TIME)
def test_a_fault_is_refused_where_nodes_lack_what_it_takes(
    environment: Environment, fault: str
) -> None:
    machines = all(node.is_machine for node in environment.redis_nodes)
    why = None if machines else TAKES_MACHINES.get(fault)
    words = re.escape(f"`{fault}` cannot strike here: local nodes {why}")
    made = staged(environment, fault)
    with pytest.raises(NotApplicable, match=f"^{words}$") if why else nullcontext():
        faults.strike(fault, made)  # which is not entered: nothing is struck


def answers(environment: Environment, node: Node, unit: str) -> bool:
    """Say whether a service answers this machine."""
    port, password = environment.topology.redis.port, environment.secrets.redis
    if unit != REDIS:
        port = int(str(node.processes.named(unit).port))
        password = environment.secrets.sentinel
    try:
        with asking(node.name, node.address, port, password) as client:
            return bool(ask(client, "ROLE"))
    except Unreachable:
        return False


def alive(environment: Environment) -> set[str]:
    """Return every service that answers this machine, as `NODE:SERVICE`."""
    return {
        f"{node.name}:{unit}"
        for node in environment.nodes.values()
        for unit in node.servers.names
        if answers(environment, node, unit)
    }


def need_three(environment: Environment) -> None:
    assert len(environment.redis_nodes) >= 3, "this wants an inventory of three Redis nodes"


def services(targets: tuple[Target, ...]) -> set[str]:
    return {f"{target.name}:{unit}" for target in targets for unit in target.units}


def info(environment: Environment, node: Node, section: str) -> dict[str, object]:
    port, password = environment.topology.redis.port, environment.secrets.redis
    with asking(node.name, node.address, port, password) as client:
        return dict(client.info(section))


SILENCED = ("kill", "hang", "host", "replicas-gone", "sentinel-kill", "sentinel-hang", "cold-start")


@pytest.mark.parametrize("fault", SILENCED)
def test_what_is_hit_answers_nothing_and_is_back_afterwards(
    environment: Environment, fault: str
) -> None:
    made = staged(environment, fault, number=2)
    everything = alive(environment)
    before_s = now_s()
    with faults.strike(fault, made) as at_s:
        assert before_s < at_s < now_s()
        assert alive(environment) == everything - services(made.targets)
    wait_until(
        lambda: alive(environment),
        accept=lambda now: now == everything,
        what="everything answers",
        timeout_s=settling.SETTLE_S,
    )


def test_a_flap_ends_while_it_lasts(environment: Environment) -> None:
    made = staged(environment, "flap")
    node = made.targets[0].node
    before = info(environment, node, "server")["process_id"]
    down_after_s = environment.topology.sentinel.down_after_s
    with faults.strike("flap", made) as at_s:
        wait_until(lambda: answers(environment, node, REDIS), what="it is back", timeout_s=5)
        assert info(environment, node, "server")["process_id"] != before
        pause_until(at_s + down_after_s + 1)
    # On a busy machine it may be back too late for the Sentinels: then another took over.
    assert settling.wait_healthy(environment).master


def test_a_sentinel_that_was_hung_is_in_tilt(environment: Environment) -> None:
    made = staged(environment, "sentinel-hang", number=1)
    node = made.targets[0].node
    with faults.strike("sentinel-hang", made) as at_s:
        pause_until(at_s + TILT_S)
    port, password = node.spec.sentinels[0], environment.secrets.sentinel
    with asking(node.name, node.address, port, password) as client:
        said = wait_until(
            lambda: client.info("sentinel"),
            accept=lambda said: bool(said["sentinel_tilt"]),
            what="TILT",
            timeout_s=5,
        )
    assert said["sentinel_tilt"] == 1


def test_a_machine_without_power_is_gone_until_it_has_it_again(environment: Environment) -> None:
    made = staged(environment, "power", "replica")
    node = made.targets[0].node
    booted = ("systemctl", "show", "--value", "--property=UserspaceTimestampMonotonic")
    before = node.run(*booted).stdout
    with faults.strike("power", made):
        assert alive(environment).isdisjoint(services(made.targets))
        with pytest.raises(Unreachable):
            node.run("true")
    assert node.run(*booted).stdout != before


# --- the network: what arrives at the other, and what at the target

ARRIVES = {
    "partition": (False, False),
    "partition-in": (True, False),
    "partition-out": (False, True),
    "partition-sentinel": (True, True),
}


def pinged(node: Node, other: Node) -> tuple[bool, bool]:
    """Send an echo request; say whether it arrived, and whether its answer did."""
    before = echoes(other)
    answered = node.run("ping", "-c", "1", "-W", "1", other.address, sudo=True, check=False).ok
    return echoes(other) > before, answered


def echoes(node: Node) -> int:
    """Return how many echo requests a node has got past its filters."""
    names, values = (
        line.split()[1:]
        for line in node.run("cat", "/proc/net/snmp").stdout.splitlines()
        if line.startswith("Icmp:")
    )
    return int(dict(zip(names, values, strict=True))["InEchos"])


def connects(node: Node, other: Node, port: int) -> bool:
    words = ("timeout", "1", "bash", "-c", f"</dev/tcp/{other.address}/{port}")
    return node.run(*words, check=False).ok


@pytest.mark.parametrize("fault", ARRIVES)
def test_a_cut_is_between_the_nodes_and_nowhere_else(environment: Environment, fault: str) -> None:
    made = staged(environment, fault)
    node, other = made.targets[0].node, made.others[0]
    outsiders = [each for each in environment.nodes.values() if not each.servers]
    redis_port, sentinel_port = environment.topology.redis.port, other.spec.sentinels[0]
    whole, everything = fault == "partition-sentinel", alive(environment)
    with faults.strike(fault, made):
        there, back = pinged(node, other), pinged(other, node)
        assert (there[0], back[0]) == ARRIVES[fault]
        assert (there[1], back[1]) == (whole, whole)
        assert connects(node, other, redis_port) == whole
        assert not connects(node, other, sentinel_port)
        assert not connects(other, node, sentinel_port)
        assert {pinged(outsider, node) for outsider in outsiders} == {(True, True)}
        assert alive(environment) == everything
    assert pinged(node, other) == pinged(other, node) == (True, True)
    assert connects(node, other, sentinel_port)


def test_the_nodes_that_are_cut_off_see_each_other(environment: Environment) -> None:
    need_three(environment)
    made = staged(environment, "partition", "replicas")
    one, two = (target.node for target in made.targets)
    with faults.strike("partition", made):
        assert pinged(one, two) == (True, True)
        assert pinged(one, made.others[0]) == (False, False)


@pytest.mark.parametrize("target", ["master", "replicas"])
def test_the_web_node_sees_the_nodes_of_its_side_alone(
    environment: Environment, target: str
) -> None:
    need_three(environment)
    made = staged(environment, "partition-web", target)
    (web, *_), port = network.web_nodes(environment), environment.topology.redis.port
    near, far = made.targets[0].node, made.others[0]
    with faults.strike("partition-web", made):
        assert [connects(web, node, port) for node in (near, far)] == [True, False]
        assert not connects(near, far, port)
    assert connects(web, far, port)


def test_some_packets_are_lost_and_most_are_not(environment: Environment) -> None:
    made = staged(environment, "loss")
    node, other = made.targets[0].node, made.others[0]
    words = ("ping", "-q", "-c", str(PINGS), "-i", "0.01", "-W", "1", other.address)
    with faults.strike("loss", made):
        said = node.run(*words, sudo=True, check=False).stdout
    answered = int(said.split(" received")[0].split()[-1])
    assert PINGS // 2 < answered < PINGS, said


def test_a_cut_ends_by_itself_where_nobody_comes_back(environment: Environment) -> None:
    made = staged(environment, "partition", "replica")
    node, other = made.targets[0].node, made.others[0]
    with uploaded(node, network.SCRIPT) as script:
        script.run("cut", "--others", other.address)
        assert not connects(node, other, environment.topology.redis.port)
        script.run("arm", "--seconds", "2")
        wait_until(
            lambda: connects(node, other, environment.topology.redis.port),
            what="the cut is undone",
            timeout_s=10,
        )
    assert not network.heal(node)


# --- the disk


def fill(client: redis.Redis, prefix: str) -> None:
    """Write until something refuses; more than fits into the last page of a full disk."""
    for number in range(3):
        client.set(f"{prefix}:{number}", "x" * 8192)


def test_a_full_disk_refuses_writes_until_there_is_room(environment: Environment) -> None:
    made = staged(environment, "disk-full")
    node = made.targets[0].node
    port, password = environment.topology.redis.port, environment.secrets.redis
    with asking(node.name, node.address, port, password) as client:
        fill(client, "before")
        with faults.strike("disk-full", made):
            with pytest.raises(redis.ResponseError, match="MISCONF"):
                fill(client, "during")
            assert info(environment, node, "persistence")["aof_last_write_status"] == "err"
            assert any(
                f"{node.name} takes no writes: it could not write its append-only file" in said
                for said in health.problems(cluster.look(environment))
            )
        fill(client, "after")
        files = info(environment, node, "persistence")
        assert (files["aof_last_write_status"], files["aof_last_bgrewrite_status"]) == ("ok", "ok")
        assert client.exists("before:2", "after:2") == 2
        folder = "/var/lib/redis/appendonlydir"
        assert node.run("grep", "-r", "--text", "-l", "after:2", folder, sudo=True).stdout
        client.delete(*(key for key in client.scan_iter() if key[:-2] in TAKEN))


# --- what a drill that was broken off leaves


def test_heal_puts_back_whatever_is_broken(environment: Environment) -> None:
    need_three(environment)
    left = [("host", "redis3"), ("hang", "redis2")]
    if next(iter(environment.nodes.values())).is_machine:
        left += [("partition", "redis3"), ("disk-full", "redis1"), ("power", "redis2")]
    master = str(cluster.look(environment).master)
    with ExitStack() as running:
        for fault, target in left:
            made = scene.make(environment, target, faults.named(fault).takes, master)
            running.enter_context(faults.strike(fault, made))
        said: list[str] = []
        assert health.is_healthy(heal.run(environment, said.append))
        assert said == (["redis1: disk", "redis3: network"] if len(left) > 2 else [])
