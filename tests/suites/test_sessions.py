"""PHP's sessions on two web nodes: visitors stay who they are, whatever becomes of the master."""

import json
import re
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from statistics import median

import pytest

from redis_ha import faults
from redis_ha.faults import scene
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.provision import provisioning
from redis_ha.render import PROJECT
from redis_ha.roles.proxy import ROLE as PROXY
from redis_ha.roles.web import ROLE as WEB
from redis_ha.roles.web import Web
from redis_ha.services import cluster, logs, proxy, settling, web
from redis_ha.services.client import ask as asked
from redis_ha.services.client import asking
from redis_ha.wait import now_s, pause_until, wait_until
from tests.suites import visitors
from tests.suites.visitors import Answer, Outcome, Visitor, visiting

Keep = Callable[..., None]
COMPLAINT = re.compile(r"redis-ha: a session .*")
PAGES = ("builtin.php", "counter.php", "plain.php")
ROOT = "/srv/site/public"
BEFORE_S = AFTER_S = 1.5
AGAIN_S = 15
"""Within which a page has to be good again: far more than a failover takes."""
FAULTS = ("switchover", "kill", "hang")
MOST_ERRORS = 5
"""HTTP errors of all 25 visitors; none is usual. Where nothing is held each has several."""
REQUESTS = 150
LEFT_ALONE_S = 5.0
"""A lock that its request left is freed long before it runs out."""


@pytest.fixture(scope="module")
def urls(environment: Environment) -> Iterator[list[str]]:
    """Bring up both web nodes with the pages of these tests; return where they are reached."""
    provisioning.provision(environment, [PROXY, WEB], print, print)
    nodes = environment.nodes_with("web")
    files = {name: (PROJECT / "tests/php/site" / name).read_bytes() for name in PAGES}
    with ExitStack() as stack:
        for node in nodes:
            put(node, files)
            stack.callback(remove, node)
        yield [stack.enter_context(web.reached(environment, node)) for node in nodes]


def put(node: Node, files: dict[str, bytes]) -> None:
    with node.upload(files) as folder:
        sources = [f"{folder}/{name}" for name in files]
        node.run("install", "-m", "0644", *sources, node.path(ROOT), sudo=True)


def remove(node: Node) -> None:
    node.run("rm", "-f", *(node.path(f"{ROOT}/{name}") for name in PAGES), sudo=True)


@pytest.fixture(autouse=True)
def _whole(environment: Environment) -> None:
    settling.wait_healthy(environment)


def visitor(urls: list[str]) -> Visitor:
    """Return a visitor who has been there once."""
    came = Visitor("counter.php")
    wait_until(lambda: came.visit(urls[0]).count, what="a page with a session", timeout_s=AGAIN_S)
    return came


def strike_for(environment: Environment, fault: str, target: str = "") -> scene.Scene:
    kind = faults.named(fault)
    master = str(cluster.look(environment).master)
    return scene.make(environment, target or kind.target, kind.takes, master)


def another_master(environment: Environment, old: str) -> bool:
    """Say whether the Sentinels name another one.

    A replica says that it is master a second earlier. An old master that comes back in that second
    is led to once more, and its clients are cut off a second time.
    """
    return cluster.look(environment).named_master() not in (None, old)


def complaints(environment: Environment) -> Counter[str]:
    """Return what the session handler has written into PHP's log, and how often."""
    said = logs.merged(logs.sources(environment, "web"), 10_000)
    return Counter(found[0] for _, line in said if (found := COMPLAINT.search(line)))


def wait_good(outcome: Outcome, since_s: float) -> float:
    """Wait for a good page asked for after a moment; return how long after that it was there."""

    def good() -> Answer | None:
        later = (each for each in outcome.answers if each.at_s >= since_s and each.count)
        return next(later, None)

    found = wait_until(good, what="a good page", timeout_s=AGAIN_S)
    assert found
    return found.at_s + found.took_s - since_s


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("quick_sentinels")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_visitor_stays_who_he_is(
    environment: Environment, urls: list[str], keep: Keep, fault: str
) -> None:
    made, before = strike_for(environment, fault), complaints(environment)
    with visiting(urls, "counter.php") as outcome:
        pause_until(now_s() + BEFORE_S)
        with faults.strike(fault, made):
            wait_until(
                lambda: another_master(environment, made.master),
                what="another master",
                timeout_s=60,
                interval_s=0.2,
            )
        good_s = wait_good(outcome, now_s())
        pause_until(now_s() + AFTER_S)
    came = outcome.as_json() | {"said": dict(complaints(environment) - before)}
    keep("sessions", {"fault": fault, **came}, f"{fault}: {json.dumps(came)}")
    assert good_s < AGAIN_S
    assert (outcome.logged_out, outcome.steps_back) == (0, 0)
    assert len(outcome.errors) <= MOST_ERRORS, came
    assert {each.status for each in outcome.errors} <= {503}


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("quick_sentinels")
def test_while_all_are_down_pages_wait_for_the_grace_and_are_errors_after_it(
    environment: Environment, urls: list[str], keep: Keep
) -> None:
    came = visitor(urls)
    grace_s = proxy.grace_s(environment.topology)
    with faults.strike("kill", strike_for(environment, "kill", "all")) as at_s:
        held = came.visit(urls[0])
        assert (held.status, held.retry_after, held.cookie) == (503, "2", None)
        assert held.took_s < grace_s + 5
        pause_until(at_s + grace_s + 2)
        refused = [came.visit(url) for url in urls for _ in range(5)]
        static = [visitors.ask(url, "plain.php") for url in urls for _ in range(5)]
    assert {(each.status, each.cookie) for each in refused} == {(503, None)}
    assert {each.status for each in static} == {200}
    assert environment.secrets.redis not in held.body + "".join(each.body for each in refused)
    settling.wait_healthy(environment)
    again = wait_until(
        lambda: came.visit(urls[0]),
        accept=lambda each: bool(each.count),
        what="a page",
        timeout_s=AGAIN_S,
    )
    keep(
        "sessions",
        {"fault": "all", "held_s": held.took_s, "refused_s": [each.took_s for each in refused]},
        f"all down: held {held.took_s:.2f} s, then refused within "
        f"{median(each.took_s for each in refused):.3f} s",
    )
    assert median(each.took_s for each in refused) < 1
    assert again.count == 2
    assert (came.logged_out, came.steps_back) == (0, 0)


def test_two_web_nodes_share_sessions_and_their_locks(urls: list[str]) -> None:
    came = visitor(urls)
    with ThreadPoolExecutor() as pool:
        answers = pool.map(
            lambda number: visitors.ask(urls[number % 2], "counter.php?pause=0.05", came.cookie),
            range(10),
        )
    assert sorted(each.count or 0 for each in answers) == list(range(2, 12))


def test_a_lock_that_a_killed_request_left_is_freed_by_the_next(urls: list[str]) -> None:
    came = visitor(urls)
    cut = visitors.ask(urls[0], "counter.php?do=die", came.cookie)
    assert cut.status == 502
    again = came.visit(urls[0])
    assert (again.count, again.took_s < LEFT_ALONE_S) == (2, True)


def test_a_page_by_php_redis_itself_forgets_who_it_was_or_fails(
    environment: Environment, urls: list[str], keep: Keep
) -> None:
    """Shown for what it does; ours is judged."""
    ours, theirs = visitor(urls), Visitor("builtin.php")
    assert theirs.visit(urls[0]).count == 1
    node, port = (
        environment.node(str(cluster.look(environment).master)),
        environment.topology.redis.port,
    )
    with asking(node.name, node.address, port, environment.secrets.redis) as client:
        asked(client, "CONFIG", "SET", "min-replicas-to-write", "3")
        try:
            refused = {each.page: each.visit(urls[0]).status for each in (ours, theirs)}
        finally:
            asked(client, "CONFIG", "SET", "min-replicas-to-write", "1")
    keep("sessions", {"fault": "NOREPLICAS", **refused}, f"NOREPLICAS: {refused}")
    assert refused["counter.php"] == 503
    assert ours.visit(urls[0]).count == 2


def test_an_inventory_may_choose_the_handler_of_php_redis_and_sessions_stay(
    environment: Environment, urls: list[str]
) -> None:
    told = replace(environment.topology.table(Web), sessions="php-redis")
    chosen = replace(environment, topology=environment.topology.having(told))
    came = visitor(urls)
    provisioning.provision(chosen, [WEB], print, print)
    try:
        theirs = [came.visit(url) for url in urls]
    finally:
        provisioning.provision(environment, [WEB], print, print)
    ours = [came.visit(url) for url in urls]
    assert [each.count for each in (*theirs, *ours)] == [2, 3, 4, 5]
    handlers = [json.loads(each.body)["handler"] for each in (*theirs, *ours)]
    assert handlers == ["redis", "redis", "user", "user"]


def test_what_a_session_costs_is_measured_beside_php_redis(urls: list[str], keep: Keep) -> None:
    took: dict[str, list[float]] = {page: [] for page in PAGES}
    cookies: dict[str, str | None] = dict.fromkeys(PAGES)
    for _ in range(REQUESTS):
        for page in PAGES:
            answer = visitors.ask(urls[0], page, cookies[page])
            assert answer.status == 200  # an error would be quicker
            cookies[page] = answer.cookie or cookies[page]
            took[page].append(1000 * answer.took_s)
    p50 = {page: round(median(each), 3) for page, each in took.items()}
    over = {page: round(p50[page] - p50["plain.php"], 3) for page in ("counter.php", "builtin.php")}
    keep(
        "sessions",
        {"p50_ms": p50, "over_plain_ms": over},
        f"over a page without session: {over} ms",
    )


def test_no_log_has_a_password(environment: Environment, urls: list[str]) -> None:
    passwords = [environment.secrets.redis, environment.secrets.sentinel]
    said = {
        (role, source.name): source.node.run(*source.command(10_000, follow=False)).stdout
        for role in ("web", "proxy", "redis", "sentinel")
        for source in logs.sources(environment, role)
    }
    assert any("redis-ha: " in text for (role, _), text in said.items() if role == "web")
    guilty = [name for name, text in said.items() if any(each in text for each in passwords)]
    assert guilty == []
    for url in urls:
        with urllib.request.urlopen(f"{url}plain.php", timeout=10) as answer:
            assert answer.status == 200
