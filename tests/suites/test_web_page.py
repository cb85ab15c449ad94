"""The web node's page in Chromium: the old master, then the new one, and what that cost."""

import http.client
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext

import pytest
from playwright.sync_api import Page, expect

from redis_ha import faults
from redis_ha.faults import scene
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.provision import provisioning
from redis_ha.roles import proxy as proxy_role
from redis_ha.roles import web as web_role
from redis_ha.services import settling, switchover, web
from redis_ha.wait import wait_until
from tests.pages import looks
from tests.suites import browser

Keep = Callable[..., None]
pytestmark = pytest.mark.timeout(300)
FOLLOWS_S = 60
EXPECTED = {
    "kill": (1.0, 20.0),
    "hang": (1.0, 20.0),
    "partition": (0.0, 20.0),
    "switchover": (0.0, 15.0),
}
"""The least and the most that a change of master costs the page, in seconds: a loose band."""


@pytest.fixture(scope="module")
def node(environment: Environment) -> Node:
    roles = [proxy_role.ROLE, web_role.ROLE]
    provisioning.provision(environment, roles, lambda step: None, print)
    return environment.nodes_with("web")[0]


@pytest.fixture(scope="module")
def url(environment: Environment, node: Node) -> Iterator[str]:
    with web.reached(environment, node) as root:
        yield f"{root}ha/"


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    return looks.axe_source(tmp_path_factory.mktemp("web-page"))


@pytest.fixture
def master(environment: Environment, node: Node, quick_sentinels: None) -> str:
    """Return who is master of a cluster that is whole."""
    return str(settling.wait_settled(environment, FOLLOWS_S).master)


@pytest.mark.parametrize("look", [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")])
def test_it_names_the_master_and_counts(
    environment: Environment, url: str, master: str, axe: str, look: tuple[int, str]
) -> None:
    width, scheme = look
    with browser.page(url, width=width, scheme=scheme) as shown:
        names(shown, master)
        address = environment.node(master).address
        expect(shown.locator("#where")).to_contain_text(address)
        expect(shown.locator("#agreeing")).to_have_text("3 of 3")
        first = counter(shown)
        wait_until(lambda: counter(shown) > first, what="the counter goes up", timeout_s=10)
        browser.picture(shown, f"web-page-{environment.choice.name}-{width}-{scheme}", whole=True)
        assert looks.complaints(shown, axe) == []


@pytest.mark.parametrize("fault", ["switchover", "kill", "hang", "partition"])
def test_it_shows_the_old_master_then_the_new_one(
    environment: Environment, url: str, master: str, keep: Keep, fault: str
) -> None:
    name = f"web-page-{environment.choice.name}-{fault}"
    with browser.page(url) as shown:
        names(shown, master)
        watched = Watched(shown)
        with struck(environment, fault, master):
            new = wait_until(
                watched.another_master(master), what="another master", timeout_s=FOLLOWS_S
            )
            cost_s = cost(shown, master, str(new))
            wait_until(lambda: watched.counts_on(10), what="it counts on", timeout_s=FOLLOWS_S)
            browser.picture(shown, name, whole=True)
        expect(shown.locator("#steps")).to_contain_text("never went back")
    assert watched.counts == sorted(watched.counts)
    least, most = EXPECTED[fault]
    assert least <= cost_s <= most
    if fault in ("kill", "hang"):
        assert watched.said_nobody
    keep("web-page", {fault: cost_s}, f"{fault}: the page was without a good answer for {cost_s} s")


def test_without_a_majority_of_sentinels_it_says_so(
    environment: Environment, url: str, master: str
) -> None:
    others = [each for each in environment.sentinel_nodes if each.name != master]
    with browser.page(url, width=390) as shown, ExitStack() as back:
        names(shown, master)
        for each in others:
            for sentinel in each.processes.of("sentinel"):
                back.callback(each.units.start, sentinel.name)
                each.units.hold(sentinel.name)
                each.units.kill(sentinel.name)
        told = shown.locator("#where")
        expect(told).to_contain_text("No majority of Sentinels is left: 1 of 3", timeout=20_000)
        expect(told).to_contain_text("a Sentinel on one more machine is the way out")
        expect(shown.locator("#master")).to_contain_text("No master for")
        browser.picture(shown, f"web-page-{environment.choice.name}-no-majority", whole=True)
        back.close()
        names(shown, master)
        expect(shown.locator("#steps")).to_contain_text("never went back")


def test_it_gives_away_no_secret(environment: Environment, url: str) -> None:
    for path in ("", "state.php", "page.js"):
        with urllib.request.urlopen(f"{url}{path}", timeout=10) as answer:
            said = answer.read().decode() + str(answer.headers)
        assert said
        assert environment.secrets.masked(said) == said


def test_beyond_loopback_it_asks_for_a_password(environment: Environment, node: Node) -> None:
    url = str(web.direct(environment, node))
    assert status(url) == http.client.UNAUTHORIZED
    assert status(url, f"{web.USER}:not-this-one") == http.client.UNAUTHORIZED
    assert status(url, f"{web.USER}:{environment.secrets['web']}") == http.client.OK
    assert status(f"{url}state.php") == http.client.UNAUTHORIZED
    assert status(f"{url}page.js") == http.client.UNAUTHORIZED


def test_on_processes_it_is_on_a_loopback_address(environment: Environment, node: Node) -> None:
    assert web.direct(environment, node) is None
    with web.reached(environment, node) as url:
        assert url.startswith("http://127.")


def status(url: str, login: str = "") -> int:
    """Return what a question comes to, with a user and a password or without."""
    request = urllib.request.Request(url)
    if login:
        request.add_header("Authorization", f"Basic {b64encode(login.encode()).decode()}")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


class Watched:
    """What was seen of a page, look by look."""

    def __init__(self, shown: Page) -> None:
        self._shown = shown
        self.counts: list[int] = []
        self.said_nobody = False

    def _look(self) -> str:
        self.counts.append(counter(self._shown))
        heading = str(self._shown.locator("#master").text_content())
        self.said_nobody = self.said_nobody or heading.startswith("No ")
        return heading

    def another_master(self, old: str) -> Callable[[], str | None]:
        """Return a look that returns who is master as soon as it is another."""

        def look() -> str | None:
            name, _, rest = self._look().partition(" is master")
            return None if name == old or rest or name.startswith("No ") else name

        return look

    def counts_on(self, more: int) -> bool:
        """Say whether it has counted some more since the change."""
        self._look()
        return self.counts[-1] >= self.counts[0] + more


def names(shown: Page, name: str) -> None:
    """Wait until the page says who is master."""
    expect(shown.locator("#master")).to_have_text(f"{name} is master", timeout=FOLLOWS_S * 1000)


def counter(shown: Page) -> int:
    """Return what the page shows of this visitor's session."""
    return int(str(shown.locator("#count").text_content()))


def cost(shown: Page, old: str, new: str) -> float:
    """Return what the newest change in the list cost the page, in seconds."""
    cells = shown.locator("#changes tbody tr").first.locator("td")
    expect(cells.nth(1)).to_have_text(old)
    expect(cells.nth(2)).to_have_text(new)
    return browser.seconds(cells.nth(3))


def struck(environment: Environment, fault: str, master: str) -> AbstractContextManager[object]:
    """Break something, or change the master as planned; whole again in the end."""
    if fault == "switchover":
        return nullcontext(switchover.run(environment))
    made = scene.make(environment, master, faults.named(fault).takes, master)
    return faults.strike(fault, made)
