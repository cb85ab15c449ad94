"""Did the cluster end where it should: another master, the right one, everybody in place?"""

from redis_ha.services.cluster import Snapshot


def expected_successor(before: Snapshot, old_master: str) -> str | None:
    """Return the replica that Sentinel prefers: the lowest priority above 0, then most data."""
    candidates = [view for view in before.nodes if view.name != old_master and view.priority > 0]
    best = min(candidates, key=lambda view: view.priority, default=None)
    if best is None or sum(view.priority == best.priority for view in candidates) > 1:
        return None  # a tie is decided by offset and run id: either is right
    return best.name


def problems(before: Snapshot, after: Snapshot) -> list[str]:
    """Return what is wrong in the end, in words; empty when the failover did its work."""
    found = list(after.problems)
    old, new = before.master, after.master
    if new is None:
        return found
    if new == old:
        found.append(f"{old} is still master: there was no failover")
    elif old and (expected := expected_successor(before, old)) not in (None, new):
        found.append(f"{new} was promoted, by priority it should be {expected}")
    return found
