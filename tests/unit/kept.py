"""A kept round as a drill leaves it: evidence, history and record of a failover to redis2."""

import csv
import gzip
import io
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from redis_ha.checkers import evidence
from redis_ha.checkers.drill import Drill
from redis_ha.checkers.evidence import Evidence
from redis_ha.checkers.judgement import judged
from redis_ha.checkers.strike import Member, Strike
from redis_ha.measure import packed
from redis_ha.measure.events import Event
from redis_ha.measure.history import COLUMNS, History, Operation, to_row
from tests.unit.builders import NAMES, after_failover, drill, operation, snapshot

FAULT_S, HEALED_S = 100.0, 106.0
STRIKE = Strike(
    master="redis1",
    targets=("redis1",),
    members=tuple(Member(name, 1, 50 + number) for number, name in enumerate(NAMES)),
    takes_redis=True,
    takes_sentinels=False,
    leads_to=None,
    is_silent=False,
    cuts=False,
    loses_cache=False,
    down_after_s=2.0,
    quorum=2,
    min_replicas=1,
    max_lag_s=1,
)


def operations() -> list[Operation]:
    """Return 150 writes on redis1 before the fault and 40 on redis2 from 3 s after it."""
    before = [operation(FAULT_S - number / 100, key=f"before:{number}") for number in range(1, 151)]
    return [*before, *(operation(103 + number / 10, "redis2") for number in range(40))]


def seen(**changes: Any) -> Evidence:
    """Return the evidence of a failover in which every node has every key, or of another."""
    keys = frozenset(one.key for one in operations())
    found = Evidence(
        name="kill-1",
        strike=STRIKE,
        before=snapshot(),
        after=after_failover(),
        fault_s=FAULT_S,
        healing_s=105.0,
        healed_s=HEALED_S,
        converged_s=107.0,
        events=(Event(102.0, "redis3:26379", "+sdown", "master mymaster"),),
        survivors=dict.fromkeys(NAMES, keys),
        ping_s=0.001,
        load_share=0.5,
    )
    return replace(found, **changes)


def lacking(*keys: str, nodes: Iterable[str] = NAMES) -> dict[str, frozenset[str]]:
    """Return survivors without some keys on some nodes."""
    whole = seen().survivors
    return {name: whole[name] - set(keys) if name in nodes else whole[name] for name in whole}


def as_csv(wrote: Iterable[Operation]) -> bytes:
    """Return a history file."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([COLUMNS, *map(to_row, wrote)])
    return text.getvalue().encode()


def keep(folder: Path, found: Evidence | None = None, **changes: Any) -> Drill:
    """Write record, evidence and history of one round; return what was recorded."""
    found = found or seen()
    recorded = drill(judged(found, History(operations())), **changes)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "01-kill-master.json").write_text(json.dumps(recorded.as_json()))
    (folder / found.history).write_bytes(gzip.compress(as_csv(operations())))
    packed.save(folder / found.file, evidence.to_bytes(found))
    return recorded
