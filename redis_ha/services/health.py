"""What to make of a snapshot: its problems in words, and whether all is well. Nothing is asked."""

from collections.abc import Collection, Iterator
from dataclasses import asdict
from typing import Any

from redis_ha import version
from redis_ha.errors import Unhealthy
from redis_ha.services import ability, strangers
from redis_ha.services.snapshot import RedisView, SentinelView, Snapshot

INTERNAL = {
    "denials",
    "follows",
    "info",
    "is_syncing",
    "refused_login_s",
    "serves",
    "settings",
    "stays_refused",
    "users",
}
"""What a snapshot knows of a Redis and records do not show: some of it has passwords in it."""

SENTINEL_KEYS = ("node", "port", "master", "quorum_ok", "refusal")
"""What records show of a Sentinel."""


def problems(snapshot: Snapshot) -> list[str]:
    """Say in words everything that is not as it should be; empty when healthy."""
    return [
        *version.too_old(snapshot.versions),
        *outages(snapshot),
        *strangers.problems(snapshot),
    ]


def outages(snapshot: Snapshot) -> list[str]:
    """Say in words what is not in its place: the problems that time may mend."""
    if all(view.is_down for view in snapshot.nodes) and all(
        view.error for view in snapshot.sentinels
    ):
        return ["no Redis and no Sentinel answers"]
    return [
        *_of_masters(snapshot),
        *_of_replicas(snapshot),
        *_of_sentinels(snapshot),
        *(trouble.says for trouble in ability.of_set(snapshot)),
    ]


def require_master(snapshot: Snapshot) -> str:
    """Return the name of the one master.

    Raises:
        Unhealthy: there is none, or more than one.
    """
    if snapshot.master is None:
        raise Unhealthy("; ".join(problems(snapshot)))
    return snapshot.master


def is_healthy(snapshot: Snapshot) -> bool:
    """Say whether there are no problems."""
    return not problems(snapshot)


def is_whole(snapshot: Snapshot) -> bool:
    """Say whether everything is in its place, be servers too old or strangers beside them."""
    return not outages(snapshot)


def is_settled(snapshot: Snapshot) -> bool:
    """Say whether it is whole and every Sentinel has read every replica's priority.

    Sentinel asks a replica that came back within 10 s; until then it takes 100 for granted.
    """
    return is_whole(snapshot) and not unsettled(snapshot)


def unsettled(snapshot: Snapshot) -> list[str]:
    """Say in words which replica's priority is another than a Sentinel has."""
    drifted = _drifted(snapshot)
    found = [
        f"{view.name} runs with `replica-priority` {view.running_priority}, not {view.priority}: "
        "`./inv provision` sets it"
        for view in drifted
        if view.role == "replica"
    ]
    return [*found, *_not_learned(snapshot, {view.name for view in drifted})]


def is_drifted(snapshot: Snapshot) -> bool:
    """Say whether a replica runs with another priority than the inventory has."""
    return any(view.role == "replica" for view in _drifted(snapshot))


def _drifted(snapshot: Snapshot) -> list[RedisView]:
    return [view for view in snapshot.nodes if view.running_priority not in (None, view.priority)]


def _not_learned(snapshot: Snapshot, drifted: Collection[str]) -> Iterator[str]:
    for view in snapshot.sentinels:
        read = dict(view.replicas)
        for name, priority in snapshot.replicas_of(view):
            if name not in drifted and read.get(name) != priority:
                has = f" (has {read[name]}, not {priority})" if name in read else ""
                yield f"Sentinel {view.name} does not know {name}'s priority yet{has}"


def is_stuck(snapshot: Snapshot) -> bool:
    """Say whether time alone will not make it healthy: a server refuses what it should do."""
    return any(view.stays_refused for view in snapshot.nodes) or ability.is_lasting(snapshot)


def is_agreed(snapshot: Snapshot) -> bool:
    """Say whether every Sentinel that answers names the one node that is master."""
    told = {view.master for view in snapshot.sentinels if not view.error}
    return snapshot.master is not None and told == {snapshot.master}


def as_json(snapshot: Snapshot) -> dict[str, Any]:
    """Return the part of the status record that the cluster itself knows."""
    found = problems(snapshot)
    return {
        "healthy": not found,
        "problems": found,
        "master": snapshot.master,
        "nodes": [
            {key: value for key, value in asdict(view).items() if key not in INTERNAL}
            for view in snapshot.nodes
        ],
        "sentinels": [
            {key: getattr(view, key) for key in SENTINEL_KEYS} for view in snapshot.sentinels
        ],
        "strangers": [asdict(each) for each in strangers.known(snapshot)],
    }


def _of_masters(snapshot: Snapshot) -> Iterator[str]:
    yield from (view.refusal or f"{view.name} is down" for view in snapshot.nodes if view.ails)
    masters = snapshot.masters
    is_unknown = not masters and any(view.role == "unknown" for view in snapshot.nodes)
    if len(masters) != 1 and not is_unknown:
        names = ", ".join(view.name for view in masters) or "none"
        yield f"there must be one master, there are {len(masters)} ({names})"


def _of_replicas(snapshot: Snapshot) -> Iterator[str]:
    for view in snapshot.replicas:
        yield from _of_replica(view, snapshot)
    yield from _of_candidates(snapshot.replicas)


def _of_candidates(replicas: list[RedisView]) -> Iterator[str]:
    """Say whether nobody can be promoted, unless the inventory wants it so."""
    wanted = ", ".join(view.name for view in replicas if view.priority)
    if wanted and all(view.running_priority == 0 for view in replicas):
        yield f"no replica can be promoted: {wanted} must not run with `replica-priority` 0"


def _of_replica(view: RedisView, snapshot: Snapshot) -> Iterator[str]:
    """Say where it is not in its place; of one that refuses, such as while it loads, no more."""
    master = snapshot.masters[0] if len(snapshot.masters) == 1 else None
    if master and view.follows != master.address:
        yield f"{view.name} replicates from {view.follows}, not {master.name}"
    if view.refusal:
        return
    if view.link != "up":
        yield f"{view.name}: the link to its master is {view.link}"
    elif not view.is_in_sync:
        yield f"{view.name} is not in sync ({view.lag_bytes} bytes behind)"


def _of_sentinels(snapshot: Snapshot) -> list[str]:
    found = (_of_sentinel(view, snapshot) for view in snapshot.sentinels)
    return [problem for problem in found if problem]


def _of_sentinel(view: SentinelView, snapshot: Snapshot) -> str | None:
    """Return the first thing that is wrong with a Sentinel: the rest may follow from it."""
    if view.error:
        return view.error
    if view.master is None or (snapshot.master and view.master != snapshot.master):
        found = f"names {_named(view)} as master"
    elif view.is_in_tilt:
        found = "is in TILT: it watches and does not act"
    elif trouble := ability.of_sentinel(view, snapshot):
        found = trouble.says
    elif not view.quorum_ok and not strangers.outnumber(view):
        found = "sees no quorum"
    elif missing := [*_missing(view, snapshot)]:
        found = f"does not know {', '.join(missing)}"
    else:
        return None
    return f"Sentinel {view.name} {found}"


def _named(view: SentinelView) -> str | None:
    """Return how a Sentinel's master is called, one that is no node's by its address."""
    seen = view.master_seen
    if view.master or not seen:
        return view.master
    return f"{seen.address}:{seen.port}, which is not in the inventory,"


def _missing(view: SentinelView, snapshot: Snapshot) -> Iterator[str]:
    """Yield whom of the inventory a Sentinel does not know."""
    known = dict(view.replicas)
    yield from (
        node.name for node in snapshot.nodes if node.name not in known and node.name != view.master
    )
    if view.known_sentinels < len(snapshot.sentinels) + len(strangers.sentinels(view)):
        names = {each.name for each in snapshot.sentinels} - {view.name, *view.peers}
        yield from (f"Sentinel {name}" for name in sorted(names))
