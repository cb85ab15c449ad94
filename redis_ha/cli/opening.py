"""What tasks share that make a page of a node reachable from here, for a browser."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from redis_ha.cli.console import note
from redis_ha.errors import RedisHaError, Unhealthy

if TYPE_CHECKING:
    from redis_ha.nodes import Node
    from redis_ha.nodes.environment import Environment

LOOK_S = 3600.0


def node_of(
    environment: Environment, role: str, noun: str, node: str, processes: tuple[str, ...]
) -> Node:
    """Return the node whose page is meant: the one of that name, else the first of the role.

    Args:
        noun: what it has, in words.
        processes: what has to run there.

    Raises:
        RedisHaError: there is none.
        Unhealthy: it does not run.
    """
    environment.require_up()
    found = {each.name: each for each in environment.nodes_with(role)}
    chosen = found.get(node) if node else next(iter(found.values()), None)
    if not chosen:
        known = ", ".join(found) or "none"
        raise RedisHaError(f"no {noun} on `{node}`; nodes with the role {role}: {known}")
    if not all(chosen.units.is_active(process) for process in processes):
        raise Unhealthy(
            f"{chosen.name}: the {noun} does not run; `./inv provision.{role}` starts it"
        )
    return chosen


def hold_tunnel(node: Node) -> None:
    """Keep what was made until Ctrl-C, where a tunnel was needed."""
    from redis_ha.wait import ticks

    if node.is_machine:
        note("a tunnel over SSH; Ctrl-C ends it")
        with suppress(KeyboardInterrupt):
            for _ in ticks(LOOK_S):
                pass
