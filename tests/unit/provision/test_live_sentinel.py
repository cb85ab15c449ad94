"""redis_ha/provision/live_sentinel.py: what a Sentinel is told, and what is left to a restart."""

from pathlib import Path

import pytest

from redis_ha.nodes.environment import Environment
from redis_ha.provision import configuration, live_sentinel
from redis_ha.provision.configuration import NodeFile
from tests.unit import builders

RUNS = {
    "quorum": "2",
    "down-after-milliseconds": "2000",
    "failover-timeout": "10000",
    "parallel-syncs": "1",
    "announce-ip": "127.0.0.12",
    "resolve-hostnames": "no",
}


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    built = builders.folders(tmp_path)
    builders.make_folders(built)
    return built


def file_of(environment: Environment, old: str = "", new: str = "") -> NodeFile:
    """Return the file of a Sentinel, as it is on its node with something else in it."""
    node = environment.node("redis2")
    first = configuration.read(environment, node, "redis1")[1]
    assert old in first.due
    Path(node.path(first.path)).write_text(first.due.replace(old, new) if old else first.due)
    return configuration.read(environment, node, "redis1")[1]


TOLD = {
    "nothing": ("", "", {}, None),
    "a setting of the master": (
        "milliseconds mymaster 2000",
        "milliseconds mymaster 9",
        {},
        {"down-after-milliseconds": ("SET", "mymaster", "down-after-milliseconds", "2000")},
    ),
    "the quorum": (
        "6379 2\n",
        "6379 1\n",
        {},
        {"quorum": ("SET", "mymaster", "quorum", "2")},
    ),
    "one of its own": (
        "announce-ip 127.0.0.12",
        "announce-ip 127.0.0.9",
        {},
        {"announce-ip": ("CONFIG", "SET", "announce-ip", "127.0.0.12")},
    ),
    "what it runs with alone": (
        "",
        "",
        {"parallel-syncs": "4"},
        {"parallel-syncs": ("SET", "mymaster", "parallel-syncs", "1")},
    ),
    "a port": ("port 26379", "port 26380", {}, None),
    "another place": (
        "monitor mymaster 127.0.0.11",
        "monitor mymaster 127.0.0.13",
        {},
        None,
    ),
    "what it does not tell": ("deny-scripts-reconfig yes", "deny-scripts-reconfig no", {}, None),
    "a script of before": (
        "sentinel monitor",
        "sentinel notification-script mymaster /bin/true\nsentinel monitor",
        {},
        None,
    ),
}


@pytest.mark.parametrize(("old", "new", "runs", "commands"), TOLD.values(), ids=TOLD)
def test_what_a_sentinel_is_told(
    environment: Environment,
    old: str,
    new: str,
    runs: dict[str, str],
    commands: dict[str, tuple[str, ...]] | None,
) -> None:
    assert live_sentinel.told(file_of(environment, old, new), {**RUNS, **runs}) == commands
