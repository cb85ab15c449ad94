"""Visitors of the web node through ten rounds of each fault; for the night."""

import dataclasses
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import median

import pytest

from redis_ha import faults, report, roles
from redis_ha.checkers.pages import LATE_S
from redis_ha.faults import scene
from redis_ha.measure import visits, web_visitors
from redis_ha.measure.clients import CONFIRMED
from redis_ha.measure.history import History, Operation
from redis_ha.measure.workload import Workload
from redis_ha.nodes.environment import Environment
from redis_ha.provision import provisioning
from redis_ha.roles.web import Web
from redis_ha.services import cluster, proxy, settling
from redis_ha.services import web as pages
from redis_ha.wait import now_s, pause_until, ticks
from tests.suites import visiting
from tests.suites.visiting import Visited

Keep = Callable[..., None]

pytestmark = [pytest.mark.usefixtures("served", "alone"), pytest.mark.timeout(3600)]

MOST_ERRORS = {"kill": 2, "switchover": 2, "hang": 10, "power": 10}
"""In one round, of 25 visitors with one page open at a time."""
MAY_DOUBLE = ("power",)
"""A lock may be gone that one master alone had acknowledged."""
ALL_DOWN_S = 40.0
AT_ONCE_S = 0.1
STATIC_S = 0.5
"""A page that needs no Redis; what it takes without a fault is told beside it."""


@pytest.mark.parametrize("fault", MOST_ERRORS)
def test_visitors_stay_logged_in_and_see_few_errors(
    environment: Environment, keep: Keep, fault: str, rounds: int
) -> None:
    drill = visiting.drilled(environment, fault, rounds=rounds)
    keep("web-rounds", drill.as_json(), *visiting.table(drill))
    seen = [Visited(done) for done in drill.rounds]
    assert sum(each.pages.logged_out for each in seen) == 0
    assert sum(each.pages.went_back for each in seen) == 0
    if fault not in MAY_DOUBLE:
        assert sum(each.locks.doubled for each in seen) == 0
    assert max(each.pages.errors for each in seen) <= MOST_ERRORS[fault]
    assert [each.pages.late_errors for each in seen] == [0] * rounds
    assert all(each.page_after_s is not None for each in seen)
    assert max(each.page_after_s or 0.0 for each in seen) <= LATE_S
    assert drill.verdict == "valid"


CUT = (("partition", "master"), ("partition-web", "master"), ("partition-web", "replicas"))


@pytest.mark.parametrize(("fault", "target"), CUT)
def test_a_partition_shows_no_visitor_an_older_session(
    environment: Environment, keep: Keep, fault: str, target: str, rounds: int
) -> None:
    drill = visiting.drilled(environment, fault, target, rounds=rounds)
    late = [visiting.written_to_the_old(done) for done in drill.rounds]
    lines = [*visiting.table(drill), f"  written to the old master too late: {late}"]
    keep("web-rounds", drill.as_json(), *lines)
    seen = [Visited(done) for done in drill.rounds]
    assert sum(each.pages.logged_out for each in seen) == 0
    assert sum(each.pages.went_back for each in seen) == 0
    assert sum(late) == 0
    assert drill.verdict == "valid"


# --- the handler of php-redis, for comparison


@pytest.fixture
def theirs(environment: Environment) -> Iterator[None]:
    """Have sessions kept by php-redis's own handler."""
    role = roles.registry()["web"]
    told = dataclasses.replace(environment.topology.table(Web), sessions="php-redis")
    chosen = dataclasses.replace(environment, topology=environment.topology.having(told))
    provisioning.provision(chosen, [role], print)
    try:
        yield
    finally:
        provisioning.provision(environment, [role], print)


@pytest.mark.usefixtures("theirs")
@pytest.mark.parametrize(("fault", "target"), [*((name, "") for name in MOST_ERRORS), CUT[1]])
def test_what_visitors_go_through_with_php_redis_s_handler_is_counted(
    environment: Environment, keep: Keep, fault: str, target: str, rounds: int
) -> None:
    drill = visiting.drilled(environment, fault, target, rounds=rounds)
    seen = [Visited(done) for done in drill.rounds]
    back = [each.pages.went_back for each in seen]
    lines = [*visiting.table(drill), f"  sessions that went back by round: {back}"]
    keep("web-rounds-php-redis", drill.as_json(), *lines)
    # What it does to them is told, not judged; that they come back after a change of master is.
    assert all(each.page_after_s is not None for each in seen)
    assert all(each.pages.statuses["200"] for each in seen)


# --- nobody is master


@dataclass
class Static:
    """How long a page takes that needs no Redis."""

    took_s: list[tuple[float, float]] = field(default_factory=list)
    """When it was asked for, and how long it took."""
    errors: list[str] = field(default_factory=list)

    def ask(self, url: str) -> None:
        asked_s = now_s()
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                answer.read()
        except (urllib.error.URLError, OSError) as error:
            self.errors.append(str(error))
        self.took_s.append((asked_s, now_s() - asked_s))

    def between(self, from_s: float, to_s: float) -> list[float]:
        return [took_s for at_s, took_s in self.took_s if from_s <= at_s <= to_s]


@contextmanager
def static(environment: Environment) -> Iterator[Static]:
    """Ask for a page without PHP twice a second."""
    found, done = Static(), threading.Event()
    (node, *_) = web_visitors.require(environment, visits.OF_PAGE)
    with pages.reached(environment, node) as url, ExitStack() as after:

        def ask() -> None:
            for _ in ticks(0.5):
                if done.is_set():
                    return
                found.ask(f"{url}index.html")

        thread = threading.Thread(target=ask)
        after.callback(thread.join)
        after.callback(done.set)
        thread.start()
        yield found


def after(history: History, at_s: float, kind: str) -> Operation:
    found = history.acknowledged_after(at_s, {kind})
    assert found, f"{kind} never came back"
    return found


def test_without_any_redis_errors_come_at_once_and_all_is_back_with_it(
    environment: Environment, keep: Keep
) -> None:
    before = settling.wait_settled(environment)
    made = scene.make(environment, "all", faults.named("kill").takes, str(before.master))
    orders = web_visitors.orders(environment, (visits.SESSION,), web_visitors.REQUESTS_PER_S)
    file = report.HISTORIES / "all-down.csv"
    with (
        static(environment) as asked,
        Workload(environment, file, share=visiting.LIGHT, visits=orders) as load,
    ):
        load.steady()
        with faults.strike("kill", made) as at_s:
            pause_until(at_s + ALL_DOWN_S)
            healing_s = now_s()
        load.seen(lambda history: history.acknowledged_after(healing_s, {CONFIRMED}), "a write", 60)
        pause_until(now_s() + 5)
    settling.wait_healthy(environment)
    grace_s = proxy.grace_s(environment.topology)
    wrote = load.history.writes(visits.SESSION)
    refused = [
        one for one in wrote if at_s + grace_s + 1 < one.invoked_s and one.ended_s < healing_s
    ]
    took = sorted(one.ended_s - one.invoked_s for one in refused)
    first_s = after(load.history, healing_s, CONFIRMED).ended_s
    page_s = min(one.ended_s for one in wrote if one.acknowledged and one.ended_s > healing_s)
    late = [one for one in wrote if not one.acknowledged and one.ended_s > first_s + LATE_S]
    down, usual = asked.between(at_s, healing_s), asked.between(0, at_s)
    keep(
        "web-all-down",
        {"refused": len(took), "took_s": took, "page_after_s": page_s - first_s},
        f"no Redis for {ALL_DOWN_S:g} s, grace {grace_s:g} s: {len(took)} errors after it, median "
        f"{median(took):.3f} s, slowest {took[-1]:.3f} s",
        f"  static page: median {median(down):.3f} s, slowest {max(down):.3f} s; "
        f"before {median(usual):.3f} s; errors {asked.errors}",
        f"  first good page {page_s - first_s:+.2f} s after the first careful write, "
        f"{len(late)} errors later than {LATE_S} s after it",
        f"  master {before.master} -> {cluster.look(environment).master}",
    )
    assert len(took) > 100
    assert not any(one.acknowledged for one in refused)
    assert median(took) <= AT_ONCE_S
    assert asked.errors == []
    assert median(down) <= STATIC_S
    assert page_s - first_s <= LATE_S
    assert late == []
