"""redis_ha/provision/trial.py: what is tried, of which node, and what becomes of a refusal."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from redis_ha.errors import CommandFailed, RedisHaError
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.local import LocalNode
from redis_ha.proc import Result
from redis_ha.provision import configuration, trial
from redis_ha.provision.configuration import NodeFile
from redis_ha.provision.run import Run
from redis_ha.roles import registry
from tests.unit import builders

Tried = Callable[..., list[tuple[str, list[str]]]]


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    built = builders.folders(tmp_path)
    builders.make_folders(built)
    return built


def files(environment: Environment) -> dict[str, list[NodeFile]]:
    """Return the files of all nodes; those of redis2 alone are not what they should be."""
    read = {
        node.name: configuration.read(environment, node, "redis1")
        for node in environment.redis_nodes
    }
    return {
        name: [replace(file, current=file.text) if name != "redis2" else file for file in found]
        for name, found in read.items()
    }


def run_of(environment: Environment) -> Run:
    own = [registry()["redis"], registry()["sentinel"]]
    return Run(environment, own, lambda step: None, print)


def test_each_file_that_differs_is_tried_and_nothing_else(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[tuple[str, list[str]]] = []

    def run(node: LocalNode, *argv: str, **how: Any) -> Result:
        texts = [Path(word).read_text() for word in argv[3:6:2]]
        assert f"requirepass {environment.secrets.redis}\n" in texts[0]
        assert "sentinel monitor mymaster 127.0.0.1 1 2\n" in texts[1]
        tried.append((node.name, [word for word in argv[2:] if word.startswith("--")]))
        return Result(argv, 0, "")

    monkeypatch.setattr(LocalNode, "run", run)
    trial.run(run_of(environment), files(environment))
    assert tried == [("redis2", ["--redis", "--sentinel", "--root"])]


def test_what_a_server_says_is_the_error_without_a_password(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = f"try.sh: redis refuses its configuration: 'masterauth {environment.secrets.redis} x' no"

    def run(node: LocalNode, *argv: str, **how: Any) -> Result:
        raise CommandFailed(node.name, argv, 2, said)

    monkeypatch.setattr(LocalNode, "run", run)
    with pytest.raises(RedisHaError) as refused:
        trial.run(run_of(environment), files(environment))
    assert str(refused.value) == (
        "redis2: redis refuses its configuration: 'masterauth ******** x' no"
    )


def test_a_sentinel_that_is_tried_meets_nobody() -> None:
    text = (
        "port 26379\nsentinel myid ab\nsentinel monitor mymaster 10.0.0.1 6379 2\n"
        "sentinel known-sentinel mymaster 10.0.0.2 26379 cd\nsentinel current-epoch 4\n"
        "sentinel notification-script mymaster /etc/redis/notification.sh\n"
        "sentinel monitor other 10.9.0.1 6379 1\nsentinel known-replica other 10.9.0.2 6379\n"
    )
    assert trial.for_trial(text) == (
        "port 26379\nsentinel monitor mymaster 127.0.0.1 1 2\n"
        "sentinel monitor other 127.0.0.1 1 1\n"
    )


def test_a_file_of_users_is_found_from_another_folder() -> None:
    text = "dir /var/lib/redis\naclfile users.acl\n"
    assert trial.for_trial(text).splitlines()[1] == 'aclfile "/var/lib/redis/users.acl"'
