"""What an environment renders on one provider, in the addresses of another."""

import re

from redis_ha import providers, roles
from redis_ha.nodes.environment import Environment
from redis_ha.provision import configuration
from redis_ha.secrets import HASHES, MASK


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
    return re.sub(rf"(?<!\d)({every})(?!\d)", lambda found: moved[found[1]], text)


def files(environment: Environment, name: str, master: str) -> dict[str, str]:
    """Return every file that a node is to hold by its path; hashes of passwords are masked."""
    node = environment.node(name)
    place = configuration.place_of(environment, node, master)
    texts = {}
    for role in roles.of(node.spec):
        variables = roles.capability("provision", role.name, "variables")
        knows = place.and_knows(variables(environment, node, {}) if variables else {})
        for each in configuration.files_of(knows, [role]):
            texts[each.path] = HASHES.sub(MASK, configuration.rendered(knows, each))
    return texts
