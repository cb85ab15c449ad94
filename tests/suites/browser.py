"""Pages in a real browser: the machine's own Chromium, without a window."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page, TimeoutError, sync_playwright  # noqa: A004

from redis_ha import report
from redis_ha.cli import sessions
from redis_ha.wait import wait_until

QUIET = ("--disable-gpu", "--disable-background-networking", "--disable-component-update")
ANSWERS_MS = 20_000
LOOK_MS = 1_000


@contextmanager
def page(url: str, *, width: int = 1280, scheme: str = "light") -> Iterator[Page]:
    """Open a page, as wide as that (px), light or dark; the browser is gone in the end."""
    found = sessions.needs().programs["browser"].path()
    root = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses root otherwise
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*QUIET, *root])
        view = {"width": width, "height": 800}
        opened = browser.new_page(viewport=view, color_scheme=scheme)
        opened.set_default_timeout(ANSWERS_MS)
        try:
            opened.goto(url)
            yield opened
        finally:
            browser.close()


def picture(shown: Page, name: str, *, whole: bool = False) -> Path:
    """Keep a screenshot beside the records: of the window, or of the whole page."""
    path = report.REPORTS / f"{name}.png"
    shown.screenshot(path=path, full_page=whole)
    return path


def seconds(shown: Locator) -> float:
    """Return a number of seconds that stands on a page."""
    return float(str(shown.text_content()).split()[0])


def sign_in(shown: Page, user: str, password: str) -> None:
    """Fill in and send the form, once it stands: then it takes the focus to its first field."""
    shown.locator("#signinUsername:focus").wait_for()
    shown.locator("#signinUsername").fill(user)
    shown.locator("#signinPassword").fill(password)
    shown.locator("#signinPassword").press("Enter")


def branch(shown: Page, keys: str) -> Locator:
    """Return a branch of the tree: all keys that begin alike."""
    return shown.locator("li.jstree-node", has_text=f"{keys}:*").last


def wait_for_branch(shown: Page, keys: str) -> None:
    """Load the page anew until its tree has a branch; whoever signed in stays so.

    The page reads its tree once, and finds nothing while a console that has just started has no
    connection yet.
    """

    def has_branch() -> bool:
        try:
            branch(shown, keys).wait_for(timeout=5 * LOOK_MS)
        except TimeoutError:
            shown.reload()
            return False
        return True

    wait_until(has_branch, what=f"{keys}:* in the tree", timeout_s=3 * ANSWERS_MS / 1000)


def connection(shown: Page) -> Locator:
    """Return the root of the tree: a click shows the server behind it."""
    return shown.locator("#keyTree a.jstree-anchor").first


def shows(shown: Page, text: str) -> bool:
    """Click the root of the tree and say whether what comes up has a text."""
    try:
        connection(shown).wait_for(timeout=LOOK_MS)
        shown.evaluate(
            "jQuery('#keyTree').jstree(true).deselect_all()"
        )  # else a click asks nothing
        connection(shown).click()
        shown.locator("#body").get_by_text(text).first.wait_for(timeout=LOOK_MS)
    except TimeoutError:
        return False
    return True
