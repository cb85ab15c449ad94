"""What an environment renders on one provider, in the addresses of another."""

import re

from redis_ha import providers
from redis_ha.nodes.environment import Environment
from redis_ha.provision import commander, configuration


def elsewhere(environment: Environment, provider: str) -> Environment:
    """Return the same environment, passwords included, as if its nodes lived somewhere else."""
    place = providers.make(provider, environment.topology)
    built = Environment(
        environment.topology, providers.Choice(provider, "as asked"), place, environment.folder
    )
    built.__dict__["secrets"] = environment.secrets
    return built


def addressed(text: str, of: Environment, to: Environment) -> str:
    """Return a text with the addresses that its nodes have in another environment."""
    moved = {node.address: to.node(name).address for name, node in of.nodes.items()}
    every = "|".join(re.escape(address) for address in moved)
    return re.sub(rf"\b({every})\b", lambda found: moved[found[1]], text)


def files(environment: Environment, name: str, master: str) -> dict[str, str]:
    """Return what a node is to hold by process; the console's in one, less its password's hash."""
    node = environment.node(name)
    texts = configuration.rendered(environment, node, master)
    if "commander" in node.spec.roles:
        rendered = commander.rendered(environment, node, password_hash="-")
        texts["commander"] = "".join(rendered.values())
    return texts
