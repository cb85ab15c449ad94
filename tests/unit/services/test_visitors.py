"""redis_ha/services/visitors.py: who is sent away from an old master, and who stays."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.services import visitors
from redis_ha.services.client import OWN
from tests.unit import builders


def visitor(id_: str, name: str = "", flags: str = "N") -> dict[str, str]:
    return {"id": id_, "name": name, "flags": flags}


CLIENTS = (visitor("1"), visitor("2", "typo3"), visitor("3", flags="P"), visitor("4", flags="b"))
OTHERS = (
    visitor("5", "sentinel-3f2b-cmd"),
    visitor("6", "sentinel-3f2b-pubsub", "P"),
    visitor("7", flags="S"),
    visitor("8", flags="M"),
    visitor("9", OWN),
)


@pytest.mark.parametrize("one", CLIENTS, ids=["nameless", "named", "subscribed", "waiting"])
def test_clients_are_sent_away(one: dict[str, str]) -> None:
    assert visitors.is_client(one)


@pytest.mark.parametrize(
    "one", OTHERS, ids=["Sentinel", "its subscription", "replica", "master", "this tool"]
)
def test_whoever_keeps_the_set_together_stays(one: dict[str, str]) -> None:
    assert not visitors.is_client(one)


class Server:
    """Has all of these connected; the client 4 is gone when its turn comes."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def client_list(self) -> list[dict[str, str]]:
        return [*OTHERS, *CLIENTS]

    def execute_command(self, *words: str) -> int:
        self.told.append(" ".join(words))
        return int(words[-1] != "4")


def test_each_client_is_ended_by_its_id(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    server = Server()

    @contextmanager
    def redis_of(_: Environment, node: Node) -> Iterator[Server]:
        yield server

    monkeypatch.setattr(visitors, "redis_of", redis_of)
    environment = builders.folders(tmp_path)
    assert visitors.free(environment, environment.redis_nodes[0]) == 3
    assert server.told == [f"CLIENT KILL ID {number}" for number in (1, 2, 3, 4)]
