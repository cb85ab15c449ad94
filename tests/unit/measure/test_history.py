import csv
import io

import pytest

from redis_ha.measure.history import COLUMNS, History, Operation, Outcome, to_row
from tests.unit.builders import operation


def file_of(operations: list[Operation]) -> list[str]:
    """Return the lines of the file that a drill keeps of these operations."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    rows.writerows(to_row(each) for each in operations)
    return text.getvalue().splitlines(keepends=True)


def test_what_is_written_down_is_read_back() -> None:
    told = [
        operation(1.25, took_s=0.5),
        Operation("naive-1", "key", 1.0, 2.0, Outcome.FAILED, None, 'READONLY, "really"'),
    ]
    history = History()
    lines = file_of(told)
    history.read(lines[:2])
    history.read(lines[2:])
    assert list(history) == told


def test_writes_and_reads_go_by_kind_of_client() -> None:
    writes = [operation(1), operation(2, client="naive-1", outcome=Outcome.FAILED)]
    reads = [
        operation(3, client="reader-1", outcome=Outcome.STALE),
        operation(4, client="reader-1", outcome=Outcome.FRESH),
    ]
    unanswered = operation(5, client="reader-1", outcome=Outcome.FAILED)
    history = History([*writes, *reads, unanswered])
    assert history.writes() == writes
    assert history.writes("naive") == writes[1:]
    assert history.reads() == reads
    assert history.kinds() == ["sentinel", "naive"]
    assert len(history) == 5


def test_pages_of_a_site_are_no_writes() -> None:
    write, page = operation(1), operation(2, None, Outcome.FAILED, client="typo3-page-1")
    history = History([write, page])
    assert history.writes() == [write]
    assert history.writes("typo3-page") == [page]
    assert history.kinds() == ["sentinel", "typo3-page"]
    assert history.last_failure() == page


@pytest.mark.parametrize(
    ("operations", "found"),
    [
        ([operation(1, "redis2"), operation(7, "redis2"), operation(6, "redis2")], "at:6"),
        ([operation(6, "redis1"), operation(7, "redis3")], "at:7"),
        ([operation(6, "redis2", Outcome.FAILED)], None),
        ([operation(6, "redis2", Outcome.INDETERMINATE)], None),
        ([operation(5, "redis2")], "at:5"),
        ([operation(6, "redis2", client="naive-1"), operation(7, "redis2")], "at:7"),
        ([], None),
    ],
    ids=[
        *("the earliest, not before", "not on the old master", "not when refused"),
        *("not without an answer", "at the moment", "not another kind", "none"),
    ],
)
def test_the_first_write_elsewhere_ends_the_outage(
    operations: list[Operation], found: str | None
) -> None:
    first = History(operations).acknowledged_elsewhere("redis1", 5, {"sentinel"})
    assert (first and first.key) == found


def test_a_write_that_was_sent_before_says_nothing_of_afterwards() -> None:
    history = History([operation(6, took_s=2), operation(7), operation(8, client="role-1")])
    first = history.acknowledged_after(5)
    assert first is not None
    assert first.key == "at:7"
    assert history.acknowledged_after(7.5, {"sentinel"}) is None
