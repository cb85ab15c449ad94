from pathlib import Path

import pytest

from redis_ha import inventory, providers, state
from redis_ha.errors import InventoryError, RedisHaError, Unreachable
from redis_ha.nodes.environment import Environment, opened
from redis_ha.nodes.local import LocalNode
from redis_ha.nodes.ssh import SshNode
from tests.unit import builders


def test_the_way_in_decides_what_kind_of_node_it_is(tmp_path: Path) -> None:
    topology = inventory.load("default")
    one, two, *_ = topology.nodes
    hosts = [builders.folder_host(one, tmp_path), builders.ssh_host(two)]
    nodes = builders.environment(hosts, topology, tmp_path).nodes
    assert isinstance(nodes["redis1"], LocalNode)
    assert isinstance(nodes["redis2"], SshNode)


def test_nodes_are_found_by_role_name_and_address(tmp_path: Path) -> None:
    environment = builders.folders(tmp_path)
    redis = ["redis1", "redis2", "redis3"]
    assert [node.name for node in environment.redis_nodes] == redis
    assert [node.name for node in environment.sentinel_nodes] == redis
    assert environment.node_at("127.0.0.12") is environment.node("redis2")
    assert environment.node_at("192.0.2.1") is None
    with pytest.raises(InventoryError, match="no node `redis9`"):
        environment.node("redis9")


def test_what_does_not_run_is_refused_with_how_to_start_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = builders.folders(tmp_path)
    environment.require_up()
    monkeypatch.setattr(environment.provider, "is_up", lambda: False)
    with pytest.raises(Unreachable, match=r"`default` do not run .*up --provider local"):
        environment.require_up()


def test_only_one_command_may_change_an_environment(tmp_path: Path) -> None:
    environment = builders.folders(tmp_path)
    with (
        environment.changing(),
        pytest.raises(RedisHaError, match="another command"),
        environment.changing(),
    ):
        pass


def _use_then_fail(environment: Environment) -> None:
    assert list(environment.nodes) == ["redis1"]
    raise KeyError


def test_opened_closes_the_nodes_that_were_used_whatever_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = inventory.load("default").nodes[0]
    provider = builders.StaticProvider([builders.folder_host(spec, tmp_path)])
    monkeypatch.setattr(providers, "make", lambda *_: provider)
    closed: list[str] = []
    monkeypatch.setattr(LocalNode, "close", lambda self: closed.append(self.name))
    with opened("default", "local") as environment:
        assert environment.folder == state.STATE / "default/local"
    assert closed == []  # none was used
    with pytest.raises(KeyError), opened("default", "local") as environment:
        _use_then_fail(environment)
    assert closed == ["redis1"]
