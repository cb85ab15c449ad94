"""A matrix of drills: chosen faults, one after the other, on one environment."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from redis_ha import faults
from redis_ha.checkers.drill import Drill
from redis_ha.checkers.expectation import Expected
from redis_ha.errors import NotApplicable, RedisHaError
from redis_ha.faults import heal
from redis_ha.measure import load as loads
from redis_ha.nodes.environment import Environment
from redis_ha.providers import Tell, loses_cache
from redis_ha.suites import failover
from redis_ha.suites.failover import OnRound
from redis_ha.suites.live import OnBegin
from redis_ha.suites.plan import Plan

ALL = "all"
LOSES = "sentinel-failover"
"""It is there to lose writes."""
UPGRADES = "upgrade"
"""What it changes nothing puts back."""
DARK = "cold-start"
"""It takes what was on no disk, where a cache goes with the power."""
NOT_BEGUN = "not begun: the drill before it broke off, and not everything could be put back"
UNSAFE = 0
"""`min-replicas-to-write` of a comparison: what it is like without that safety."""


def plans(
    environment: Environment,
    words: str,
    rounds: int,
    folder: Path,
    *,
    compare: str = "",
    load: float | None = None,
    clients: Sequence[str] = (),
    requests_per_s: float | None = None,
) -> list[Plan]:
    """Turn `kill,partition:minority` or `all` into what is to be done.

    Args:
        compare: the faults, or `all`, that are drilled once more without min-replicas-to-write,
            where they should end in a failover.
        load: the share of the full load, by default as much as the nodes can take.
        clients, requests_per_s: see `Plan`.

    Raises:
        RedisHaError: a fault or a target does not exist.
    """
    chosen = _names(environment, words)
    if not chosen:
        raise RedisHaError("--faults: name at least one, or all")
    made = [
        replace(
            _plan(word, rounds, folder),
            load=load,
            clients=tuple(clients),
            requests_per_s=requests_per_s,
        )
        for word in chosen
    ]
    expected = [failover.check(environment, plan) for plan in made]
    loads.require(environment, clients)
    again = _names(environment, compare)
    strange = set(again) - {plan.fault for plan in made}
    if compare != ALL and strange:
        raise RedisHaError(f"--compare: {', '.join(sorted(strange))}: not among --faults")
    compared = [
        replace(plan, min_replicas=UNSAFE)
        for plan, outcome in zip(made, expected, strict=True)
        if outcome is Expected.FAILOVER and plan.fault in again
    ]
    return [*made, *compared]


def _names(environment: Environment, words: str) -> list[str]:
    if words == ALL:
        return _all(environment)
    return listed(words)


def listed(words: str) -> list[str]:
    """Return what stands between commas."""
    return [word.strip() for word in words.split(",") if word.strip()]


def _all(environment: Environment) -> list[str]:
    """Return every fault but those that lose acknowledged writes here, or cannot be put back."""
    left_out = {LOSES, UPGRADES, *([DARK] if loses_cache(environment.provider) else ())}
    return [name for name in faults.FAULTS if name not in left_out]


def _plan(word: str, rounds: int, folder: Path) -> Plan:
    fault, _, target = word.partition(":")
    return Plan(fault, folder, target, rounds)


def name(plan: Plan) -> str:
    """Return a drill's name, fit for a file."""
    words = [plan.fault, plan.spec.replace(":", "-")]
    if plan.min_replicas is not None:
        words.append(f"min-replicas-{plan.min_replicas}")
    return "-".join(words)


def run(
    environment: Environment,
    todo: Sequence[Plan],
    tell: Tell,
    on_round: OnRound = id,
    *,
    on_begin: OnBegin = id,
) -> Iterator[Drill]:
    """Run drills one after the other and yield each as soon as it is done.

    What this provider has no means for is yielded as not applicable. After one that could not be
    brought to its end everything is put back, and the next one begins; where that fails, all that
    are left are yielded as not begun.
    """
    left = iter(todo)
    for plan in left:
        try:
            yield failover.run(environment, plan, on_round, on_begin=on_begin)
        except NotApplicable as error:
            yield failover.nothing(environment, plan, str(error), applicable=False)
        except RedisHaError as error:
            yield failover.nothing(environment, plan, str(error), applicable=True)
            if not _healed(environment, tell):
                break
    for plan in left:
        yield failover.nothing(environment, plan, NOT_BEGUN, applicable=True)


def _healed(environment: Environment, tell: Tell) -> bool:
    """Put everything back, or tell what could not be."""
    try:
        heal.run(environment, tell)
    except RedisHaError as error:
        tell(str(error))
        return False
    return True
