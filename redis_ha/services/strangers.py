"""Servers that Sentinels count and the inventory does not have: whether they live, what they cost.

One that is gone is forgotten by `up` and `heal`. One that lives is left alone: it would be back
within seconds, and somebody may want it. It is a problem all the same: a replica confirms writes to
WAIT and counts for `min-replicas-to-write`, a Sentinel votes.
"""

from dataclasses import replace

from redis_ha.services.snapshot import SentinelView, Snapshot, Stranger

FORGET = "`./inv heal` makes the Sentinels forget it"
STOP = f"stop it, then {FORGET}"


def known(snapshot: Snapshot) -> list[Stranger]:
    """Return every stranger once; it lives if any Sentinel reaches it or a node serves it."""
    served = {address for view in snapshot.nodes for address in view.serves}
    merged: dict[tuple[str, str], Stranger] = {}
    for each in (each for view in snapshot.sentinels for each in view.strangers):
        before = merged.get((each.kind, each.address), each)
        lives = before.lives or each.lives or (each.kind == "replica" and each.address in served)
        priority = max(before.priority, each.priority)
        merged[each.kind, each.address] = replace(each, lives=lives, priority=priority)
    return list(merged.values())


def gone(snapshot: Snapshot) -> list[Stranger]:
    """Return those that do not live."""
    return [each for each in known(snapshot) if not each.lives]


def promotable(snapshot: Snapshot) -> list[Stranger]:
    """Return those that a failover could make master."""
    return [each for each in known(snapshot) if each.lives and each.priority > 0]


def knowing(snapshot: Snapshot) -> list[SentinelView]:
    """Return the Sentinels that count somebody who is gone."""
    left = {(each.kind, each.address) for each in gone(snapshot)}
    return [
        view
        for view in snapshot.sentinels
        if any((each.kind, each.address) in left for each in view.strangers)
    ]


def sentinels(view: SentinelView) -> list[Stranger]:
    """Return the strangers among the Sentinels that one counts."""
    return [each for each in view.strangers if each.kind == "Sentinel"]


def replicas(view: SentinelView) -> list[Stranger]:
    """Return the strangers among the replicas that one knows."""
    return [each for each in view.strangers if each.kind == "replica"]


def outnumber(view: SentinelView) -> bool:
    """Say whether a Sentinel that sees no quorum would see one without those who are gone."""
    ghosts = sum(not each.lives for each in sentinels(view))
    usable = 1 + sum(view.peers.values())
    return ghosts > 0 and usable > (view.known_sentinels - ghosts) // 2


def problems(snapshot: Snapshot) -> list[str]:
    """Say of each stranger in words what it is and how to be rid of it."""
    return [_problem(each, snapshot) for each in known(snapshot)]


def _problem(stranger: Stranger, snapshot: Snapshot) -> str:
    who = f"{stranger.kind} {stranger.address} is not in the inventory"
    if stranger.kind == "Sentinel":
        votes = _votes(snapshot)
        if stranger.lives:
            return f"{who} and votes ({votes}); {STOP}"
        return f"{who}, is gone and counts in the majority ({votes}); {FORGET}"
    if not stranger.lives:
        return f"{who} and is gone; {FORGET}"
    promoted = " and may be promoted" if stranger.priority else ""
    return f"{who}, confirms writes{promoted}; {STOP}"


def _votes(snapshot: Snapshot) -> str:
    """Return how many votes a failover takes, and how many Sentinels can give one."""
    counted = max(view.known_sentinels for view in snapshot.sentinels)
    ours = sum(not view.error for view in snapshot.sentinels)
    theirs = sum(each.kind == "Sentinel" and each.lives for each in known(snapshot))
    votes = max(counted // 2 + 1, snapshot.quorum)
    return f"a failover takes {votes} votes, {ours + theirs} Sentinels can vote"
