"""Memory of real data: estimates beside a full count, on a replica alone, and all removed again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from redis_ha.errors import RedisHaError
from redis_ha.nodes.environment import Environment
from redis_ha.services import cluster
from redis_ha.services.client import redis_of
from redis_ha.suites import fill, memory
from redis_ha.suites.memory import MemoryReport
from redis_ha.wait import wait_until
from tests.suites.conftest import Keep

SIZE = 24 << 20
STRANGE = "strange\x1b[2J\n:\udcff"
READS = ("cmdstat_scan", "cmdstat_memory|usage", "cmdstat_type")


@pytest.fixture(scope="module")
def filled(environment: Environment) -> Iterator[Environment]:
    fill.run(environment, SIZE)
    try:
        yield environment
    finally:
        fill.run(environment, 0)


@contextmanager
def asking(environment: Environment, name: str | None = None) -> Iterator[Any]:
    """Ask the database that is filled, on the master by default."""
    node = environment.node(name or str(cluster.look(environment).master))
    with redis_of(environment, node) as client:
        client.connection_pool.connection_kwargs["db"] = environment.topology.redis.databases - 1
        yield client


def reads(environment: Environment) -> dict[str, int]:
    """Return how often the master was asked what a look asks."""
    with asking(environment) as client:
        told = client.info("commandstats")
    return {name: told.get(name, {}).get("calls", 0) for name in READS}


def sizes(record: MemoryReport) -> dict[tuple[int, str, str], float]:
    found = record.memory.purposes.items()
    return {(of.database, of.name, of.kind): each.size for of, each in found}


def in_step(environment: Environment) -> None:
    """Wait until each replica has as many keys as the master."""

    def counts() -> set[int]:
        found = set()
        for view in cluster.look(environment).nodes:
            with asking(environment, view.name) as client:
                found.add(client.dbsize())
        return found

    wait_until(counts, accept=lambda found: len(found) == 1, what="as many keys", timeout_s=10)


def test_estimates_are_near_a_full_count_and_the_master_is_left_alone(
    filled: Environment, keep: Keep
) -> None:
    in_step(filled)
    before = reads(filled)
    sampled, counted = memory.run(filled), memory.run(filled, every=True)
    assert reads(filled) == before
    assert sampled.memory.role == counted.memory.role == "replica"
    assert sampled.measured < counted.measured == counted.read
    found, wanted = sizes(sampled), sizes(counted)
    assert found.keys() == wanted.keys()
    assert sum(found.values()) == pytest.approx(sum(wanted.values()), rel=0.05)
    for purpose, size in wanted.items():
        assert found[purpose] == pytest.approx(size, rel=0.1), purpose
    kinds = {(of.name, of.kind) for of in sampled.memory.purposes}
    caches = {(f"{fill.PREFIX}{name}", kind) for name, *_ in fill.CACHES for kind in ("entries",)}
    assert caches | {("TYPO3 sessions", "frontend")} <= kinds
    worst = max(abs(found[each] / size - 1) for each, size in wanted.items())
    shares = f"{sampled.busy_share:.1%} of a replica's time, {sampled.took_s:.1f} s"
    keep("memory", sampled.as_json(), f"{sampled.read} keys: {shares}, {worst:.1%} off at most")


def test_all_data_are_accounted_for(filled: Environment) -> None:
    found = memory.run(filled).memory
    assert SIZE * 0.7 < found.size < SIZE * 1.3
    assert 0 < found.lasting_size < found.fixed < found.limits.counted
    assert found.largest
    assert all(each.kind for each in found.largest)


def test_a_name_that_is_no_text_is_counted_and_steers_no_terminal(filled: Environment) -> None:
    with asking(filled) as client:
        client.set(STRANGE, "x" * 200_000, ex=600)
        try:
            in_step(filled)
            found = memory.run(filled).memory
        finally:
            client.unlink(STRANGE)
    assert found.largest[0].name == STRANGE
    assert [each.lasting for of, each in found.purposes.items() if of.name.startswith("str")] == [0]


def test_two_looks_tell_what_grew(filled: Environment) -> None:
    found = memory.run(filled, over_s=1)
    assert found.changes.keys() == found.memory.purposes.keys()
    assert found.memory.over_s >= 1


def test_what_maxmemory_would_not_hold_is_refused_and_nothing_is_removed(
    filled: Environment,
) -> None:
    with asking(filled) as client:
        before = client.dbsize()
        with pytest.raises(RedisHaError, match="have no room"):
            fill.run(filled, 9999 << 30)
        assert client.dbsize() == before


def test_removal_leaves_nothing_of_ours_and_all_that_is_not(environment: Environment) -> None:
    with asking(environment) as client:
        client.set("somebody:else", "1", ex=600)
        try:
            fill.run(environment, 1 << 20)
            assert client.dbsize() > 1
            fill.run(environment, 0)
            assert client.keys("*") == ["somebody:else"]
        finally:
            client.unlink("somebody:else")
