"""Did the cluster end where it should: one master, the right one, everybody in place?"""

from collections.abc import Collection

from redis_ha.checkers.expectation import MOVES, Expected
from redis_ha.services import health
from redis_ha.services.snapshot import Snapshot


def expected_successor(before: Snapshot, gone: Collection[str]) -> str | None:
    """Return the replica that Sentinel prefers: the lowest priority above 0, then most data.

    Args:
        gone: the nodes that cannot be chosen.
    """
    candidates = [view for view in before.nodes if view.name not in gone and view.priority > 0]
    best = min(candidates, key=lambda view: view.priority, default=None)
    if best is None or sum(view.priority == best.priority for view in candidates) > 1:
        return None  # a tie is decided by offset and run id: either is right
    return best.name


def problems(
    before: Snapshot, after: Snapshot, expected: Expected, gone: Collection[str]
) -> list[str]:
    """Return what is wrong in the end, in words; empty when all is as it should be.

    Args:
        gone: the nodes that a fault took, the old master among them where it had to go.
    """
    found = health.outages(after)
    old, new = before.master, after.master
    if old is None or new is None:
        return found
    moves = expected in MOVES
    if moves and new == old:
        found.append(f"{old} is still master: there was no failover")
    elif moves and (wanted := expected_successor(before, {old, *gone})) not in (None, new):
        found.append(f"{new} was promoted, by priority it should be {wanted}")
    elif expected in (Expected.STAYS, Expected.REFUSES) and new != old:
        found.append(f"{new} became master, {old} should have stayed")
    return found
