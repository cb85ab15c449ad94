"""The pages of a TYPO3 site that are edited in drills: what their records have, what they show."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.roles import web as role
from redis_ha.services import web
from redis_ha.services.http import text

PROGRAM = f"{role.PROGRAM}/bin/typo3-texts.php"
FIRST_RECORD = 11
"""The uid of the text of `/story-1`; those of the others follow."""
EDIT = r"redis-ha:drill:[0-9a-f]+:typo3-editor-\d+:\d+\.\d+"
READ_S = 30


@dataclass(frozen=True)
class Story:
    """One such page; texts of a drill are the keys by which its history calls the edits."""

    record: str | None
    """The edit that its record has; null for a text of somebody else."""
    page: str | None
    """The edit that it shows; null for none."""
    served: bool = True
    """Whether it was there to be looked at."""

    @property
    def is_stale(self) -> bool:
        """Say whether it shows another text than its record has."""
        return self.served and self.page != self.record


def path_of(edit: str) -> str:
    """Return the page that an edit was of."""
    return f"/story-{_numbers(edit)[0]}"


def edit_of(edit: str | None) -> int:
    """Return the number of an edit; later ones have higher ones, and none has 0."""
    return _numbers(edit)[1] if edit else 0


def look(environment: Environment, node: Node, edits: Iterable[str]) -> dict[str, Story]:
    """Return every page that was edited.

    Raises:
        RedisHaError: the records cannot be read.
    """
    paths = sorted({path_of(edit) for edit in edits}, key=lambda path: int(path.rpartition("-")[2]))
    records = _records(node)
    with web.reached(environment, node) as url:
        return {path: _story(records, path, text(f"{url}{path[1:]}")) for path in paths}


def _story(records: dict[int, str], path: str, shown: str | None) -> Story:
    uid = FIRST_RECORD - 1 + int(path.rpartition("-")[2])
    return Story(_edit(records.get(uid, "")), _edit(shown or ""), shown is not None)


def _records(node: Node) -> dict[int, str]:
    """Return the text of each text record of a site, by its uid, from its database."""
    own = ("runuser", "-u", role.ACCOUNT, "--") if node.is_machine else ()
    words = (*own, web.php(node), node.path(PROGRAM), node.path(role.SITE))
    said = node.run(*words, sudo=node.is_machine, timeout_s=READ_S).stdout
    return {int(uid): str(told) for uid, told in json.loads(said).items()}


def _edit(told: str) -> str | None:
    found = re.search(EDIT, told)
    return found[0] if found else None


def _numbers(edit: str) -> tuple[int, int]:
    story, _, number = edit.rpartition(":")[2].partition(".")
    return int(story), int(number)
