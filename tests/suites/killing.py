"""Kill commands at what they change, under writers that count."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from redis_ha.checkers import durability
from redis_ha.faults.leftovers import KINDS
from redis_ha.intents import FOLDER, Intent
from redis_ha.measure.clients import CONFIRMED
from redis_ha.measure.workload import Workload
from redis_ha.nodes.environment import Environment
from redis_ha.services import cluster
from redis_ha.suites import survivors
from redis_ha.wait import now_s, wait_until

SHARE = 0.1
"""Of the full load: nobody measures time here."""
COMES_S = 60.0
MOMENTARY = {"restart"}
"""A service that is restarted is back by itself, mostly."""

When = Callable[[], bool]


def entries(environment: Environment) -> list[Intent]:
    """Return all entries, those of commands at work too."""
    found = []
    for path in (environment.folder / FOLDER).glob("*.json"):
        with suppress(FileNotFoundError):  # taken out meanwhile
            found.append(Intent(**json.loads(path.read_text())))
    return found


def is_changed(environment: Environment, kind: str) -> bool:
    """Say whether a change of this kind is written down and was made."""
    of_kind = [entry for entry in entries(environment) if entry.kind == kind]
    if kind in MOMENTARY:
        return bool(of_kind)
    is_there = KINDS[kind].is_there
    return any(is_there(environment, environment.node(each.node), each) for each in of_kind)


def has_begun(environment: Environment, number: int) -> When:
    """Return what says whether this many entries have been made, from now on."""
    seen: set[str] = set()

    def enough() -> bool:
        seen.update(path.name for path in (environment.folder / FOLDER).glob("*.json"))
        return len(seen) >= number

    return enough


def killed(process: subprocess.Popen[str], when: When) -> bool:
    """Kill a command at a moment of its work; say whether it had not ended by itself before."""
    wait_until(
        lambda: when() or process.poll() is not None,
        what="the moment to kill",
        timeout_s=COMES_S,
        interval_s=0.001,
    )
    process.kill()
    process.communicate()
    return process.returncode < 0


@contextmanager
def confirmed_writes(
    environment: Environment, file: Path, *, may_lose: bool = False
) -> Iterator[None]:
    """Write meanwhile; in the end every write that a replica confirmed is there.

    Args:
        may_lose: what goes on loses some by design: it promotes a replica that has not all of them.
    """
    with Workload(environment, file, confirmations=1, share=SHARE) as load:
        load.steady()
        yield
        again_s = now_s()
        again = load.seen(
            lambda history: history.acknowledged_after(again_s, {CONFIRMED}), "a write", COMES_S
        )
    assert again
    after = cluster.look(environment)
    kept = survivors.find(environment, after, load).survivors[str(after.master)]
    writes = durability.account(load.history.writes(CONFIRMED), kept)
    assert writes.acknowledged >= durability.ENOUGH
    assert writes.lost == 0 or may_lose
