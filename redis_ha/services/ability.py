"""Whether a set that is in its place could fail over: what keeps Sentinels from it, in words."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from redis_ha.services.snapshot import Denial, RedisView, SeenServer, SentinelView, Snapshot

DEFAULT = "default"
PROVISION = "`./inv provision` gives it all rights again"
SOON_S = 3.0
"""A server is given up this long after it refused a login, at the most."""


@dataclass(frozen=True)
class Inability:
    """What is wrong, in words.

    Args:
        lasts: nothing but a change will end it.
    """

    says: str
    lasts: bool = True


def is_lasting(snapshot: Snapshot) -> bool:
    """Say whether something keeps Sentinels from their work that time does not mend."""
    return any(trouble.lasts for trouble in troubles(snapshot))


def troubles(snapshot: Snapshot) -> Iterator[Inability]:
    """Yield all that keeps Sentinels from a failover, each in a sentence."""
    yield from of_set(snapshot)
    for view in snapshot.sentinels:
        if not view.error and (trouble := of_sentinel(view, snapshot)):
            yield replace(trouble, says=f"Sentinel {view.name} {trouble.says}")


def of_set(snapshot: Snapshot) -> Iterator[Inability]:
    """Yield what is wrong with the servers together, or with what they let Sentinels do."""
    for view in snapshot.nodes:
        yield from _denials(view)
    yield from _shared_names(snapshot)
    yield from _settings(snapshot)


def of_sentinel(view: SentinelView, snapshot: Snapshot) -> Inability | None:
    """Return why a Sentinel cannot use servers that answer, in words without a subject."""
    return _of_redis(view, snapshot) or _of_peers(view, snapshot)


def _denials(view: RedisView) -> Iterator[Inability]:
    unknown = [denial for denial in view.denials if denial.is_unknown]
    if unknown:
        yield Inability(
            f"{view.name} has no {_commands(unknown)} for Sentinel, and takes part in no failover: "
            "take `rename-command` out of its redis.conf and restart it"
        )
    for user in dict.fromkeys(denial.user for denial in view.denials):
        missing = [each for each in view.denials if each.user == user and not each.is_unknown]
        if missing:
            rules = " ".join(each.rule for each in missing)
            mend = PROVISION if user == DEFAULT else f"`ACL SETUSER {user} {rules}` there allows it"
            yield Inability(
                f"{view.name} denies Sentinel's user {user} {_commands(missing)}, and takes part "
                f"in no failover: {mend}"
            )


def _commands(denials: list[Denial]) -> str:
    return ", ".join(denial.command for denial in denials)


def _shared_names(snapshot: Snapshot) -> Iterator[Inability]:
    by_id = defaultdict(list)
    for view in snapshot.sentinels:
        by_id[view.myid].append(view)
    for myid, views in by_id.items():
        if myid and len(views) > 1:
            names = " and ".join(view.name for view in views)
            yield Inability(
                f"Sentinels {names} have the same myid and count as one: on one of them, stop "
                "Sentinel, take the lines `sentinel myid` and `sentinel known-sentinel` out of "
                "its sentinel.conf, and start it"
            )


def _settings(snapshot: Snapshot) -> Iterator[Inability]:
    for view in snapshot.sentinels:
        for name, value in view.settings.items():
            wanted = snapshot.watched.get(name, value)
            if value != wanted:
                yield Inability(
                    f"Sentinel {view.name} runs with {name} {value}, the inventory has {wanted}: "
                    "`./inv provision` sets it"
                )


def _of_redis(view: SentinelView, snapshot: Snapshot) -> Inability | None:
    alive = {node.name: node for node in snapshot.nodes if not (node.ails or node.denials)}
    lost = {
        each.node: _refuses(alive[each.node], each)
        for each in view.servers_seen
        if each.node and each.node in alive and not each.is_usable
    }
    return _of_lost(
        lost,
        "cannot log in to {names}: its `auth-pass` is wrong there; `./inv provision` sets it",
        "cannot use {names}, which answers: the network between them is cut, or what it needs "
        "there is refused; `./inv heal` mends the network",
    )


def _of_peers(view: SentinelView, snapshot: Snapshot) -> Inability | None:
    alive = {(peer.node, peer.port): peer for peer in snapshot.sentinels if not peer.error}
    lost = {
        alive[each.node, each.port].name: _refuses(alive[each.node, each.port], each)
        for each in view.peers_seen
        if each.node and (each.node, each.port) in alive and not each.is_usable
    }
    return _of_lost(
        lost,
        "cannot log in to Sentinels {names}: its `sentinel-pass` is wrong; `./inv provision` "
        "sets it",
        "cannot reach Sentinels {names}, which answer: the network between them is cut; "
        "`./inv heal` mends it",
    )


def _of_lost(lost: Mapping[str, bool], no_login: str, no_way: str) -> Inability | None:
    """Return what is wrong with living servers that a Sentinel cannot use.

    Args:
        lost: whether each refuses its login, by name.
        no_login, no_way: what is said with their `{names}` where one does, and where none.
    """
    refusing = [name for name, refuses in lost.items() if refuses]
    if refusing:
        return Inability(no_login.format(names=", ".join(refusing)))
    if lost:
        return Inability(no_way.format(names=", ".join(lost)), lasts=False)
    return None


def _refuses(server: RedisView | SentinelView, seen: SeenServer) -> bool:
    """Say whether a server has refused a login since it was given up, or just before."""
    age_s = server.refused_login_s
    return age_s is not None and age_s <= seen.unheard_s + SOON_S
