"""The settings that a Redis has written down, which are not always those that it runs with."""

from collections.abc import Mapping

import redis

from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each
from redis_ha.services import directives
from redis_ha.services.client import ask, redis_of
from redis_ha.services.snapshot import Snapshot

PLACED = frozenset({"replicaof", "dir"})
"""Not compared: who follows whom is the Sentinels' to say, and a folder has several names."""
Kept = Mapping[str, Mapping[str, tuple[str, str]]]
"""By node and setting: the value that is written down, and another with which it runs."""


def kept(environment: Environment, seen: Snapshot) -> Kept:
    """Return what servers run with that is not in their files: CONFIG SET changed it."""
    settings = {view.name: view.settings for view in seen.nodes}
    return each(environment.redis_nodes, lambda node: _kept(node, settings[node.name]))


def differing(text: str, settings: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return what a Redis runs with in place of what its file says, as in `Kept`.

    Args:
        settings: as CONFIG GET has them.
    """
    changed = [
        (key, values)
        for key, values in directives.parse(text).items()
        if key[0] not in PLACED
        and directives.found(settings, key) not in (None, " ".join(values[-1]))
    ]
    return {name: (value, settings[name]) for name, value in directives.as_set(changed).items()}


def down(environment: Environment, kept: Kept) -> None:
    """Have every Redis keep its role and priority over a restart, and nothing else.

    CONFIG REWRITE writes down all that a server runs with, and Sentinels send it with each change
    of master. So what was changed by hand is what the file says for the moment of the rewrite.

    Args:
        kept: what is not to be written down.
    """
    each(environment.redis_nodes, lambda node: _down(environment, node, kept[node.name]))


def _kept(node: Node, settings: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    path = node.path(node.processes.named("redis").config)
    return differing(next(iter(node.read(path).values())) or "", settings)


def _down(environment: Environment, node: Node, kept: Mapping[str, tuple[str, str]]) -> None:
    with redis_of(environment, node) as client:
        rewrite(client, kept)


def rewrite(client: redis.Redis, kept: Mapping[str, tuple[str, str]]) -> None:
    """Have a Redis write down all that it runs with but these settings.

    Raises:
        redis.RedisError: it does not answer, or cannot write its file.
    """
    pipeline = client.pipeline(transaction=bool(kept))
    for name, (written, _) in kept.items():
        ask(pipeline, "CONFIG", "SET", name, written)
    ask(pipeline, "CONFIG", "REWRITE")
    for name, (_, runs) in kept.items():
        ask(pipeline, "CONFIG", "SET", name, runs)
    # What only a restart changes is refused, and is written down as it runs.
    answers = pipeline.execute(raise_on_error=not kept)
    if isinstance(rewritten := answers[len(kept)], Exception):
        raise rewritten
