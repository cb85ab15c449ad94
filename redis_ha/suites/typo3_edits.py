"""What became of an editor's edits long after a drill."""

from collections.abc import Callable

from redis_ha.measure import visits
from redis_ha.measure.workload import Workload
from redis_ha.nodes.environment import Environment
from redis_ha.roles.typo3 import NAME
from redis_ha.services import typo3_stories
from redis_ha.services.typo3_stories import Story
from redis_ha.wait import pause_until

AFTER_S = 30.0
"""How long after the last edit the pages are asked for again: what is old then stays old."""


def look(
    environment: Environment, load: Workload, tell: Callable[[str], object]
) -> dict[str, Story]:
    """Return every page that was edited, 30 s after the last edit; none where nobody edited.

    Raises:
        RedisHaError: the records cannot be read.
    """
    asked = load.history.writes(visits.EDITOR)
    if not asked:
        return {}
    tell(f"in {AFTER_S:g} s every page that was edited is asked for again")
    pause_until(max(one.ended_s for one in asked) + AFTER_S)
    (node, *_) = environment.nodes_with(NAME)
    return typo3_stories.look(environment, node, [one.key for one in asked])
