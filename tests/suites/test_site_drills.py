"""A real TYPO3 through every fault: nobody is logged out, no page stays old. For the night."""

from collections.abc import Callable

import pytest

from redis_ha import faults, report
from redis_ha.faults import scene
from redis_ha.measure import visits, web_visitors
from redis_ha.measure.clients import CONFIRMED
from redis_ha.measure.history import History
from redis_ha.measure.workload import Workload
from redis_ha.nodes.environment import Environment
from redis_ha.roles.typo3 import Typo3
from redis_ha.services import cluster, settling
from redis_ha.suites import typo3_edits
from redis_ha.wait import now_s, pause_until
from tests.suites import site_visits
from tests.suites.site_visits import Seen

Keep = Callable[..., None]

pytestmark = [pytest.mark.usefixtures("site", "alone"), pytest.mark.timeout(3600)]

FAULTS = ("kill", "hang", "switchover", "sentinel-failover")
ROUNDS = 3
PAGES, MOST_ERRORS = 800, 10
"""Of so many pages of a round so many may fail."""
LOSES = "sentinel-failover"
"""It loses writes of any client, and sessions with them; nobody is logged out all the same."""
DOWN_S = 10.0
BACK_S = 2.0
"""How long after Redis takes writes again every kind of page is good again, at the latest."""


@pytest.fixture
def version(environment: Environment) -> str:
    return environment.topology.table(Typo3).version


@pytest.mark.parametrize("fault", FAULTS)
def test_a_site_comes_through(
    environment: Environment, keep: Keep, version: str, fault: str, rounds: int
) -> None:
    rounds = min(ROUNDS, rounds)
    drill = site_visits.drilled(environment, fault, rounds)
    keep("site-drills", drill.as_json(), *site_visits.table(drill, version))
    seen = [Seen(done) for done in drill.rounds]
    assert [each.total("logged_out") for each in seen] == [0] * rounds
    assert [each.edits.stale for each in seen] == [()] * rounds
    assert [each.edits.unserved for each in seen] == [()] * rounds
    assert [each.edits.lost for each in seen] == [0] * rounds
    for each in seen:
        assert each.total("errors") <= max(MOST_ERRORS, MOST_ERRORS * each.asked / PAGES)
    if fault != LOSES:
        assert drill.verdict == "valid"


def test_without_any_redis_it_is_back_with_it(
    environment: Environment, keep: Keep, version: str
) -> None:
    before = settling.wait_settled(environment)
    made = scene.make(environment, "all", faults.named("kill").takes, str(before.master))
    orders = web_visitors.orders(environment, site_visits.CLIENTS)
    file = report.HISTORIES / f"site-all-down-{version}.csv"
    with Workload(environment, file, share=site_visits.LOAD, visits=orders) as load:
        load.steady()
        with faults.strike("kill", made) as at_s:
            pause_until(at_s + DOWN_S)
            healing_s = now_s()
        load.seen(lambda history: history.acknowledged_after(healing_s, {CONFIRMED}), "a write", 60)
        pause_until(now_s() + 10)
    settling.wait_healthy(environment)
    found = typo3_edits.look(environment, load, print)
    first_s = back_s(load.history, healing_s, CONFIRMED)
    back = {
        kind: round(back_s(load.history, healing_s, kind) - first_s, 2)
        for kind in (visits.PAGE, visits.NOW, visits.VISITOR, visits.BACKEND)
    }
    stale = [path for path, story in found.items() if story.is_stale or not story.served]
    keep(
        "site-all-down",
        {"back_s": back, "stale": stale},
        f"TYPO3 {version}, no Redis for {DOWN_S:g} s: good pages, s after the first write: {back}",
        f"  pages that stay old: {stale or 'none'}",
        f"  master {before.master} -> {cluster.look(environment).master}",
    )
    assert max(back.values()) <= BACK_S
    assert stale == []


def back_s(history: History, at_s: float, kind: str) -> float:
    """Return when a kind of client was served first after a moment."""
    told = [one.ended_s for one in history.writes(kind) if one.acknowledged and one.ended_s > at_s]
    assert told, f"{kind} never came back"
    return min(told)
