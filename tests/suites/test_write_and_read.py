"""What the master takes arrives on every replica."""

from collections.abc import Callable

import pytest

from redis_ha.errors import TimedOut
from redis_ha.nodes.environment import Environment
from redis_ha.services import cluster, settling
from redis_ha.services.client import ask, asking
from redis_ha.suites import write_and_read

Keep = Callable[..., None]


def test_every_write_arrives_on_every_replica(environment: Environment, keep: Keep) -> None:
    record = write_and_read.run(environment)
    keep("write-and-read", record.as_json())
    assert record.ok
    assert {delay.replica for delay in record.delays} == {
        view.name for view in cluster.look(environment).replicas
    }
    assert all(0 < delay.median_ms <= delay.p99_ms for delay in record.delays)


def test_a_replica_that_stopped_replicating_is_found(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_and_read, "ARRIVES_S", 1)
    replica = environment.node(cluster.look(environment).replicas[0].name)
    port, password = environment.topology.redis.port, environment.secrets.redis
    with asking(replica.name, replica.address, port, password) as client:
        master_host, master_port = ask(client, "ROLE")[1:3]
        ask(client, "REPLICAOF", "127.0.0.1", "1")
        try:
            with pytest.raises(TimedOut, match=replica.name):
                write_and_read.run(environment, writes=4)
        finally:
            ask(client, "REPLICAOF", master_host, str(master_port))
    settling.wait_healthy(environment)
