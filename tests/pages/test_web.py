"""The web node's page in Chromium: PHP serves it, what it is answered is made up."""

import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from redis_ha.render import PROJECT
from redis_ha.wait import wait_until
from tests.pages import answers
from tests.pages.looks import complaints
from tests.suites import browser

WIDTHS = (390, 1280)
SCHEMES = ("light", "dark")
PUBLIC = PROJECT / "php" / "public"
STARTED = re.compile(r"\(http://(127\.0\.0\.1:\d+)\) started")
NO_MAJORITY = "No majority of Sentinels is left: 1 of 3 answers, 2 have to agree."
Answer = Callable[[], dict[str, Any]]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve what is below `/ha/`, with PHP's own web server."""
    said = tmp_path_factory.mktemp("php") / "said"
    words = ("php", "-S", "127.0.0.1:0", "-t", str(PUBLIC))
    with said.open("w") as out, subprocess.Popen(words, stderr=out, stdout=out) as server:
        try:
            yield f"http://{_address(said)}/"
        finally:
            server.terminate()


def _address(said: Path) -> str:
    found = wait_until(
        lambda: STARTED.search(said.read_text()), what="PHP's web server starts", timeout_s=10
    )
    return str(found and found[1])


@contextmanager
def opened(url: str, answer: Answer, width: int = 1280, scheme: str = "light") -> Iterator[Page]:
    """Open the page, each of its questions answered by a call."""
    with browser.page("about:blank", width=width, scheme=scheme) as shown:
        shown.route("**/state.php", lambda route: answers.give(route, answer()))
        shown.goto(url)
        yield shown


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_it_is_readable_in_each_state(url: str, axe: str, width: int, scheme: str) -> None:
    happened = [answers.change("redis1", "redis2", 75), answers.change("redis3", "redis1", 200_000)]
    visits, lost = count(1), Event()

    def answer() -> dict[str, Any]:
        if lost.is_set():
            return answers.poor(NO_MAJORITY, answering=1, agreeing=1)
        return answers.good("redis2", next(visits), *happened)

    with opened(url, answer, width, scheme) as shown:
        expect(shown.locator("#master")).to_have_text("redis2 is master")
        expect(shown.locator("#changes tbody tr")).to_have_count(len(happened))
        looked(shown, axe, f"web-master-{width}-{scheme}")
        lost.set()
        expect(shown.locator("#where")).to_have_text(NO_MAJORITY)
        expect(shown.locator("#answering")).to_have_text("1 answers; a majority is 2")
        looked(shown, axe, f"web-no-majority-{width}-{scheme}")


def looked(shown: Page, axe: str, name: str) -> None:
    """Keep a picture of the whole page, on which nothing is to be complained of."""
    browser.picture(shown, name, whole=True)
    assert complaints(shown, axe) == []


def test_a_change_is_told_with_what_it_cost(url: str) -> None:
    begun: list[float] = []  # with the first question: a browser may take seconds to start
    visits = count(1)
    happened: list[dict[str, Any]] = []

    def answer() -> dict[str, Any]:
        begun[:] = begun or [time.time()]
        if time.time() < begun[0] + 2:
            return answers.good("redis1", next(visits))
        if time.time() < begun[0] + 4:
            return answers.poor("3 of 3 Sentinels name redis1, which takes no writes now.")
        happened[:] = happened or [answers.change("redis1", "redis2")]
        return answers.good("redis2", next(visits), *happened)

    with opened(url, answer) as shown:
        expect(shown.locator("#master")).to_have_text("redis1 is master")
        expect(shown.locator("#master")).to_contain_text("No master for 1.")
        assert "takes no writes" in str(shown.locator("#where").text_content())
        expect(shown.locator("#master")).to_have_text("redis2 is master")
        row = shown.locator("#changes tbody tr").first
        expect(row).to_contain_text("redis1")
        told = browser.seconds(row.locator("td").last)
        assert 1.8 <= told <= 4
        assert browser.seconds(shown.locator("#longest")) == told
        expect(shown.locator("#steps")).to_contain_text("never went back")
        expect(shown.locator("#said")).to_contain_text("redis2 is master, after")
        shown.reload()
        expect(row.locator("td").last).to_have_text(f"{told:.2f} s")  # it is this tab's to know


def test_what_happened_before_it_was_opened_cost_it_nothing(url: str) -> None:
    earlier = answers.change("redis1", "redis2", 30)
    with opened(url, lambda: answers.good("redis2", 1, earlier)) as shown:
        expect(shown.locator("#changes tbody td").last).to_have_text("not open then")


def test_a_counter_that_goes_back_is_told(url: str) -> None:
    visits = iter([7, 8, 3])
    with opened(url, lambda: answers.good("redis1", next(visits, 4))) as shown:
        expect(shown.locator("#steps")).to_contain_text("went back")
        expect(shown.locator("#steps")).not_to_contain_text("never")


def test_what_the_session_handler_ends_with_is_told_in_words(url: str) -> None:
    with browser.page("about:blank") as shown:
        shown.route("**/state.php", lambda route: route.fulfill(status=503, body="<p>later</p>"))
        shown.goto(url)
        expect(shown.locator("#master")).to_contain_text("No good answer for")
        expect(shown.locator("#where")).to_contain_text("session could not be read")


def test_it_asks_one_question_at_a_time(url: str) -> None:
    open_ones: list[Route] = []

    def leave_open(route: Route) -> None:
        open_ones.append(route)

    with browser.page("about:blank") as shown:
        shown.route("**/state.php", leave_open)
        shown.goto(url)
        shown.wait_for_timeout(1_500)
        assert len(open_ones) == 1
        expect(shown.locator("#where")).to_have_text("The question is still open.")
        answers.give(open_ones[0], answers.good("redis1", 1))
        expect(shown.locator("#master")).to_have_text("redis1 is master")


def test_it_loads_from_its_own_folder_alone(url: str) -> None:
    asked: list[str] = []
    with browser.page("about:blank") as shown:
        shown.on("request", lambda request: asked.append(request.url))
        policy = shown.goto(url).headers["content-security-policy"]
        shown.wait_for_timeout(500)
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert {each.removeprefix(url) for each in asked} >= {"", "page.js", "page.css", "state.php"}
    assert [each for each in asked if not each.startswith(url)] == []


def test_without_settings_it_says_so_and_where_is_in_the_log_alone(url: str) -> None:
    with browser.page(url) as shown:
        expect(shown.locator("#where")).to_contain_text("PHP cannot read")
        answer = shown.request.get(f"{url}state.php")
        assert answer.status == 500
        assert set(answer.json()) == {"reason"}
