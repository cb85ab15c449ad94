"""Planned work in series at full load, beside the way that waits for no moment; for the night."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from statistics import median

import pytest

from redis_ha import report
from redis_ha.checkers.drill import Drill
from redis_ha.errors import Refused
from redis_ha.measure.clients import NAIVE
from redis_ha.nodes.environment import Environment
from redis_ha.services.moment import Leader
from redis_ha.services.sentinel import SentinelClient
from redis_ha.suites import failover, fill
from redis_ha.suites.plan import Plan
from redis_ha.wait import wait_until
from tests.suites.drifting import drifted
from tests.suites.telling import told

Keep = Callable[..., None]

pytestmark = [pytest.mark.usefixtures("alone"), pytest.mark.timeout(3600)]

FULL = 1.0
BESIDE = 3
"""Rounds of the way that is compared with."""
SHARE = 0.8
"""Of the stall without waiting for the moment; measured, a third."""
EARLY = 5
"""At most one in so many rounds may be asked too early; measured, one in more than twenty."""
DATA = 180 << 20
FILLS_S = 60
FEW = 200
"""One write in so many may fail in a live change: what a busy machine does to them without one."""
STALLS = 2
"""At most so many in a rolling restart, each over half a second."""


@pytest.fixture
def by_this_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have Sentinels that know no COORDINATED, as those of Redis."""
    monkeypatch.setattr(SentinelClient, "coordinated_failover", lambda _: False)


def series(environment: Environment, fault: str, rounds: int) -> Drill:
    return failover.run(environment, Plan(fault, report.HISTORIES, rounds=rounds, load=FULL), told)


@contextmanager
def at_any_moment() -> Iterator[None]:
    """Have switchovers begin at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Leader, "wait_for_moment", lambda _: False)
        yield


def stalls(drill: Drill) -> list[float]:
    """Return the longest gap of careful clients in each round."""
    return [each.longest_gap_s or 0.0 for each in drill.rounds]


def filled(environment: Environment, size: int) -> None:
    """Have so many bytes of data, also where replicas lag for a moment and writes are refused."""

    def done() -> bool:
        with suppress(Refused):
            fill.run(environment, size)
            return True
        return False

    wait_until(done, what=f"{size} bytes of data", timeout_s=FILLS_S)


def early(drill: Drill) -> int:
    return sum(bool(done.was_asked_early) for each in drill.rounds for done in each.switchovers)


def lost(drill: Drill) -> int:
    """Return what clients of every kind lost that look the master up."""
    return sum(
        seen.lost for each in drill.rounds for kind, seen in each.clients.items() if kind != NAIVE
    )


def table(name: str, drill: Drill) -> Iterator[str]:
    """Yield what a series came to."""
    seen = sorted(stalls(drill))
    held = [done.held_s for each in drill.rounds for done in each.switchovers]
    named = [done.named_s or 0.0 for each in drill.rounds for done in each.switchovers]
    told = [round(stall, 2) for stall in stalls(drill)]
    yield f"{name}: {len(seen)} rounds, {drill.verdict}, {drill.acknowledged} careful writes"
    yield f"  stall: median {median(seen):.3f} s, worst {seen[-1]:.3f} s, all {told}"
    if held:
        yield f"  held: median {median(held):.2f} s, worst {max(held):.2f} s"
        yield f"  named by all: median {median(named):.2f} s, worst {max(named):.2f} s"
    yield f"  INFO too early {early(drill)}, lost {lost(drill)}"
    for kind in drill.rounds[0].clients:
        errors = sum(
            each.clients[kind].failed + each.clients[kind].indeterminate for each in drill.rounds
        )
        yield f"  {kind}: {errors} errors"


@pytest.mark.usefixtures("by_this_tool")
@pytest.mark.parametrize("size", [0, DATA], ids=["empty", "with data"])
def test_a_switchover_stalls_for_less_than_at_any_moment(
    environment: Environment, keep: Keep, rounds: int, size: int
) -> None:
    filled(environment, size)
    try:
        with at_any_moment():
            before = series(environment, "switchover", min(BESIDE, rounds))
        drill = series(environment, "switchover", rounds)
    finally:
        filled(environment, 0)
    ratio = median(stalls(drill)) / median(stalls(before))
    keep(
        "planned-rounds",
        drill.as_json(),
        *table(f"switchover, {size >> 20} MiB", drill),
        *table("at any moment", before),
        f"  ratio {ratio:.2f}",
    )
    assert (drill.verdict, lost(drill)) == ("valid", 0)
    assert early(drill) <= max(1, rounds // EARLY)
    assert ratio < SHARE


def test_a_switchover_as_these_sentinels_can(
    environment: Environment, keep: Keep, rounds: int
) -> None:
    drill = series(environment, "switchover", rounds)
    keep("planned-rounds", drill.as_json(), *table("switchover, as Sentinel can", drill))
    assert (drill.verdict, lost(drill)) == ("valid", 0)


@pytest.mark.parametrize("fault", ["rolling-restart", "setting-restart"])
def test_restarts_stall_writers_no_more_often_than_a_switchover(
    environment: Environment, keep: Keep, rounds: int, fault: str
) -> None:
    drill = series(environment, fault, rounds)
    keep("planned-rounds", drill.as_json(), *table(fault, drill))
    assert (drill.verdict, lost(drill)) == ("valid", 0)
    assert max(len(each.gaps) for each in drill.rounds) <= STALLS
    assert drifted(environment) == []


def test_a_live_setting_fails_no_write(environment: Environment, keep: Keep, rounds: int) -> None:
    drill = series(environment, "setting", rounds)
    keep("planned-rounds", drill.as_json(), *table("setting", drill))
    assert (drill.verdict, lost(drill)) == ("valid", 0)
    seen = [client for each in drill.rounds for client in each.clients.values()]
    errors = sum(client.failed + client.indeterminate for client in seen)
    assert errors <= sum(client.attempted for client in seen) // FEW
    assert drifted(environment) == []
