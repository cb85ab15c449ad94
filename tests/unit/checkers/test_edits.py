"""redis_ha/checkers/edits.py: what was saved, and what records and pages have of it."""

from redis_ha.checkers.edits import Edits, edits
from redis_ha.measure.history import Operation, Outcome
from redis_ha.services.typo3_stories import Story
from tests.unit.builders import operation


def key(story: int, number: int) -> str:
    return f"redis-ha:drill:ab12:typo3-editor-1:{story}.{number}"


def edit(story: int, number: int, outcome: Outcome = Outcome.ACKNOWLEDGED) -> Operation:
    return operation(float(number), None, outcome, client="typo3-editor-1", key=key(story, number))


def shown(story: int, record: int | None, page: int | None) -> Story:
    """Return a page whose record has one edit while it shows that or another; None for none."""
    has, shows = (None if number is None else key(story, number) for number in (record, page))
    return Story(has, shows)


SAVED = [edit(1, 1), edit(2, 2), edit(1, 3)]


def test_pages_that_show_their_records_are_fine() -> None:
    stories = {"/story-1": shown(1, 3, 3), "/story-2": shown(2, 2, 2)}
    assert edits(SAVED, stories) == Edits(saved=3)


def test_a_page_that_shows_an_older_edit_is_stale() -> None:
    stories = {"/story-1": shown(1, 3, 1), "/story-2": shown(2, 2, None)}
    assert edits(SAVED, stories) == Edits(saved=3, stale=("/story-1", "/story-2"))


def test_an_edit_that_is_not_in_its_record_is_lost_as_are_all_before_it() -> None:
    stories = {"/story-1": shown(1, None, None), "/story-2": shown(2, 2, 2)}
    assert edits(SAVED, stories).lost == 2
    assert edits(SAVED, {"/story-1": shown(1, 1, 1)}).lost == 1


def test_an_edit_that_nobody_acknowledged_may_be_there_or_not() -> None:
    asked = [edit(1, 1), edit(1, 2, Outcome.INDETERMINATE)]
    assert edits(asked, {"/story-1": shown(1, 2, 2)}) == Edits(saved=1)
    assert edits(asked, {"/story-1": shown(1, 1, 1)}) == Edits(saved=1)


def test_a_saved_text_is_stale_on_its_page_though_the_editor_was_told_of_an_error() -> None:
    asked = [edit(1, 1), edit(1, 2, Outcome.INDETERMINATE)]
    assert edits(asked, {"/story-1": shown(1, 2, 1)}).stale == ("/story-1",)


def test_a_page_that_cannot_be_had_is_not_called_old() -> None:
    found = edits(SAVED, {"/story-1": Story(key(1, 3), None, served=False)})
    assert (found.stale, found.unserved, found.lost) == ((), ("/story-1",), 0)
