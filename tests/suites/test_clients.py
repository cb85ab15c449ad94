"""Clients that others wrote, and visitors of the web node: what a change of master costs them."""

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
import redis
from redis.sentinel import Sentinel

from redis_ha.checkers import locks
from redis_ha.checkers.locks import Locks
from redis_ha.measure import load, visits
from redis_ha.measure.workload import Workload
from redis_ha.nodes.environment import Environment
from redis_ha.render import PROJECT
from redis_ha.roles.web import Web
from redis_ha.services import cluster, settling, switchover
from redis_ha.services.client import redis_of
from redis_ha.services.sentinel import SentinelClient
from redis_ha.wait import wait_until
from tests.suites import visiting

IOREDIS = PROJECT / "tests" / "clients" / "ioredis"
LEFT_OUT = shutil.ignore_patterns("node_modules")
ROUNDS = 3
WRITES_AGAIN_S = 15.0
SOME = 20
"""How many writes in a row show that a client has come back."""
PAUSE_S = 0.01

Keep = Callable[..., None]
Acknowledged = Callable[[], list[str]]
"""The keys that a client was told are written, so far."""


def sentinels(environment: Environment) -> list[tuple[str, int]]:
    return [
        (node.address, port) for node in environment.sentinel_nodes for port in node.spec.sentinels
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with ioredis in it; the suites of several providers run side by side."""
    made = shutil.copytree(IOREDIS, tmp_path_factory.mktemp("clients") / "ioredis", ignore=LEFT_OUT)
    words = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(made))
    subprocess.run(words, check=True)
    return made


@contextmanager
def ioredis(environment: Environment, folder: Path) -> Iterator[Acknowledged]:
    """Write with ioredis in a process of its own."""
    hosts = [{"host": host, "port": port} for host, port in sentinels(environment)]
    where = {
        "SENTINELS": json.dumps(hosts),
        "MASTER_NAME": environment.topology.sentinel.master_name,
        "REDIS_PASSWORD": environment.secrets.redis,
        "SENTINEL_PASSWORD": environment.secrets.sentinel,
    }
    keys = folder / "acknowledged"
    with (
        keys.open("w") as out,
        (folder / "errors").open("w") as errors,
        subprocess.Popen(
            ("node", str(folder / "writer.mjs")),
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=errors,
            env=os.environ | where,
        ) as process,
    ):
        try:
            yield lambda: keys.read_text().split()
        finally:
            process.kill()


@contextmanager
def redis_py(environment: Environment, _: Path) -> Iterator[Acknowledged]:
    """Write with redis-py's `master_for` in a thread."""
    asked = Sentinel(  # type: ignore[no-untyped-call]
        sentinels(environment), sentinel_kwargs={"password": environment.secrets.sentinel}
    )
    client = asked.master_for(  # type: ignore[no-untyped-call]
        environment.topology.sentinel.master_name, password=environment.secrets.redis
    )
    done, keys = threading.Event(), list[str]()

    def write() -> None:
        number = 0
        while not done.wait(PAUSE_S):
            number += 1
            key = f"redis-ha:clients:redis-py:{number}"
            with suppress(redis.RedisError):
                client.set(key, key, ex=600)
                keys.append(key)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield lambda: list(keys)
    finally:
        done.set()
        thread.join()


CLIENTS = {"ioredis": ioredis, "redis-py": redis_py}


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("quick_sentinels")
@pytest.mark.parametrize("is_coordinated", [False, True], ids=["by this tool", "as Sentinel can"])
def test_they_write_again_by_themselves_and_nothing_is_lost(
    environment: Environment, folder: Path, monkeypatch: pytest.MonkeyPatch, is_coordinated: bool
) -> None:
    if not is_coordinated:  # by Sentinels that know no such thing, as those of Redis
        monkeypatch.setattr(SentinelClient, "coordinated_failover", lambda _: False)
    settling.wait_settled(environment)
    with ExitStack() as running:
        writers = {
            name: running.enter_context(client(environment, folder))
            for name, client in CLIENTS.items()
        }
        require_writes(writers)
        for _ in range(ROUNDS):
            switchover.run(environment)
            require_writes(writers)
    for name, acknowledged in writers.items():
        keys = acknowledged()
        assert len(keys) > SOME * ROUNDS
        assert missing(environment, keys) == [], name


def require_writes(writers: dict[str, Acknowledged]) -> None:
    """Wait until each client has been told of more writes."""
    before = {name: len(acknowledged()) for name, acknowledged in writers.items()}
    wait_until(
        lambda: {name: len(keys()) - before[name] for name, keys in writers.items()},
        accept=lambda more: min(more.values()) >= SOME,
        what="every client writes",
        timeout_s=WRITES_AGAIN_S,
    )


def missing(environment: Environment, keys: list[str]) -> list[str]:
    """Return the keys that the master has not got."""
    master = environment.node(str(cluster.look(environment).master))
    with redis_of(environment, master) as client:
        found = client.mget(keys)
    return [key for key, value in zip(keys, found, strict=True) if value != key]


# --- visitors of the web node

FEW_ERRORS = 15
"""Without a proxy that holds connections a kill costs more than fifty."""


@pytest.mark.usefixtures("served", "alone")
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
    orders = load.visits_of(environment, (visits.LOCK,), load.REQUESTS_PER_S)
    master = environment.node(str(cluster.look(environment).master))
    database = environment.topology.table(Web).session_database

    def held() -> Locks:
        return locks.locks(running.look().holds())

    with (
        redis_of(environment, master, database=database) as client,
        Workload(environment, tmp_path / "locks.csv", share=0.05, visits=orders) as running,
    ):
        wait_until(lambda: held().holds > SOME, what="locks are held", timeout_s=30)
        assert held().doubled == 0
        client.unlink(*client.scan_iter(match="session-lock:*"))
        wait_until(lambda: held().doubled, what="two with a lock", timeout_s=30)


@pytest.mark.usefixtures("served")
def test_visitors_end_with_the_command_that_started_them(environment: Environment) -> None:
    (node,) = load.require_web(environment, visits.KINDS)
    (orders,) = load.visits_of(environment, (visits.SESSION,), load.REQUESTS_PER_S)

    def lives() -> bool:
        return node.run("pgrep", "--full", "bin/[v]isitors.php", check=False).ok

    with subprocess.Popen(orders.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as command:
        assert command.stdin
        command.stdin.write(f"{orders.told('redis-ha:drill:end')}\n".encode())
        command.stdin.flush()
        wait_until(lives, what="visitors", timeout_s=10)
        command.kill()
    wait_until(lambda: not lives(), what="no visitors", timeout_s=15)
