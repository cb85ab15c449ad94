"""Data like those of a TYPO3 site, in a database of their own: to see what memory comes to."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import redis

from redis_ha.errors import RedisHaError
from redis_ha.nodes.environment import Environment
from redis_ha.providers import Tell, nobody
from redis_ha.services import cluster, health
from redis_ha.services.client import ask, redis_of
from redis_ha.services.writes import MIB, memory_counted
from redis_ha.values import TextForm
from redis_ha.wait import DAY_S

PREFIX = "redis-ha-fill-"
"""Before the name of every key."""
SIZE = TextForm(
    r"^(0|[1-9][0-9]{0,5}mb|[1-9][0-9]{0,2}gb)$",
    "a size such as `100mb` or `2gb`, or `0` to remove what is there",
)
FULL = 0.9
"""The share of `maxmemory` that may be in use in the end."""
PAGES_AT_ONCE = 100
NAMES_AT_ONCE = 500
REPLICAS_WAIT_MS = 500
CACHES = (
    # name, entries per page, tags per entry, median size, spread of its logarithm, lifetime
    ("pages", 2, 6, 6000, 0.8, DAY_S),
    ("rootline", 1, 2, 1200, 0.3, 30 * DAY_S),
    ("hash", 3, 1, 800, 1.0, DAY_S),
)
"""What a page leaves in each cache, about as TYPO3 13.4 does with compression."""
VISITORS = 3
"""Frontend sessions for each page."""
PAGES_PER_EDITOR = 50


@dataclass(frozen=True)
class Filled:
    """What was done.

    Args:
        removed: keys of an earlier run.
        made: keys that are there now.
        size: bytes that these take.
    """

    node: str
    database: int
    removed: int
    made: int
    size: int

    def as_json(self) -> dict[str, Any]:
        """Return the record; the size in bytes."""
        return {
            "node": self.node,
            "database": self.database,
            "removed": self.removed,
            "made": self.made,
            "bytes": self.size,
        }


def bytes_of(text: str) -> int:
    """Read a size as it is typed.

    Raises:
        RedisHaError: it is none.
    """
    if not re.fullmatch(SIZE.pattern, text):
        raise RedisHaError(f"--fill: takes {SIZE.words}, not `{text}`")
    number, unit = re.fullmatch(r"(\d+)(\w*)", text).groups()  # type: ignore[union-attr]
    return int(number) * {"": 1, "mb": MIB, "gb": 1024 * MIB}[unit]


def run(environment: Environment, size: int, tell: Tell = nobody) -> Filled:
    """Make data of so many bytes in place of those of an earlier run; 0 removes these.

    Raises:
        Unhealthy: there is no master.
        RedisHaError: `maxmemory` would not hold them.
    """
    snapshot = cluster.look(environment)
    name, replicas = health.require_master(snapshot), len(snapshot.replicas)
    database = environment.topology.redis.databases - 1
    with redis_of(environment, environment.node(name), database=database) as client:
        require_room(client, size, _present(client))
        removed = _remove(client)
        before = _held(client)
        for pipeline in _pages(client) if size else ():
            pipeline.execute()
            if replicas:
                ask(client, "WAIT", "1", str(REPLICAS_WAIT_MS))
            if (done := _held(client) - before) >= size:
                break
            tell(f"{done / MIB:,.0f} of {size / MIB:,.0f} MiB")
        made = sum(len(names) for names in _names(client)) if size else 0
        return Filled(name, database, removed, made, max(0, _held(client) - before))


def require_room(client: redis.Redis, size: int, present: int) -> None:
    """See that `maxmemory` holds so much more.

    Args:
        present: bytes that an earlier run has made, and which go.

    Raises:
        RedisHaError: it does not.
    """
    info = client.info("memory")
    most = int(info["maxmemory"]) or int(info.get("total_system_memory", 0)) // 2
    room = int(FULL * most) - memory_counted(info) + present
    if size > room:
        raise RedisHaError(
            f"--fill: {size / MIB:,.0f} MiB have no room: {memory_counted(info) / MIB:,.0f} of "
            f"{most / MIB:,.0f} MiB are in use, {max(0, room) / MIB:,.0f} MiB fit; "
            "raise `redis.maxmemory` or fill less"
        )


def _held(client: redis.Redis) -> int:
    """Return what is in use, without what it keeps for replicas and connections."""
    info = client.info("memory")
    buffers = ("mem_total_replication_buffers", "mem_clients_normal")
    return memory_counted(info) - sum(int(info.get(name, 0)) for name in buffers)


def _present(client: redis.Redis) -> int:
    """Return about how many bytes an earlier run has made: all that the database has is its own."""
    sizes = [client.memory_usage(key) or 0 for key in next(_names(client), [])]
    keys = int(client.dbsize())
    return sum(sizes) * keys // len(sizes) if sizes else 0


def _remove(client: redis.Redis) -> int:
    removed = 0
    for names in _names(client):
        removed += int(client.unlink(*names)) if names else 0
    return removed


def _names(client: redis.Redis) -> Iterator[list[str]]:
    cursor = 0
    while True:
        cursor, names = cast(Any, client).scan(cursor, match=f"{PREFIX}*", count=NAMES_AT_ONCE)
        yield names
        if not cursor:
            return


def _pages(client: redis.Redis) -> Iterator[Any]:
    """Yield the writes of some pages at a time, without end."""
    chance, page = random.Random(13), 0  # noqa: S311 - alike each time, and no secret
    while True:
        pipeline = client.pipeline(transaction=False)
        for _ in range(PAGES_AT_ONCE):
            page += 1
            _write_page(pipeline, page, chance)
        yield pipeline


def _write_page(pipeline: Any, page: int, chance: random.Random) -> None:
    """Write what a page leaves behind."""
    for cache, entries, tags, size, spread, lifetime_s in CACHES:
        for _ in range(entries):
            identifier = f"{page}_{chance.getrandbits(64):016x}"
            data = _text(chance, size, spread)
            pipeline.set(f"{PREFIX}{cache}-identData:{identifier}", data, ex=lifetime_s)
            names = [f"pageId_{page}", *(_tag(chance, page) for _ in range(tags - 1))]
            pipeline.sadd(f"{PREFIX}{cache}-identTags:{identifier}", *names)
            for name in names:
                pipeline.sadd(f"{PREFIX}{cache}-tagIdents:{name}", identifier)
    kinds = ["FE"] * VISITORS + ["BE"] * (page % PAGES_PER_EDITOR == 0)
    for kind in kinds:
        name = f"{PREFIX}typo3_ses_{kind}_{'0' * 40}_{chance.getrandbits(256):064x}"
        pipeline.set(name, _text(chance, 400, 0.4))


def _tag(chance: random.Random, page: int) -> str:
    """Return a tag of an entry: most are of one record, a few of a whole table or template."""
    if chance.random() < 0.1:  # noqa: PLR2004 - one in ten
        return f"template_{int(chance.paretovariate(1)) % 100}"
    return f"tt_content_{page * 10 + chance.randrange(10)}"


def _text(chance: random.Random, size: int, spread: float) -> str:
    return "x" * int(min(size * 20, size * chance.lognormvariate(0, spread)) + 1)
