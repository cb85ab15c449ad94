"""Rights that the user `default` lost on a Redis, without which no failover works."""

from redis_ha.nodes import Node
from redis_ha.nodes.group import each
from redis_ha.provision.run import Run
from redis_ha.services.ability import DEFAULT
from redis_ha.services.client import ask, redis_of
from redis_ha.services.snapshot import Snapshot

STEP = "rights"
ALL = ("~*", "&*", "+@all")
"""As a new server gives them to `default`."""


def give_back(run: Run, seen: Snapshot) -> None:
    """Give `default` all rights where Sentinels lack one; other users are not this tool's."""
    lacking = {
        view.name
        for view in seen.nodes
        if any(each.user == DEFAULT and not each.is_unknown for each in view.denials)
    }

    def give(node: Node) -> None:
        with redis_of(run.environment, node) as client:
            ask(client, "ACL", "SETUSER", DEFAULT, *ALL)
            ask(client, "CONFIG", "REWRITE")

    chosen = [node for node in run.nodes if node.name in lacking]
    each(chosen, lambda node: run.act(node, STEP, lambda: give(node)))
