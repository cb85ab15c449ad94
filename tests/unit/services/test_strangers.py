"""redis_ha/services/strangers.py: who is not in the inventory, whether it lives, what is said."""

from dataclasses import replace

import pytest

from redis_ha.services import strangers
from redis_ha.services.snapshot import SeenServer, Snapshot, Stranger
from tests.unit import builders
from tests.unit.builders import redis_view, sentinel_view, snapshot

COPY = Stranger("replica", "10.0.0.9:6379", lives=False)
GHOST = Stranger("Sentinel", "10.0.0.9:26379", lives=False)
LIVES = replace(COPY, lives=True, priority=100)
FORGET = "`./inv heal` makes the Sentinels forget it"


def beside(*seen: Stranger, serves: tuple[str, ...] = ()) -> Snapshot:
    """Return a set in which each Sentinel sees one of these, the last one nobody."""
    views = [sentinel_view(name) for name in builders.NAMES]
    knowing = [replace(view, strangers=(one,)) for view, one in zip(views, seen, strict=False)]
    ghosts = [replace(view, known_sentinels=3 + len(strangers.sentinels(view))) for view in knowing]
    master = redis_view("redis1", "master", serves=serves)
    return snapshot([master, *snapshot().nodes[1:]], [*ghosts, *views[len(seen) :]])


SAID = {
    "gone": (
        beside(COPY, COPY),
        f"replica 10.0.0.9:6379 is not in the inventory and is gone; {FORGET}",
    ),
    "it lives": (
        beside(COPY, LIVES),
        "replica 10.0.0.9:6379 is not in the inventory, confirms writes and may be promoted; "
        f"stop it, then {FORGET}",
    ),
    "never promoted": (
        beside(replace(LIVES, priority=0)),
        f"replica 10.0.0.9:6379 is not in the inventory, confirms writes; stop it, then {FORGET}",
    ),
    "no Sentinel reaches it, and its master does": (
        beside(COPY, serves=("10.0.0.9:6379",)),
        f"replica 10.0.0.9:6379 is not in the inventory, confirms writes; stop it, then {FORGET}",
    ),
    "a ghost counts": (
        beside(GHOST, GHOST),
        "Sentinel 10.0.0.9:26379 is not in the inventory, is gone and counts in the majority "
        f"(a failover takes 3 votes, 3 Sentinels can vote); {FORGET}",
    ),
    "a Sentinel that votes": (
        beside(replace(GHOST, lives=True)),
        "Sentinel 10.0.0.9:26379 is not in the inventory and votes "
        f"(a failover takes 3 votes, 4 Sentinels can vote); stop it, then {FORGET}",
    ),
}


@pytest.mark.parametrize(("seen", "said"), SAID.values(), ids=SAID)
def test_a_stranger_is_named_with_what_it_costs_and_what_to_do(seen: Snapshot, said: str) -> None:
    assert strangers.problems(seen) == [said]


def test_only_who_is_gone_is_to_be_forgotten_and_by_whom_it_is_known() -> None:
    assert [view.name for view in strangers.knowing(beside(COPY, COPY))] == [
        "redis1:26379",
        "redis2:26379",
    ]
    assert strangers.knowing(beside(COPY, LIVES)) == []
    assert strangers.knowing(snapshot()) == []


def test_only_who_lives_and_has_a_priority_can_be_promoted() -> None:
    assert strangers.promotable(beside(LIVES)) == [LIVES]
    assert strangers.promotable(beside(COPY)) == []
    assert strangers.promotable(beside(replace(LIVES, priority=0))) == []


@pytest.mark.parametrize(
    ("reached", "ghosts", "outnumbered"), [(2, 3, True), (0, 1, False), (2, 0, False)]
)
def test_ghosts_may_outnumber_a_set_that_would_see_a_quorum(
    reached: int, ghosts: int, outnumbered: bool
) -> None:
    peers = tuple(
        SeenServer(f"redis{number}", "", 26379, ("sentinel",) if number <= reached else ("s_down",))
        for number in (1, 2)
    )
    view = sentinel_view(
        "redis3", peers_seen=peers, known_sentinels=3 + ghosts, strangers=(GHOST,) * ghosts
    )
    assert strangers.outnumber(view) is outnumbered
