"""Clients that others wrote, and visitors of the web node: what a change of master costs them."""

import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from redis_ha import report
from redis_ha.checkers import locks
from redis_ha.checkers.durability import account
from redis_ha.checkers.locks import Locks
from redis_ha.measure import runtimes, visits, web_visitors, witnesses
from redis_ha.measure.witnesses import DETECTOR
from redis_ha.measure.workload import Workload
from redis_ha.nodes.environment import Environment
from redis_ha.services import cluster, settling, switchover, web_sessions
from redis_ha.services.client import redis_of
from redis_ha.services.sentinel import SentinelClient
from redis_ha.suites import failover, survivors
from redis_ha.suites.plan import Plan
from redis_ha.wait import now_s, wait_until
from tests.suites import visiting
from tests.suites.telling import told

ROUNDS = 3
WRITES_AGAIN_S = 15.0
SOME = 20
"""How many writes in a row show that a client has come back."""
LOAD = 0.05
RETURN = tuple(name for name, kind in witnesses.KINDS.items() if DETECTOR not in kind.options)
"""Who has to write again: with its detector ioredis ends for good where it hears of a change of
master while it connects."""

Keep = Callable[..., None]


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("served", "quick_sentinels")
@pytest.mark.parametrize("is_coordinated", [False, True], ids=["by this tool", "as Sentinel can"])
def test_they_write_again_by_themselves_and_nothing_is_lost(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_coordinated: bool
) -> None:
    if not is_coordinated:  # by Sentinels that know no such thing, as those of Redis
        monkeypatch.setattr(SentinelClient, "coordinated_failover", lambda _: False)
    settling.wait_settled(environment)
    orders = runtimes.witnesses_of(environment, witnesses.KINDS)
    with Workload(environment, tmp_path / "all.csv", share=LOAD, witnesses=orders) as running:
        running.steady()
        for _ in range(ROUNDS):
            require_writes(running, switchover.run(environment).new_master)
    after = cluster.look(environment)
    kept = survivors.find(environment, after, running).survivors[str(after.master)]
    accounts = {kind: account(running.history.writes(kind), kept) for kind in witnesses.KINDS}
    assert {kind: each.lost for kind, each in accounts.items()} == dict.fromkeys(accounts, 0)
    assert min(each.acknowledged for each in accounts.values()) > SOME * ROUNDS


def require_writes(running: Workload, node: str) -> None:
    """Wait until each client that others wrote, and that comes back, wrote to this node."""
    since_s = now_s()

    def told() -> dict[str, int]:
        again = Counter(
            each.kind
            for each in running.look()
            if each.acknowledged and each.invoked_s > since_s and each.node == node
        )
        return {kind: again[kind] for kind in RETURN}

    wait_until(
        told,
        accept=lambda found: min(found.values()) >= SOME,
        what=f"every client writes to {node}",
        timeout_s=WRITES_AGAIN_S,
    )


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("served", "quick_sentinels")
def test_a_drill_has_them_beside_its_own(environment: Environment, keep: Keep) -> None:
    plan = Plan("switchover", report.HISTORIES, load=LOAD, clients=tuple(witnesses.KINDS))
    drill = failover.run(environment, plan, told)
    keep("failover", drill.as_json(), f"clients: {drill.clients}")
    assert drill.verdict == "valid"
    assert set(drill.clients) == set(witnesses.KINDS)
    (done,) = drill.rounds
    for kind in witnesses.KINDS:
        seen = done.clients[kind]
        assert seen.first_write_s is not None or kind not in RETURN, kind
        assert (seen.lost, seen.acknowledged > SOME) == (0, True), kind


# --- visitors of the web node

FEW_ERRORS = 15
"""Without a proxy that holds connections a kill costs more than fifty."""


@pytest.mark.usefixtures("served", "quick_sentinels")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("fault", ["switchover", "kill"])
def test_visitors_stay_logged_in_and_few_see_an_error(
    environment: Environment, keep: Keep, fault: str
) -> None:
    drill = visiting.drilled(environment, fault)
    keep("visitors", drill.as_json(), *visiting.table(drill))
    seen = visiting.Visited(drill.rounds[0])
    assert drill.verdict == "valid"
    assert (seen.pages.logged_out, seen.pages.went_back, seen.locks.doubled) == (0, 0, 0)
    assert seen.pages.errors < FEW_ERRORS
    assert seen.visitors.acknowledged > SOME * ROUNDS
    assert seen.locks.holds > SOME


@pytest.mark.usefixtures("served")
@pytest.mark.timeout(120)
def test_a_lock_that_is_taken_away_from_its_holder_is_found(
    environment: Environment, tmp_path: Path
) -> None:
    settling.wait_settled(environment)
    orders = web_visitors.orders(environment, (visits.LOCK,), web_visitors.REQUESTS_PER_S)
    master = environment.node(str(cluster.look(environment).master))
    database = web_sessions.database(environment)

    def held() -> Locks:
        return locks.locks(running.look().holds())

    with (
        redis_of(environment, master, database=database) as client,
        Workload(environment, tmp_path / "locks.csv", share=0.05, visits=orders) as running,
    ):
        wait_until(lambda: held().holds > SOME, what="locks are held", timeout_s=30)
        assert held().doubled == 0

        def taken_away() -> int:
            """Take every lock that there is: one may just be between two holders."""
            for key in client.scan_iter(match="session-lock:*"):
                client.unlink(key)
            return held().doubled

        wait_until(taken_away, what="two with a lock", timeout_s=30)


@pytest.mark.usefixtures("served")
def test_visitors_end_with_the_command_that_started_them(environment: Environment) -> None:
    (node,) = web_visitors.require(environment, visits.OF_PAGE)
    (orders,) = web_visitors.orders(environment, (visits.SESSION,), web_visitors.REQUESTS_PER_S)

    def lives() -> bool:
        return node.run("pgrep", "--full", "bin/[v]isitors.php", check=False).ok

    with subprocess.Popen(orders.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as command:
        assert command.stdin
        command.stdin.write(f"{orders.told('redis-ha:drill:end')}\n".encode())
        command.stdin.flush()
        wait_until(lives, what="visitors", timeout_s=10)
        command.kill()
    wait_until(lambda: not lives(), what="no visitors", timeout_s=15)
