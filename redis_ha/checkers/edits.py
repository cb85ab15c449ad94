"""Is what an editor saved in its record, and does its page show it?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from redis_ha.measure.figures import Count
from redis_ha.measure.history import Operation
from redis_ha.services.typo3_stories import Story, edit_of, path_of


@dataclass(frozen=True)
class Edits:
    """What became of an editor's edits."""

    saved: Count = 0
    """How many the backend acknowledged."""
    lost: Count = 0
    """How many of these are not in their records in the end, nor a later one."""
    stale: tuple[str, ...] = ()
    """The pages that did not show what their records had, 30 s after the last edit."""
    unserved: tuple[str, ...] = ()
    """Those that could not be had then."""


def edits(asked: Iterable[Operation], stories: Mapping[str, Story]) -> Edits:
    """Compare what an editor was told with records and pages long after the end.

    Edits of one page have rising numbers: a record that has a later one has lost none before it.
    """
    saved = [one.key for one in asked if one.acknowledged]
    in_records = {path: edit_of(story.record) for path, story in stories.items()}
    lost = [
        key
        for key in saved
        if path_of(key) in in_records and edit_of(key) > in_records[path_of(key)]
    ]
    return Edits(
        saved=len(saved),
        lost=len(lost),
        stale=tuple(path for path, story in stories.items() if story.is_stale),
        unserved=tuple(path for path, story in stories.items() if not story.served),
    )
