"""The console: provisioned without a registry, closed to strangers, there after a failover."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from redis_ha import report
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.provision import provisioning
from redis_ha.provision.steps import Step
from redis_ha.roles.commander import ROLE, SETTINGS
from redis_ha.services import cluster, commander, settling
from redis_ha.services.client import redis_of
from redis_ha.suites import failover
from redis_ha.suites.plan import Plan
from redis_ha.wait import now_s, wait_until
from tests.suites import browser
from tests.suites.telling import told

Keep = Callable[..., None]
KEY, VALUE = "typo3:commander:suite:page", "seen-in-the-browser"
FOLLOWS_S = 60


def provision(environment: Environment) -> dict[str, str]:
    steps: list[Step] = []
    provisioning.provision(environment, [ROLE], steps.append, print)
    return {step.step: step.result for step in steps}


@pytest.fixture(scope="module")
def node(environment: Environment) -> Node:
    provision(environment)
    return environment.nodes_with("commander")[0]


@pytest.fixture(scope="module")
def url(environment: Environment, node: Node) -> Iterator[str]:
    with commander.reached(environment, node) as reached:
        yield reached


@pytest.fixture
def key(environment: Environment) -> str:
    master = environment.node(str(settling.wait_settled(environment, FOLLOWS_S).master))
    with redis_of(environment, master) as client:
        client.set(KEY, VALUE)
    return KEY


def test_a_second_run_changes_nothing(environment: Environment, node: Node) -> None:
    assert set(provision(environment).values()) == {"ok"}


def test_the_package_needs_no_network(
    environment: Environment, node: Node, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    node.run("rm", "-r", node.path("/opt/redis-commander"), sudo=True)
    begun = now_s()
    with cut_off(node, monkeypatch):
        results = provision(environment)
    took_s = round(now_s() - begun, 1)
    keep("commander", {"provisioned_s": took_s}, f"console provisioned in {took_s} s, cut off")
    assert (results["package"], results["commander"]) == ("changed", "changed")


@contextmanager
def cut_off(node: Node, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leave a machine only what has a connection already; a folder only a proxy that is none."""
    with without_network(node) if node.is_machine else without_registry(monkeypatch):
        yield


@contextmanager
def without_registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
            patch.setenv(name, "http://127.0.0.1:9")
        yield


@contextmanager
def without_network(node: Node) -> Iterator[None]:
    chain = "add chain inet cut out { type filter hook output priority 0; policy accept; }"
    rules = (
        "add rule inet cut out ct state established accept",
        "add rule inet cut out oif lo accept",
    )
    for rule in ("add table inet cut", chain, *rules, "add rule inet cut out ct state new drop"):
        node.run("nft", rule, sudo=True)
    try:
        assert not node.run("timeout", "3", "getent", "ahosts", "example.org", check=False).ok
        yield
    finally:
        node.run("nft", "delete table inet cut", sudo=True)


def test_no_secret_is_where_others_see_it(environment: Environment, node: Node) -> None:
    settings = node.path(SETTINGS)
    mode = node.run("stat", "--format=%a", settings, sudo=True).stdout.strip()
    assert mode == ("640" if node.is_machine else "600")
    seen = node.run("ps", "axww", "-o", "args").stdout
    assert "redis-commander" in seen
    if node.is_machine:
        seen += node.run("systemctl", "cat", "redis-commander").stdout
        seen += node.run("systemctl", "show", "redis-commander").stdout
    assert environment.secrets.masked(seen) == seen


def test_nobody_gets_in_without_the_password(
    environment: Environment, url: str, node: Node
) -> None:
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(f"{url}apiv2/server/info", timeout=10)
    with browser.page(url) as shown:
        browser.sign_in(shown, commander.settings(environment).user, "not-this-one")
        shown.wait_for_timeout(browser.LOOK_MS)
        browser.picture(shown, f"commander-refused-{environment.choice.name}")
        assert shown.locator("#signinPassword").is_visible()
        assert shown.locator("#keyTree a.jstree-anchor").count() == 0


def test_on_processes_it_has_a_loopback_address(environment: Environment, node: Node) -> None:
    assert commander.address(environment, node).startswith("127.")


def test_only_the_node_itself_reaches_it(environment: Environment, node: Node) -> None:
    port = commander.settings(environment).port
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"http://{node.address}:{port}/", timeout=3)
    assert f"tcp dport {port} drop" in node.run("nft", "list", "ruleset", sudo=True).stdout


def test_a_key_is_found_and_nothing_is_written(
    environment: Environment, url: str, key: str
) -> None:
    user, password = commander.settings(environment).user, environment.secrets["commander"]
    with browser.page(url) as shown:
        browser.sign_in(shown, user, password)
        *levels, leaf = KEY.split(":")
        browser.wait_for_branch(shown, levels[0])
        for level in levels:
            browser.branch(shown, level).locator("i.jstree-ocl").first.click()
        shown.locator("a.jstree-anchor", has_text=leaf).last.click()
        shown.locator("#stringValue").wait_for()
        assert shown.locator("#stringValue").input_value() == VALUE
        browser.picture(shown, f"commander-key-{environment.choice.name}")
    refused = api(url, user, password, f"apiv1/exec/{connection_id(environment)}", f"SET {key} no")
    assert "read" in refused.lower()
    with redis_of(environment, environment.node(str(cluster.look(environment).master))) as client:
        assert client.get(key) == VALUE


def connection_id(environment: Environment) -> str:
    first = environment.sentinel_nodes[0]
    where = f"{first.address}:{first.spec.sentinels[0]}"
    return f"S:{where}:{environment.topology.sentinel.master_name}-0"


def api(url: str, user: str, password: str, path: str, command: str) -> str:
    """Send a command the way that the page's command line does."""
    token = post(f"{url}signin", {"username": user, "password": password}, "")
    return post(f"{url}{path}", {"cmd": command}, json.loads(token)["bearerToken"])


def post(url: str, data: dict[str, str], token: str) -> str:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    request = urllib.request.Request(url, json.dumps(data).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        return error.read().decode()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("fault", ["kill", "switchover"])
def test_the_same_page_shows_the_new_master(
    environment: Environment, node: Node, url: str, keep: Keep, *, fault: str, light: float
) -> None:
    before = str(settling.wait_settled(environment, FOLLOWS_S).master)
    process = node.units.pid(ROLE.name)
    plan = Plan(fault, report.HISTORIES, load=light)
    with browser.page(url) as shown, ThreadPoolExecutor(1) as pool:
        browser.sign_in(
            shown, commander.settings(environment).user, environment.secrets["commander"]
        )
        wait_until(
            lambda: browser.shows(shown, run_id(environment, before)),
            what="the page shows the master",
            timeout_s=FOLLOWS_S,
        )
        drill = pool.submit(failover.run, environment, plan, told)
        new = wait_until(
            lambda: cluster.look(environment).named_master(),
            accept=lambda name: name not in (None, before),
            what="the Sentinels name another master",
            timeout_s=FOLLOWS_S,
        )
        ended = now_s()
        wait_until(
            lambda: browser.shows(shown, run_id(environment, str(new))),
            what="the page shows the new master",
            timeout_s=FOLLOWS_S,
        )
        took_s = round(now_s() - ended, 1)
        browser.picture(shown, f"commander-{fault}-{environment.choice.name}")
        assert drill.result().verdict == "valid"
    keep("commander", {fault: took_s}, f"{fault}: the page shows the new master after {took_s} s")
    assert node.units.pid(ROLE.name) == process != 0


def run_id(environment: Environment, name: str) -> str:
    with redis_of(environment, environment.node(name)) as client:
        return str(client.info("server")["run_id"])
