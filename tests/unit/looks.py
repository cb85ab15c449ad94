"""How often a command asks the cluster: once, and once more after each thing that it changed."""

from typing import Any

import pytest
from invoke.context import Context
from invoke.tasks import Task

from redis_ha.nodes import environment as environments
from redis_ha.nodes.environment import Environment
from redis_ha.services import cluster
from redis_ha.services.snapshot import Snapshot


class Looks:
    """Stands for `cluster.look`: one snapshot after the other, the last one for ever; counts."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *snapshots: Snapshot) -> None:
        self._left = list(snapshots)
        self.count = 0
        monkeypatch.setattr(cluster, "look", self)

    def __call__(self, environment: Environment) -> Snapshot:
        self.count += 1
        return self._left.pop(0) if len(self._left) > 1 else self._left[0]


def run(
    task: Task[Any], environment: Environment, monkeypatch: pytest.MonkeyPatch, **options: object
) -> None:
    """Run a task on this environment, whatever is asked for on the command line."""

    class Opened:
        def __init__(self, *wanted: str) -> None:
            self.wanted = wanted

        def __enter__(self) -> Environment:
            return environment

        def __exit__(self, *_: object) -> None:
            """Nothing is to be closed."""

    monkeypatch.setattr(environments, "opened", Opened)
    task(Context(), provider="local", inventory="default", **options)
