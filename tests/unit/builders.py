"""Small environments, snapshots and histories for tests; every default is a healthy one."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, cast

from redis_ha import faults, inventory
from redis_ha.checkers import drill as drills
from redis_ha.checkers import judgement
from redis_ha.checkers.availability import Gap
from redis_ha.checkers.drill import Drill
from redis_ha.checkers.durability import Writes
from redis_ha.checkers.exclusivity import Overlap
from redis_ha.checkers.memory import Server
from redis_ha.checkers.round import ClientFigures, Round
from redis_ha.checkers.staleness import StaleReads
from redis_ha.faults.scene import Scene, make
from redis_ha.inventory import Inventory
from redis_ha.inventory.tables import tables
from redis_ha.measure.events import Phases
from redis_ha.measure.history import Operation, Outcome
from redis_ha.measure.series import Series
from redis_ha.nodes.environment import Environment
from redis_ha.providers import Choice, Folder, Host, Ssh, Tell, nobody
from redis_ha.secrets import Secrets, names
from redis_ha.services.snapshot import RedisView, SentinelView, Snapshot
from redis_ha.services.writes import MIB

SECRETS = Secrets({name: f"{name}-password" for name in names()})
NAMES = ("redis1", "redis2", "redis3")


class StaticProvider:
    """A provider whose nodes are just there."""

    name = "local"

    def __init__(self, hosts: Sequence[Host]) -> None:
        self._hosts = tuple(hosts)

    def hosts(self) -> tuple[Host, ...]:
        return self._hosts

    def is_up(self) -> bool:
        return True

    def up(self, tell: Tell) -> None:
        """Nothing to do."""

    def down(self, *, purge: bool, tell: Tell = nobody) -> None:
        """Nothing to do."""


Record = TypeVar("Record")


def changed(record: Record, **changes: Any) -> Record:
    """Return a part of an inventory, or all of it, with other values; tables go by their names."""
    if isinstance(record, Inventory):
        given = [changes.pop(name) for name in list(changes) if name in tables()]
        return cast(Record, replace(record.having(*given), **changes))
    return replace(record, **changes)  # type: ignore[type-var]


def folder_host(spec: inventory.NodeSpec, root: Path, address: str | None = None) -> Host:
    access = Folder(root / spec.name, root / "supervisord.conf", root / "socket", Path("/usr/bin"))
    return Host(spec, address or f"127.0.0.{spec.host}", access)


def ssh_host(spec: inventory.NodeSpec) -> Host:
    address = f"10.213.7.{spec.host}"
    return Host(spec, address, Ssh(address, "ops", Path("/nokey"), Path("/noknown")))


def environment(hosts: Sequence[Host], topology: Inventory, folder: Path) -> Environment:
    """Return an environment with known passwords."""
    built = Environment(topology, Choice("local", "as asked"), StaticProvider(hosts), folder)
    built.__dict__["secrets"] = SECRETS
    return built


def folders(root: Path, topology: Inventory | None = None) -> Environment:
    """Return an environment whose nodes are folders below `root`."""
    topology = topology or inventory.load("default")
    hosts = [folder_host(spec, root) for spec in topology.nodes]
    return environment(hosts, topology, root)


def make_folders(built: Environment) -> None:
    """Make what the local provider makes of a node before anything runs on it."""
    for node in built.nodes.values():
        for part in ("/etc/redis", "/var/lib/redis", "/var/log", "/tmp"):
            Path(node.path(part)).mkdir(parents=True, exist_ok=True)


def program(folder: Path, name: str, body: str) -> Path:
    """Put a shell script on a folder that a test puts on PATH."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    # A rename: what was just written may still be busy for another thread's fork.
    draft = folder / f".{name}"
    draft.write_text(f"#!/bin/sh\n{body}\n")
    draft.chmod(0o755)
    os.replace(draft, path)  # noqa: PTH105
    return path


def redis_view(name: str, role: str = "replica", **changes: object) -> RedisView:
    number = int(name[-1])
    view = RedisView(
        name, f"10.0.0.{number}", role, 6379, 25 + 25 * number, offset=1000, lag_bytes=0
    )
    if role == "replica":
        view = replace(view, link="up", follows="10.0.0.1")
    return replace(view, **changes)  # type: ignore[arg-type]


def sentinel_view(node: str, **changes: object) -> SentinelView:
    view = SentinelView(
        node,
        26379,
        "redis1",
        True,
        epoch=1,
        replicas=(("redis2", 75), ("redis3", 100)),
        known_sentinels=3,
    )
    return replace(view, **changes)  # type: ignore[arg-type]


def snapshot(
    nodes: Sequence[RedisView] | None = None, sentinels: Sequence[SentinelView] | None = None
) -> Snapshot:
    """Return a healthy snapshot (redis1 is master), or one with other nodes or Sentinels."""
    healthy = [redis_view("redis1", "master"), redis_view("redis2"), redis_view("redis3")]
    return Snapshot(
        tuple(healthy if nodes is None else nodes),
        tuple([sentinel_view(name) for name in NAMES] if sentinels is None else sentinels),
        quorum=2,
    )


def after_failover() -> Snapshot:
    """Return the healthy snapshot in which redis2 has taken over from redis1."""
    follows = redis_view("redis2").address
    return snapshot(
        [
            redis_view("redis1", follows=follows),
            redis_view("redis2", "master"),
            redis_view("redis3", follows=follows),
        ],
        [
            sentinel_view(name, master="redis2", replicas=(("redis1", 50), ("redis3", 100)))
            for name in NAMES
        ],
    )


def operation(
    ended_s: float,
    node: str | None = "redis1",
    outcome: Outcome = Outcome.ACKNOWLEDGED,
    *,
    client: str = "sentinel-1",
    key: str = "",
    took_s: float = 0.001,
) -> Operation:
    """Return one operation; its key says when it ended."""
    return Operation(client, key or f"at:{ended_s}", ended_s - took_s, ended_s, outcome, node)


def writes(
    count: int, outcome: Outcome = Outcome.ACKNOWLEDGED, start: int = 0, node: str = "redis1"
) -> list[Operation]:
    """Return writes that ended a tenth of a second apart, the last one at second 0."""
    return [
        operation(
            (number - start - count + 1) / 10, node, outcome, key=f"key:{number}", took_s=0.01
        )
        for number in range(start, start + count)
    ]


def keys(operations: Iterable[Operation]) -> list[str]:
    return [each.key for each in operations]


def scene(built: Environment, fault: str, spec: str = "", master: str = "redis1") -> Scene:
    """Return the scene of a fault with its own target, or another one."""
    found = faults.named(fault)
    return make(built, spec or found.target, found.takes, master)


WRITES = Writes(1000, 900, 90, 10, lost=0, recovered=1)


def figures(writes: Writes = WRITES, first_write_s: float | None = 3.3) -> ClientFigures:
    """Return what a kind of client saw in a failover of 3.3 s."""
    return ClientFigures(
        **vars(writes), first_write_s=first_write_s, longest_gap_s=3.3, longest_wait_s=0.25
    )


def drill_round(**changes: Any) -> Round:
    """Return a round in which redis2 took over from redis1 in 3.3 s, or another one."""
    phases = Phases(2.1, 2.2, 2.3, 2.4, 3.2, 3.3)
    given = {"writes": WRITES, "problems": (), **changes}
    verdict = judgement.verdict(given["writes"], given["problems"])
    done = Round(
        old_master="redis1",
        new_master="redis2",
        targets=("redis1",),
        rto_s=3.3,
        predicted_s=3.3,
        band_s=(2.1, 3.6),
        elections=1,
        phases=phases,
        predicted_phases=phases,
        clients={"sentinel": figures(), "naive": figures(first_write_s=None)},
        gaps=(Gap(0.0, 3.3),),
        longest_gap_s=3.3,
        overlap=Overlap(0),
        stale_reads=StaleReads(100, 0, 0, None),
        healed_s=4.3,
        converged_s=6.0,
        series=Series(0.0, 0.1),
        history="kill.csv.gz",
        ping_s=0.001,
        verdict=verdict,
    )
    return replace(done, **given)


def drill(*rounds: Round, applicable: bool = True, **changes: Any) -> Drill:
    """Return a drill that killed the master, or another one."""
    reason = changes.get("reason")
    done = Drill(
        provider="docker",
        inventory="default",
        fault="kill",
        down_after_ms=2000,
        settings={"down_after_ms": 2000},
        versions=("8.0.2",),
        started="2026-01-01T00:00:00+00:00",
        verdict=drills.verdict(rounds, reason=reason, applicable=applicable),
        rounds=rounds,
    )
    return replace(done, **changes)


def memory_server(**changes: Any) -> Server:
    """Return a server of which 100 of 256 MiB are in use."""
    made = Server(
        node="redis1",
        counted=100 * MIB,
        resident=110 * MIB,
        overhead=10 * MIB,
        data=90 * MIB,
        backlog=MIB,
        peak=110 * MIB,
        maxmemory=256 * MIB,
        policy="volatile-ttl",
        copied=0,
        machine=8192 * MIB,
        evicted=0,
        expired=0,
        free=4096 * MIB,
    )
    return changed(made, **changes)
