"""redis_ha/checkers/pages.py: what visitors went through, by the history alone."""

from dataclasses import replace

from redis_ha.checkers.pages import Pages, pages
from redis_ha.measure.history import Operation, Outcome
from redis_ha.measure.visits import LOGGED_OUT, OLD_TEXT, WENT_BACK
from tests.unit.builders import operation

FAULT_S = 100.0


def page(at_s: float, error: str | None = None, outcome: Outcome | None = None) -> Operation:
    """Return a page that ended so long after the fault: a good one, unless something was wrong."""
    wrong = {None: Outcome.ACKNOWLEDGED, "refused": Outcome.FAILED}.get(error)
    found = outcome or wrong or Outcome.INDETERMINATE
    return replace(operation(FAULT_S + at_s, outcome=found, client="php-session-1"), error=error)


def test_good_pages_are_counted_and_nothing_else() -> None:
    assert pages([page(-1), page(1), page(4)], FAULT_S, 3.0) == Pages(statuses={"200": 3})


def test_what_came_in_place_of_a_page_is_counted_by_its_status() -> None:
    asked = [page(-1, "503"), page(1, "503"), page(2, "502"), page(3, "refused"), page(3.4)]
    found = pages(asked, FAULT_S, 3.0)
    assert found.statuses == {"200": 1, "502": 1, "503": 2, "refused": 1}
    assert (found.errors, found.last_error_s, found.late_errors) == (4, 3.0, 0)


def test_an_error_long_after_the_first_write_is_late() -> None:
    asked = [page(3.5, "503"), page(3.51, "503"), page(9.0, "500")]
    assert pages(asked, FAULT_S, 3.0).late_errors == 2
    assert pages(asked, FAULT_S, None).late_errors == 0


def test_an_error_before_the_fault_counts_and_is_not_the_last() -> None:
    found = pages([page(-1, "503"), page(1)], FAULT_S, 3.0)
    assert (found.errors, found.last_error_s) == (1, None)


def test_pages_of_another_session_or_an_older_one_are_counted_though_they_were_served() -> None:
    good = Outcome.ACKNOWLEDGED
    asked = [page(1, LOGGED_OUT, good), page(2, WENT_BACK, good), page(3, WENT_BACK, good)]
    found = pages(asked, FAULT_S, 3.0)
    assert (found.logged_out, found.went_back, found.errors) == (1, 2, 0)
    assert found.statuses == {"200": 3}


def test_an_old_text_is_counted_though_the_page_was_served() -> None:
    found = pages([page(1), page(2, OLD_TEXT, Outcome.ACKNOWLEDGED)], FAULT_S, 3.0)
    assert (found.outdated, found.errors) == (1, 0)
