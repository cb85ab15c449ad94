"""Records of drills as a real run leaves them, for tests of the report and for a look at it.

python -m tests.drills FOLDER    writes the records of twenty drills
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

Record = dict[str, Any]
SETTINGS = {
    "down_after_ms": 2000,
    "failover_timeout_ms": 10000,
    "quorum": 2,
    "sentinels": 3,
    "nodes": 3,
    "min_replicas_to_write": 1,
    "min_replicas_max_lag": 1,
}
ENVIRONMENT = {
    "system": "Linux 6.1 x86_64",
    "cores": 2,
    "python": "3.11.2",
    "redis_ha": "0.1.0",
}
BEFORE_S, STEP_S, PER_STEP = 1.5, 0.1, 50
EVENTS = (("+sdown", "sdown_s"), ("+odown", "odown_s"), ("+elected-leader", "elected_s"))


def phases(recovery_s: float, chance: Random) -> dict[str, float]:
    """Return phases that lie close together, as they do."""
    sdown = recovery_s - 1.2 + chance.uniform(-0.03, 0.03)
    offsets = {"sdown_s": 0.0, "odown_s": 0.09, "elected_s": 0.16, "promoted_s": 0.32}
    early = {name: round(sdown + offset, 3) for name, offset in offsets.items()}
    return {**early, "visible_s": round(recovery_s - 0.012, 3), "first_write_s": recovery_s}


def writes(acknowledged: int, failed: int = 0, open_: int = 2, lost: int = 0) -> dict[str, int]:
    return {
        "attempted": acknowledged + failed + open_,
        "acknowledged": acknowledged,
        "failed": failed,
        "indeterminate": open_,
        "lost": lost,
        "recovered": 1 if open_ else 0,
    }


def series(recovery_s: float, end_s: float, chance: Random) -> Record:
    """Return what was counted: nothing good between the fault and the recovery."""
    steps = round((BEFORE_S + end_s) / STEP_S)
    starts = [round(number * STEP_S - BEFORE_S, 3) for number in range(steps)]
    broken = [0 <= start < recovery_s - STEP_S / 2 for start in starts]
    median_ms = [None if bad else round(chance.lognormvariate(-0.3, 0.2), 2) for bad in broken]
    return {
        "from_s": -BEFORE_S,
        "step_s": STEP_S,
        "acknowledged": [0 if bad else PER_STEP - chance.randrange(4) for bad in broken],
        "failed": [chance.randrange(8, 22) if bad else 0 for bad in broken],
        "median_ms": median_ms,
        "worst_ms": [value and round(value * chance.uniform(2, 60), 2) for value in median_ms],
    }


def events(times: dict[str, float], old: str, new: str) -> list[Record]:
    said = [
        {
            "at_s": round(times[phase] + 0.03 * number, 3),
            "source": f"redis{number + 1}:26379",
            "kind": kind,
            "detail": f"master mymaster 10.213.7.1{old[-1]} 6379",
        }
        for kind, phase in EVENTS
        for number in range(3)
    ]
    switch = {"source": "redis2:26379", "kind": "+switch-master", "detail": f"mymaster {old} {new}"}
    return [*said, {"at_s": times["visible_s"], **switch}]


def clients(recovery_s: float, lost: int) -> Record:
    waits = {
        "sentinel": (0.0, 0),
        "unconfirmed": (-0.04, lost // 10),
        "role": (0.12, 0),
        "naive": (1.31, lost),
    }
    return {
        kind: {
            **writes(1800, 240, 2, gone),
            "first_write_s": round(recovery_s + later, 3),
            "longest_gap_s": round(recovery_s + later + 0.02, 3),
            "longest_wait_s": round(0.25 + later / 10, 3),
        }
        for kind, (later, gone) in waits.items()
    }


def one_round(chance: Random, recovery_s: float = 3.27, lost: int = 0, **changes: Any) -> Record:
    """Return a round in which redis2 takes over from redis1."""
    rto_s = round(recovery_s + chance.gauss(0, 0.09), 3)
    times = phases(rto_s, chance)
    lossy = {"from_s": 0.05, "to_s": 1.42, "count": lost, "node": "redis1", "client": "naive"}
    made = {
        "old_master": "redis1",
        "new_master": "redis2",
        "targets": ["redis1"],
        "rto_s": rto_s,
        "predicted_s": recovery_s,
        "band_s": [recovery_s - 0.35, recovery_s + 0.6],
        "late_phase": None,
        "elections": 1,
        "phases": times,
        "predicted_phases": phases(recovery_s, Random(0)),
        "writes": writes(2764, 480, 3, lost),
        "clients": clients(rto_s, lost),
        "losses": [lossy] if lost else [],
        "gaps": [{"from_s": 0.0, "to_s": rto_s}],
        "longest_gap_s": rto_s,
        "overlap": {"writes": lost, "until_s": 0.21 if lost else None},
        "stale_reads": {"reads": 1200, "master": 0, "replica": 3, "oldest_s": 0.004},
        "healed_s": round(rto_s + 1.02, 3),
        "converged_s": round(rto_s + 2.8, 3),
        "problems": [f"{lost} acknowledged writes are lost"] if lost else [],
        "events": events(times, "redis1", "redis2"),
        "series": series(rto_s, rto_s + 3.2, chance),
        "verdict": "invalid" if lost else "valid",
    }
    return {**made, **changes}


def uninterrupted(chance: Random) -> Record:
    """Return a round in which a replica was hit and no writer noticed."""
    calm = series(0, 5.0, chance)
    return one_round(
        chance,
        new_master="redis1",
        targets=["redis3"],
        rto_s=0,
        predicted_s=None,
        band_s=None,
        phases={},
        predicted_phases=None,
        gaps=[],
        longest_gap_s=0.009,
        healed_s=2.0,
        converged_s=2.4,
        events=[],
        series=calm,
        writes=writes(3220, 0, 0),
    )


def drill(rounds: Iterable[Record], **changes: Any) -> Record:
    """Return the record of a drill: kill of the master on docker unless told otherwise."""
    rounds = list(rounds)
    order = ("valid", "unknown", "invalid")
    made = {
        "provider": "docker",
        "inventory": "default",
        "fault": "kill",
        "target": "master",
        "started": "2026-11-24T02:10:11Z",
        "down_after_ms": 2000,
        "settings": SETTINGS,
        "comparison": False,
        "expected": "failover",
        "versions": ["8.0.2"],
        "environment": ENVIRONMENT,
        "verdict": max((each["verdict"] for each in rounds), key=order.index, default="unknown"),
        "reason": None,
        "rounds": rounds,
    }
    return {**made, **changes}


def with_others(chance: Random) -> Record:
    """Return a planned change in which clients that others wrote took part; one never came back."""
    done = one_round(chance, 0.33)
    seen = done["clients"]["role"]
    done["clients"] |= {"redis-py": seen, "ioredis-detector": {**seen, "first_write_s": None}}
    done["switchovers"] = [
        {
            "old_master": "redis1",
            "new_master": "redis2",
            "at_s": 0.0,
            "held_s": 0.22,
            "named_s": 0.31,
            "was_asked_early": False,
            "again_s": {"sentinel": 0.33, "redis-py": 1.47, "ioredis-detector": None},
        }
    ]
    known = {
        "redis-py": "redis-py 8.1.0, Python 3.11.2",
        "ioredis-detector": "ioredis 5.11.1, Node.js 20.19.2",
    }
    return drill([done], fault="switchover", expected="switchover", clients=known)


def not_applicable(**changes: Any) -> Record:
    reason = "local processes share one loopback network: there is nothing to cut"
    made = {"provider": "local", "expected": None, "verdict": "not applicable", "reason": reason}
    return drill([], **{**made, **changes})


def old_record() -> Record:
    """Return a record from before clients, series and settings were kept."""
    kept = ("old_master", "new_master", "rto_s", "predicted_s", "phases", "writes", "problems")
    full = one_round(Random(9))
    only = {name: full[name] for name in (*kept, "events", "verdict")}
    names = ("provider", "fault", "target", "down_after_ms", "versions", "verdict")
    made = drill([only])
    return {**{name: made[name] for name in names}, "rounds": [only]}


def twenty() -> list[Record]:
    """Return a night's run: two providers, every fault, a lossy one, one for comparison."""
    chance = Random(2026)
    fast = {**SETTINGS, "min_replicas_to_write": 0}
    late: Record = {"late_phase": "visible", "rto_s": 4.61}
    stuck: Record = {
        "rto_s": None,
        "new_master": None,
        "phases": {"sdown_s": 2.02},
        "gaps": [{"from_s": 0.0, "to_s": 9.8, "open": True}],
        "healed_s": 6.0,
        "converged_s": 8.1,
        "series": series(9.9, 10.0, chance),
        "problems": ["nobody took over", "redis3 is down"],
        "verdict": "invalid",
    }
    few: Record = {"verdict": "unknown", "writes": writes(61, 3, 0)}
    made = [
        drill([*(one_round(chance) for _ in range(9)), one_round(chance, **late)]),
        drill([one_round(chance) for _ in range(10)], provider="local"),
        drill([one_round(chance, 3.77) for _ in range(10)], fault="hang"),
        drill([one_round(chance, 3.77) for _ in range(3)], fault="hang", provider="local"),
        drill([one_round(chance, lost=n) for n in (0, 12, 1340)], fault="partition"),
        not_applicable(fault="partition"),
        drill(
            [one_round(chance, 3.2, lost=n) for n in (2210, 1873, 2045)],
            fault="partition",
            settings=fast,
            comparison=True,
        ),
        drill((uninterrupted(chance) for _ in range(3)), target="replica", expected="stays"),
        drill([one_round(chance, **stuck), one_round(chance)], fault="power", provider="local"),
        drill([one_round(chance, **few)], fault="full-disk"),
        old_record(),
    ]
    for fault in ("pause", "reboot", "slow-network"):
        made += [drill([one_round(chance)], fault=fault, provider=p) for p in ("docker", "local")]
    made += [
        drill([one_round(chance)], fault="clock-jump"),
        with_others(chance),
        drill([one_round(chance)], settings={**fast, "nodes": 2}, inventory="two-nodes"),
    ]
    return made


def write(folder: Path, records: Iterable[Record]) -> Path:
    """Write each record into a file of its own, as drills do."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, record in enumerate(records):
        name = f"failover-{record['provider']}-20261124T02{number:04}.json"
        (folder / name).write_text(json.dumps(record))
    return folder


if __name__ == "__main__":
    sys.stdout.write(f"{write(Path(sys.argv[1]), twenty())}\n")
