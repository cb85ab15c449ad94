"""Who visits web nodes during a drill, and a TYPO3 site there: how many, how often."""

from collections.abc import Collection

from redis_ha.errors import RedisHaError
from redis_ha.measure import visits
from redis_ha.measure.visits import SiteVisits, Visits
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.roles import typo3, web
from redis_ha.services import web as pages

VISITORS, REQUESTS_PER_S, LOCKS = 25, 50.0, 3
"""How many visitors web nodes have, how many pages they ask for in a second, and how many sessions
have holders of their lock."""
SITE_REQUESTS_PER_S = 20.0
"""How many pages of a TYPO3 site are asked for in a second."""
PROGRAM = f"{web.PROGRAM}/bin/visitors.php"


def require(environment: Environment, kinds: Collection[str]) -> list[Node]:
    """Return the nodes that visitors of these kinds are to be on; none without any kind.

    Raises:
        RedisHaError: there is no web node.
    """
    role = typo3.NAME if set(kinds) & set(visits.OF_SITE) else web.NAME
    nodes = environment.nodes_with(role) if kinds else []
    if kinds and not nodes:
        raise RedisHaError(
            f"--clients: {', '.join(kinds)}: no node of `{environment.topology.name}` has the role "
            f"`{role}`"
        )
    return nodes[:1]


def orders(
    environment: Environment, kinds: Collection[str], requests_per_s: float | None = None
) -> tuple[Visits, ...]:
    """Return the orders of the visitors.

    Args:
        kinds: of client; those of `visits.KINDS` count.
        requests_per_s: how many pages they ask for in a second, those of sessions and those of a
            TYPO3 site each; by default as many as is usual.
    """
    return tuple(
        Visits(
            node=node.name,
            command=node.piped(pages.php(node), node.path(PROGRAM)),
            address=pages.addresses(environment, node)[0],
            port=environment.topology.table(web.Web).port,
            servers={each.address: each.name for each in environment.redis_nodes},
            visitors=VISITORS if visits.SESSION in kinds else 0,
            requests_per_s=requests_per_s or REQUESTS_PER_S,
            locks=LOCKS if visits.LOCK in kinds else 0,
            typo3=_of_site(environment, kinds, requests_per_s or SITE_REQUESTS_PER_S),
        )
        for node in require(environment, [each for each in kinds if each in visits.KINDS])
    )


def _of_site(
    environment: Environment, kinds: Collection[str], requests_per_s: float
) -> SiteVisits | None:
    """Return the orders of those who come to a TYPO3 site, None where nobody does."""
    chosen = tuple(kind for kind in visits.OF_SITE if kind in kinds)
    if not chosen:
        return None
    own = environment.secrets
    return SiteVisits(chosen, requests_per_s, own[typo3.EDITOR], own[typo3.VISITOR])
