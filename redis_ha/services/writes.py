"""Whether a Redis that answers would take the next connection and write, by what it tells."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from redis_ha.services.answers import Answers
from redis_ha.services.snapshot import Refusal

MIB = 1 << 20
Rule = Callable[[Answers], Refusal | None]
"""Says what is refused and why, with its figures, None where nothing is."""


def refusal(told: Answers, replicas: int) -> Refusal | None:
    """Return what keeps clients from their work, in words without a subject.

    Of several the one that a client is told, in the order of the server's own checks. A replica
    whose disk is full is named too: it would refuse writes as master.

    Args:
        replicas: how many a master has where every node is there.
    """
    rules: Iterable[Rule] = (_append_only_file,)
    if told.info["role"] == "master":
        rules = (_memory, _append_only_file, _snapshot, partial(_replicas, replicas))
    found = (rule(told) for rule in (_loading, _connections, *rules))
    return next(filter(None, found), None)


def evictable(info: Mapping[str, Any]) -> int:
    """Return how many keys its policy lets it evict."""
    policy = str(info.get("maxmemory_policy", "noeviction"))
    if policy == "noeviction":
        return 0
    return keys(info, "expires" if policy.startswith("volatile") else "keys")


def keys(info: Mapping[str, Any], counted: str) -> int:
    """Return how many `keys` it has in all databases, or those with an end (`expires`)."""
    databases = [value for key, value in info.items() if key.startswith("db") and key[2:].isdigit()]
    return sum(int(each[counted]) for each in databases)


def memory_counted(info: Mapping[str, Any]) -> int:
    """Return the bytes that it compares with `maxmemory`: without the buffers of replicas."""
    return int(info.get("used_memory", 0)) - int(info.get("mem_not_counted_for_evict", 0))


def _loading(told: Answers) -> Refusal | None:
    if not told.info.get("loading"):
        return None
    share = told.info.get("loading_loaded_perc", 0)
    return Refusal(f"loads its data, {share} % so far (LOADING)", passes=True)


def _connections(told: Answers) -> Refusal | None:
    clients, most = told.info.get("connected_clients", 0), told.info.get("maxclients")
    if not most or clients < most:
        return None
    return Refusal(
        f"takes no more connections: {clients} of `maxclients` {most} are in use; "
        "end some or raise it"
    )


def _replicas(most: int, told: Answers) -> Refusal | None:
    needed = told.number("min-replicas-to-write") or 0
    good = told.info.get("min_slaves_good_slaves")
    if good is None or good >= needed:
        return None
    lag_s, can_be_met = told.number("min-replicas-max-lag"), needed <= most
    mend = "`./inv up` brings back who is missing" if can_be_met else f"set it to {most} at most"
    return Refusal(
        f"takes no writes: {good} replicas were heard of within {lag_s} s, "
        f"`min-replicas-to-write` is {needed} (NOREPLICAS); {mend}",
        passes=can_be_met,
    )


def _append_only_file(told: Answers) -> Refusal | None:
    if told.info.get("aof_last_write_status", "ok") == "ok":
        return None
    takes = "takes" if told.info["role"] == "master" else "would take"
    return Refusal(
        f"{takes} no writes: it could not write its append-only file (MISCONF); "
        "its log says why, most often the disk is full"
    )


def _snapshot(told: Answers) -> Refusal | None:
    stops = told.settings.get("stop-writes-on-bgsave-error") == "yes" and told.settings.get("save")
    if not stops or told.info.get("rdb_last_bgsave_status", "ok") == "ok":
        return None
    return Refusal(
        "takes no writes: its last snapshot failed (MISCONF); "
        "its log says why, most often the disk is full"
    )


def _memory(told: Answers) -> Refusal | None:
    info = told.info
    most, used = int(info.get("maxmemory", 0)), memory_counted(info)
    if not most or used <= most or evictable(info):
        return None
    return Refusal(
        f"takes no writes that need memory: {used / MIB:.1f} MiB are in use, `maxmemory` is "
        f"{most / MIB:.1f} MiB and nothing may be evicted ({info.get('maxmemory_policy')}) (OOM); "
        "raise `redis.maxmemory` or delete keys"
    )
