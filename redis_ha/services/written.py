"""The settings that a Redis has written down, which are not always those that it runs with."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import redis

from redis_ha.errors import Unwritable
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each
from redis_ha.nodes.scripts import uploaded
from redis_ha.services import directives, merging
from redis_ha.services.client import ask, redis_of
from redis_ha.services.snapshot import Snapshot

SCRIPT = "provision/redis/put-back.sh"
PLACED = frozenset({"replicaof", "dir"})
"""Not compared: who follows whom is the Sentinels' to say, and a folder has several names."""
FAILS = "Rewriting config file: "
"""In the answer to CONFIG REWRITE, before what the system has against it."""
Differing = Mapping[str, tuple[str, str]]
"""By setting: the value that is written down, and another with which a server runs."""


@dataclass(frozen=True)
class Held:
    """What the file of a server has before it is rewritten.

    Args:
        included: the text of the files that it includes.
    """

    text: str = field(repr=False)
    included: str = field(default="", repr=False)

    def differing(self, settings: Mapping[str, str]) -> dict[str, tuple[str, str]]:
        """Return what a Redis runs with in place of what is written down, as in `Differing`.

        Args:
            settings: as CONFIG GET has them.
        """
        changed = [
            (key, values)
            for key, values in directives.parse(f"{self.included}\n{self.text}").items()
            if key[0] not in PLACED
            and directives.found(settings, key) not in (None, " ".join(values[-1]))
        ]
        return {name: (value, settings[name]) for name, value in directives.as_set(changed).items()}


@dataclass(frozen=True)
class KeptSettings:
    """What stays written down on a node."""

    held: Held
    differing: Differing = field(repr=False)


def kept(environment: Environment, seen: Snapshot) -> dict[str, KeptSettings]:
    """Return what is written down on each node, and where its server runs with something else."""
    settings = {view.name: view.settings for view in seen.nodes}

    def of_node(node: Node) -> KeptSettings:
        found = held(node, _path(node))
        return KeptSettings(found, found.differing(settings[node.name]))

    return each(environment.redis_nodes, of_node)


def down(environment: Environment, kept: Mapping[str, KeptSettings]) -> None:
    """Have every Redis keep its role and priority over a restart, and nothing else.

    CONFIG REWRITE writes down all that a server runs with, and Sentinels send it with each change
    of master. So what was changed by hand is what the file says for the moment of the rewrite.

    Args:
        kept: what was written down before, which stays.
    """
    each(environment.redis_nodes, lambda node: _down(environment, node, kept[node.name]))


def _down(environment: Environment, node: Node, kept: KeptSettings) -> None:
    with redis_of(environment, node) as client:
        rewrite(client, kept.differing, node)
    put_back(node, _path(node), kept.held)


def held(node: Node, path: str) -> Held:
    """Read the file of a server, and those that it includes by their whole paths."""
    text = read(node, path)
    names = [" ".join(words) for words in directives.parse(text).get(("include",), ())]
    whole = [name for name in names if name.startswith("/") and not {*"*?["} & {*name}]
    texts = node.read(*whole).values() if whole else ()
    return Held(text, "\n".join(each for each in texts if each))


def put_back(node: Node, path: str, before: Held) -> str:
    """Give a file that its server has rewritten what that had not read of it; return it as it was.

    Args:
        before: what it held before it was rewritten.
    """
    after = read(node, path)
    due = merging.put_back(before.text, after, before.included, but=PLACED)
    if directives.parse(due) != directives.parse(after):
        with uploaded(node, SCRIPT, {"file": due.encode()}) as script:
            script.run("--file", path, "--from", f"{script.folder}/file")
    return after


def read(node: Node, path: str) -> str:
    """Return the text of a file, none where there is no such file."""
    return next(iter(node.read(path).values())) or ""


def _path(node: Node) -> str:
    return node.path(node.processes.named("redis").config)


def rewrite(client: redis.Redis, kept: Differing, node: Node) -> None:
    """Have the Redis of a node write down all that it runs with but these settings.

    Raises:
        Unwritable: it cannot write its file.
        redis.RedisError: it does not answer, or refuses.
    """
    pipeline = client.pipeline(transaction=bool(kept))
    for name, (written, _) in kept.items():
        ask(pipeline, "CONFIG", "SET", name, written)
    ask(pipeline, "CONFIG", "REWRITE")
    for name, (_, runs) in kept.items():
        ask(pipeline, "CONFIG", "SET", name, runs)
    # What only a restart changes is refused, and is written down as it runs.
    rewritten = pipeline.execute(raise_on_error=False)[len(kept)]
    if isinstance(rewritten, Exception):
        if FAILS in str(rewritten):
            raise Unwritable(node.name, _path(node), str(rewritten))
        raise rewritten
