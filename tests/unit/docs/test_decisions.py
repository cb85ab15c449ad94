"""docs/decisions.md: numbered without a gap, and each under one subject."""

import re
from collections import Counter

from tests.unit.docs.pages import Page, page

HEADING = re.compile(r"^## (\d+)\. (.+)$", re.MULTILINE)
LINK = re.compile(r"\[(\d+)\. (.+?)\]\(#")


def complaints(written: Page) -> list[str]:
    """Return which decisions are out of order, or not once under a subject by their title."""
    headings, links = HEADING.findall(written.text), LINK.findall(written.text)
    numbers = [int(number) for number, _ in headings]
    found = [] if numbers == [*range(1, len(numbers) + 1)] else ["numbers are not 1, 2, 3 …"]
    count = Counter(links)
    found += [
        f"{number}. {title}: not under one subject"
        for number, title in headings
        if count[number, title] != 1
    ]
    return found + [
        f"{number}. {title}: no such decision"
        for number, title in links
        if (number, title) not in headings
    ]


def test_every_decision_is_under_one_subject() -> None:
    assert complaints(page("docs/decisions.md")) == [], "list it under *By subject*"


def test_what_is_missing_or_wrong_is_found() -> None:
    assert complaints(Page("a.md", "[1. A](#1-a)\n\n## 1. A\n\n## 3. B\n")) == [
        "numbers are not 1, 2, 3 …",
        "3. B: not under one subject",
    ]
    assert complaints(Page("a.md", "[1. B](#1-a)\n\n## 1. A\n")) == [
        "1. A: not under one subject",
        "1. B: no such decision",
    ]
