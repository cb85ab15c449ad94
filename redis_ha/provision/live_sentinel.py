"""Settings that a running Sentinel takes, set there (SENTINEL SET, SENTINEL CONFIG SET) and kept.

Those of a master, and those that SENTINEL CONFIG GET tells, are what it can be told. One that it
refuses all the same is left to a restart, which brings the whole file.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import redis

from redis_ha.nodes import Node
from redis_ha.provision import live, runtime
from redis_ha.provision.configuration import NodeFile
from redis_ha.provision.live import STEP, Files
from redis_ha.provision.run import Run
from redis_ha.provision.runtime import QUORUM
from redis_ha.services import directives
from redis_ha.services.client import ask, asking
from redis_ha.services.directives import Difference, Key
from redis_ha.services.snapshot import Snapshot

SCRIPTS = frozenset({"notification-script", "client-reconfig-script"})
"""What no Sentinel takes that is configured to deny it (`deny-scripts-reconfig`), as all are."""


@dataclass(frozen=True)
class LiveSentinelChange:
    """What one Sentinel is to be told.

    Args:
        file: its configuration file, which it rewrites.
        commands: what it is told, by the names of the settings; nothing where the file alone is
            behind.
    """

    node: Node
    port: int
    file: NodeFile
    commands: Mapping[str, tuple[str, ...]]

    def __str__(self) -> str:
        names = ", ".join(self.commands)
        told = f"{names} set live" if names else "its file is written anew"
        return f"{self.node.name}: Sentinel {self.port}: {told}; nothing restarts"


def apply(run: Run, seen: Snapshot, files: Files, master: str) -> Files:
    """Set what Sentinels take while they run, one after the other; return the files afterwards."""
    changes = list(_changes(run, seen, files))
    for change in changes:
        run.tell(str(change))
        run.act(change.node, STEP, partial(_set, run, change))
    rewritten = {(change.node.name, change.file.path) for change in changes}
    return live.afterwards(run, files, rewritten, master)


def _changes(run: Run, seen: Snapshot, files: Files) -> Iterator[LiveSentinelChange]:
    for view in seen.sentinels:
        node = next((each for each in run.nodes if each.name == view.node), None)
        if node is None or view.error or not view.running:
            continue
        for file in files[node.name]:
            process = file.wanted.process
            if not (process and process.port == view.port and file.wanted.file.is_rewritten):
                continue
            if (commands := told(file, view.running)) is not None:
                yield LiveSentinelChange(node, view.port, file, commands)


def told(file: NodeFile, running: Mapping[str, str]) -> dict[str, tuple[str, ...]] | None:
    """Return what a Sentinel is to be told, None for nothing or where it has to restart.

    Args:
        running: what it tells of its settings.
    """
    behind = directives.differences(file.text, file.current or "")
    due = {each.key: each for each in runtime.of_sentinel(file.text, running)}
    if file.current is None or not (behind or due):
        return None
    for each in behind:
        key = _settable(each, running)
        if key is None:
            return None
        due.setdefault(key, Difference(key, _values(each), each.found))
    return {key[1]: _command(each) for key, each in due.items()}


def _settable(behind: Difference, running: Mapping[str, str]) -> Key | None:
    """Return by which name a Sentinel is told a setting, None where it cannot be."""
    key, wanted, found = behind.key, behind.wanted, behind.found
    if key[0] != "sentinel" or wanted is None:
        return None
    if key[:2] == directives.MONITOR:
        is_place = not found or found[-1][:2] != wanted[-1][:2]
        return None if is_place else (*QUORUM, *key[2:])
    if key[1] in SCRIPTS or (not key[2:] and key[1] not in running):
        return None
    return key


def _values(each: Difference) -> directives.Values | None:
    is_monitor = each.key[:2] == directives.MONITOR and each.wanted
    return (each.wanted[-1][2:],) if is_monitor and each.wanted else each.wanted


def _command(each: Difference) -> tuple[str, ...]:
    _, name, *master = each.key
    value = " ".join(each.wanted[-1]) if each.wanted else ""
    return ("SET", *master, name, value) if master else ("CONFIG", "SET", name, value)


def _set(run: Run, change: LiveSentinelChange) -> None:
    who, password = f"Sentinel {change.node.name}:{change.port}", run.environment.secrets.sentinel
    with (
        change.node.noted("provision", STEP),
        asking(who, change.node.address, change.port, password) as client,
    ):
        for name, words in change.commands.items():
            try:
                ask(client, "SENTINEL", *words)
            except redis.ResponseError:
                run.tell(f"{who} does not take {name} while it runs: it restarts")
        ask(client, "SENTINEL", "FLUSHCONFIG")
