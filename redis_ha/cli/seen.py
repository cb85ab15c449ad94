"""An environment at one moment, as people and programs are shown it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from redis_ha.faults import leftovers
from redis_ha.provision import runtime
from redis_ha.services import cluster, health, running, stopped

if TYPE_CHECKING:
    from redis_ha.nodes.environment import Environment
    from redis_ha.services.running import View
    from redis_ha.services.snapshot import RedisView, Snapshot


@dataclass(frozen=True)
class Seen:
    """The cluster, what runs besides, why servers do not run, what killed commands have left.

    Args:
        changed: where servers run with other settings than are rendered, which hurts nothing.
        is_up: whether every node runs.
    """

    snapshot: Snapshot
    views: list[View]
    reasons: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    is_up: bool = True

    @property
    def problems(self) -> list[str]:
        """Return what is not as it should be."""
        return [*health.problems(self.snapshot), *running.problems(self.views), *self.reasons]

    @property
    def verdict(self) -> str:
        """Return what it comes to, in a line."""
        if self.problems:
            return f"not healthy: {'; '.join(self.problems)}"
        return healthy(self.snapshot)

    def as_json(self, environment: Environment) -> dict[str, Any]:
        """Return the record."""
        return {
            "provider": environment.choice.name,
            "inventory": environment.topology.name,
            **health.as_json(self.snapshot),
            "healthy": not self.problems,
            "problems": self.problems,
            "processes": [each.as_json() for each in self.views],
            "left": list(self.left),
            "changed": list(self.changed),
        }


def look(environment: Environment) -> Seen:
    """Ask the cluster, and the nodes where they run."""
    return of(environment, cluster.look(environment))


def of(environment: Environment, snapshot: Snapshot) -> Seen:
    """Return a cluster that was asked, with what runs on the nodes where these run."""
    if not environment.provider.is_up():
        return Seen(snapshot, [], is_up=False)
    with ThreadPoolExecutor() as pool:
        left = pool.submit(leftovers.look, environment)
        views = pool.submit(running.look, environment, snapshot)
        reasons = tuple(stopped.reasons(environment, snapshot))
        changed = tuple(runtime.notes(environment, snapshot))
        return Seen(snapshot, views.result(), reasons, tuple(map(str, left.result())), changed)


def healthy(snapshot: Snapshot) -> str:
    """Return that all is well, in a line."""
    return f"healthy: {snapshot.master} is master"


def old_masters(snapshot: Snapshot) -> list[RedisView]:
    """Return who calls itself master beside the one that Sentinels name."""
    named, masters = snapshot.named_master(), snapshot.masters
    is_there = named in [view.name for view in masters]
    return [view for view in masters if view.name != named] if is_there else []


def explained(snapshot: Snapshot) -> Iterator[str]:
    """Yield what is behind two masters: it passes by itself within seconds."""
    for view in old_masters(snapshot):
        name, named = view.name, snapshot.named_master()
        lost = "It takes no writes" if view.refusal else f"What is written to {name} is lost"
        yield (
            f"{name} came back and still calls itself master: Sentinels name {named} and make "
            f"{name} its replica once they have seen that for 8 s. {lost} until then."
        )
