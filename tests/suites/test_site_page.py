"""A TYPO3 site in Chromium: an edit is on its page, though the master is killed meanwhile."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from redis_ha import faults
from redis_ha.faults import scene
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.roles.typo3 import EDITOR
from redis_ha.services import logs, settling, switchover, web
from redis_ha.services.http import text
from redis_ha.wait import wait_until
from tests.suites import browser

Keep = Callable[..., None]
pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.timeout(300)]
STORY = "Story 3"
PATH = "story-3"
WATCHED = "story-5"
FOLLOWS_S = 60
SLOW_MS = 60_000
"""For the backend on a machine that does other things as well, and through a failover."""
MADE = re.compile(r'id="made">([^<]*)<')


@pytest.fixture(scope="module")
def node(environment: Environment) -> Node:
    return environment.nodes_with("typo3")[0]


@pytest.fixture(scope="module")
def url(environment: Environment, node: Node) -> Iterator[str]:
    with web.reached(environment, node) as root:
        yield root


@pytest.fixture
def master(environment: Environment, node: Node, quick_sentinels: None) -> str:
    """Return who is master of a cluster that is whole."""
    return str(settling.wait_settled(environment, FOLLOWS_S).master)


def test_a_switchover_leaves_the_pages_in_their_cache(
    environment: Environment, url: str, master: str
) -> None:
    before, told = made(url), len(said(environment))
    switchover.run(environment)
    wait_until(
        lambda: any("nothing is lost" in line for line in said(environment)[told:]),
        what="the watcher finds that nothing is lost",
        timeout_s=FOLLOWS_S,
        show=lambda _: said(environment)[told:],
    )
    assert made(url) == before


def test_an_edit_is_on_its_page_through_a_kill(
    environment: Environment, url: str, master: str, keep: Keep
) -> None:
    name = f"site-page-{environment.choice.name}"
    typed = f"typed while {master} was gone"
    before, told = made(url), len(said(environment))
    with browser.page(f"{url}typo3/") as shown:
        form = opened(shown, environment.secrets[EDITOR])
        with faults.strike("kill", killed(environment, master)):
            editor = form.locator(".ck-editor__editable")
            editor.click()
            shown.keyboard.press("Control+A")
            shown.keyboard.type(typed)
            browser.picture(shown, f"{name}-form")
            form.locator('button[name="_savedok"]').click()
            saved = shown.get_by_text("has been successfully saved").first
            expect(saved).to_be_visible(timeout=SLOW_MS)
            browser.picture(shown, f"{name}-saved")
            shown.goto(f"{url}{PATH}")
            expect(shown.get_by_text(typed)).to_be_visible(timeout=SLOW_MS)
            browser.picture(shown, f"{name}-shown")
        lines = wait_until(
            lambda: [each for each in said(environment)[told:] if "are flushed" in each],
            what="the watcher has the caches of pages flushed",
            timeout_s=FOLLOWS_S,
            show=lambda _: said(environment)[told:],
        )
        shown.reload()
        expect(shown.get_by_text(typed)).to_be_visible(timeout=SLOW_MS)
    keep("site-page", {"watcher": lines}, *lines)
    assert made(url) != before


def killed(environment: Environment, master: str) -> scene.Scene:
    return scene.make(environment, master, faults.named("kill").takes, master)


def opened(shown: Page, password: str) -> FrameLocator:
    """Log in as the editor, and open the text of a page; return the frame with its form."""
    shown.set_default_timeout(SLOW_MS)
    shown.locator("#t3-username").fill("editor")
    shown.locator("#t3-password").fill(password)
    shown.locator("#t3-login-submit").click()
    tree = shown.locator("typo3-backend-navigation-component-pagetree")
    tree.get_by_text("Home", exact=True).wait_for()
    tree.get_by_placeholder("Enter search term").fill(STORY)
    tree.locator(".node-contentlabel", has_text=STORY).first.click()
    content = shown.frame_locator("#typo3-contentIframe")
    content.locator('a[href*="tt_content"][title^="Edit"]').first.click()
    content.locator(".ck-editor__editable").wait_for()
    return content


def made(url: str) -> str:
    """Return when a page was made that stands in the cache."""
    found = MADE.search(text(f"{url}{WATCHED}") or "")
    assert found
    return found[1]


def said(environment: Environment) -> list[str]:
    """Return what the watcher has logged."""
    sources = [each for each in logs.sources(environment, "typo3") if "watch" in each.name]
    return [line for _, line in logs.merged(sources, 1000)]
