"""One environment on addresses of its own for all tests that need one that runs."""

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from redis_ha.inventory import INVENTORIES
from redis_ha.nodes.environment import opened
from redis_ha.wait import ticks
from tests import periods
from tests.contract.inv import Inv, Said

DEFAULT = (INVENTORIES / "default.toml").read_text()
NETWORK = "127.0.0.0/24"
OURS = os.getpid() % 250
"""Apart from what another checkout tests at the same time."""


def one_node(network: str) -> str:
    """Return an inventory of a single Redis with its Sentinel."""
    return f"""
[local]
network = "{network}"
[sentinel]
quorum = 1
[redis]
min_replicas_to_write = 0
[[nodes]]
name = "redis1"
host = 11
roles = ["redis"]
sentinels = [26379]
"""


def written(folder: Path, name: str, network: str) -> Inv:
    """Return the default inventory under another name and on another network."""
    assert NETWORK in DEFAULT
    path = folder / f"{name}.toml"
    path.write_text(DEFAULT.replace(NETWORK, network))
    return Inv(path)


@dataclass(frozen=True)
class BroughtUp:
    """An environment that runs, what `up` said, and every command line seen meanwhile."""

    inv: Inv
    said: Said
    command_lines: frozenset[bytes]


@pytest.fixture(scope="session")
def brought_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BroughtUp]:
    inv = written(tmp_path_factory.mktemp("inventory"), "contract", f"127.8.{OURS}.0/24")
    seen: set[bytes] = set()
    ended = threading.Event()
    sampler = threading.Thread(target=sample, args=(seen, ended))
    sampler.start()
    try:
        said = inv("up")
        inv("provision")
        with opened(str(inv.inventory), "local") as environment:
            periods.tell(environment, periods.QUICK)
    finally:
        ended.set()
        sampler.join()
    try:
        yield BroughtUp(inv, said, frozenset(seen))
    finally:
        inv("down", "--purge")


@pytest.fixture
def inv(brought_up: BroughtUp) -> Inv:
    """Return the front door of an environment that runs and is healthy."""
    assert brought_up.said.status == 0, brought_up.said.err
    return brought_up.inv


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Inv]:
    """Return the front door of an environment that was never up, and purge what becomes of it."""
    inv = written(tmp_path, "contract-bare", f"127.6.{OURS}.0/24")
    try:
        yield inv
    finally:
        inv("down", "--purge")
        inv.inventory.unlink()  # the next one of its name is that one again


def sample(seen: set[bytes], ended: threading.Event) -> None:
    """Collect the command lines of all processes."""
    for _ in ticks(0.01):
        if ended.is_set():
            return
        for process in Path("/proc").glob("[0-9]*"):
            try:
                seen.add((process / "cmdline").read_bytes())
            except OSError:  # it has ended
                continue
