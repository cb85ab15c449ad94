"""The pages for drills: for the node alone, and with sessions that remember what they were told."""

import json
from typing import Any

import pytest

from tests.php import fastcgi
from tests.php.fastcgi import Answer
from tests.php.servers import PHP, Site

PROBES = PHP / "public" / "probe"
DRILL = "redis-ha:drill:ab12"


def ask(site: Site, page: str, query: str, **more: Any) -> Answer:
    return fastcgi.ask(site.folder / "site.sock", PROBES / f"{page}.php", query, **more)


def said(answer: Answer) -> dict[str, Any]:
    """Return all that the lines of a page tell."""
    found: dict[str, Any] = {}
    for line in answer.body.splitlines():
        found |= json.loads(line)
    return found


def test_a_session_counts_and_remembers_every_request(site: Site) -> None:
    first = ask(site, "session", f"drill={DRILL}&key=php-session-1:1")
    cookie = first.cookie()
    second = ask(
        site, "session", f"drill={DRILL}&key=php-session-1:2", cookie=f"PHPSESSID={cookie}"
    )
    assert second.cookie() is None
    assert [said(each)["new"] for each in (first, second)] == [True, False]
    assert [said(each)["count"] for each in (first, second)] == [1, 2]
    assert said(second)["written"]
    assert said(second)["node"] == "127.0.0.1"


def test_a_holder_tells_from_when_to_when_it_had_the_lock(site: Site) -> None:
    found = said(ask(site, "lock", f"drill={DRILL}&key=php-lock-1:1&hold_ms=50"))
    assert found["to"] - found["from"] >= 0.05
    assert found["written"]


@pytest.mark.parametrize("page", ["session", "lock"])
@pytest.mark.parametrize(
    ("query", "visitor"),
    [
        (f"drill={DRILL}&key=php-session-1:1", "10.0.0.9"),
        (f"drill={DRILL}&key=php-session-1:1", "0127.0.0.1"),
        (f"drill={DRILL}&key=a,b:1", "127.0.0.1"),
        ("drill=a%20b&key=php-session-1:1", "127.0.0.1"),
        ("", "127.0.0.1"),
    ],
    ids=["from elsewhere", "as if from here", "two requests in one", "a space", "nothing"],
)
def test_whoever_else_asks_finds_no_such_page(
    site: Site, page: str, query: str, visitor: str
) -> None:
    answer = ask(site, page, query, visitor=visitor)
    assert (answer.status, answer.body, answer.cookie()) == (404, "", None)
