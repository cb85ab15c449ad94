"""The Sentinels agree with each other and with the nodes, and what they make of strangers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest
import redis

from redis_ha import faults
from redis_ha.faults import heal, scene
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.scripts import uploaded
from redis_ha.services import cluster, forgetting, health, settling, strangers, switchover
from redis_ha.services.client import ask, connect, redis_of
from redis_ha.services.snapshot import Snapshot, Stranger
from redis_ha.suites import benchmark, sentinel
from redis_ha.wait import wait_until

Keep = Callable[..., None]

pytestmark = pytest.mark.usefixtures("quick_sentinels")
LEARNS_S = 3.0
"""Two rounds of theirs, and a moment."""


def test_all_sentinels_agree(environment: Environment, keep: Keep) -> None:
    record = sentinel.run(environment)
    keep("sentinel", record.as_json())
    assert [check for check in record.checks if not check.ok] == []
    assert len(record.checks) == 4 * sum(len(node.sentinels) for node in environment.topology.nodes)


def test_a_sentinel_that_is_down_is_reported(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "LEARNS_S", LEARNS_S)
    node = environment.sentinel_nodes[-1]
    node.units.hold("sentinel")
    node.units.kill("sentinel")
    try:
        record = sentinel.run(environment)
    finally:
        node.units.start("sentinel")
    assert not record.ok
    assert [check.sentinel for check in record.checks if check.check == "answers"] == [
        f"{node.name}:{node.spec.sentinels[0]}"
    ]


# --- strangers


PORT = 6390
HELLO = "{address},{port},{id:040x},0,{master},{at},{redis},0"
"""What a Sentinel tells the others of itself, on the master's channel."""


@contextmanager
def copying(environment: Environment, node: Node, priority: int) -> Iterator[str]:
    """Let a Redis that is not in the inventory replicate from the master; yields its address."""
    master = environment.node(str(cluster.look(environment).master))
    password, port = environment.secrets.redis, str(environment.topology.redis.port)
    settings = {
        "save": "",
        "masterauth": password,
        "replica-priority": str(priority),
        "requirepass": password,
        "replica-announce-ip": node.address,
    }
    with uploaded(node, benchmark.SCRIPT) as script:
        flags = ("--port", str(PORT), "--address", node.address, *node.provision_flags())
        script.run("start", *flags)
        try:
            with connect(node.address, PORT, "") as client:
                wait_until(partial(_answers, client), what="it answers", timeout_s=5)
                for name, value in settings.items():
                    ask(client, "CONFIG", "SET", name, value)
                ask(client, "REPLICAOF", master.address, port)
            yield f"{node.address}:{PORT}"
        finally:
            script.run("stop", *flags)


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False


def once(environment: Environment, *wanted: Stranger) -> Snapshot:
    """Return the first snapshot with just these strangers, known to every Sentinel."""

    def is_so(now: Snapshot) -> bool:
        return strangers.known(now) == list(wanted) and all(
            len(view.strangers) == len(wanted) for view in now.sentinels
        )

    now = settling.until(environment, is_so)
    assert is_so(now), strangers.known(now)
    return now


def test_a_replica_that_lives_is_worked_beside_and_forgotten_once_it_is_gone(
    environment: Environment,
) -> None:
    before, said = settling.wait_settled(environment), list[str]()
    last = max(before.replicas, key=lambda view: view.priority)
    with copying(environment, environment.node(last.name), priority=60) as address:
        now = once(environment, Stranger("replica", address, lives=True, priority=60))
        assert health.problems(now) == [
            f"replica {address} is not in the inventory, confirms writes and may be promoted; "
            "stop it, then `./inv heal` makes the Sentinels forget it"
        ]
        assert strangers.known(heal.run(environment, said.append)) == strangers.known(now)
        assert switchover.run(environment, last.name).new_master == last.name
        assert said == []
    once(environment, Stranger("replica", address, lives=False))
    healed = heal.run(environment, said.append)
    assert health.is_healthy(healed), health.problems(healed)
    assert said == [f"Sentinel {view.name} forgets {address}" for view in healed.sentinels]


def test_a_ghost_that_counts_is_forgotten_but_not_while_the_master_is_down(
    environment: Environment,
) -> None:
    before = settling.wait_settled(environment)
    master = environment.node(str(before.master))
    ghost = Stranger("Sentinel", f"{master.address}:{PORT}", lives=False)
    hello = HELLO.format(
        address=master.address,
        port=PORT,
        id=PORT,
        master=environment.topology.sentinel.master_name,
        at=master.address,
        redis=environment.topology.redis.port,
    )
    with redis_of(environment, master) as client:
        client.publish("__sentinel__:hello", hello)
    (problem,) = health.problems(once(environment, ghost))
    assert "is gone and counts in the majority (a failover takes 3 votes, 3 Sentinels" in problem
    kill = faults.named("kill")
    made = scene.make(environment, master.name, kill.takes, master.name)
    with faults.strike("kill", made):
        assert not forgetting.is_safe(cluster.look(environment))
        settling.until(environment, lambda now: now.named_master() != master.name)
        assert strangers.gone(cluster.look(environment)) == [ghost]
    assert health.is_healthy(heal.run(environment, print))
