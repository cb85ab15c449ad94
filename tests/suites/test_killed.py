"""Commands that are killed at what they do: named afterwards, put back by `up`, no write lost."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from redis_ha.checkers import durability
from redis_ha.faults.leftovers import KINDS
from redis_ha.intents import FOLDER, Intent
from redis_ha.measure.clients import CONFIRMED
from redis_ha.measure.workload import Workload
from redis_ha.nodes.environment import Environment, opened
from redis_ha.services import cluster
from redis_ha.suites import survivors
from redis_ha.wait import now_s, wait_until
from tests.contract.inv import Inv

SHARE = 0.1
"""Of the full load: nobody measures time here."""
COMES_S = 60.0

COMMANDS = {
    "up": ("up",),
    "provision": ("provision.redis",),
    "switchover": ("switchover",),
    "restart": ("restart", "--rolling"),
    "kill": ("failover", "--fault", "kill"),
    "hang": ("failover", "--fault", "hang"),
    "partition": ("failover", "--fault", "partition"),
}
MACHINES_ONLY = {"partition"}
ENTRIES = {
    "up": "provision",
    "provision": "provision",
    "switchover": "switchover",
    "restart": "restart",
    "kill": "held",
    "hang": "stopped",
    "partition": "cut",
}
"""The kind of entry at which each is killed."""
MOMENTARY = {"restart"}
"""A service that is restarted is back by itself, mostly."""


@pytest.fixture(scope="module")
def inv(request: pytest.FixtureRequest) -> Iterator[Inv]:
    """Return the front door: commands hold the environment themselves here."""
    option = request.config.getoption
    front = Inv(Path(option("--inventory")), option("--provider"))
    with opened(option("--inventory"), option("--provider")) as environment:
        was_up = environment.provider.is_up()
    said = front("up")
    assert said.status == 0, said.err
    yield front
    if not was_up and not option("--keep"):
        front("down", "--purge")


@pytest.fixture
def running(inv: Inv) -> Iterator[Environment]:
    with opened(str(inv.inventory), inv.provider) as environment:
        yield environment


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "command" in metafunc.fixturenames:
        on_machines = metafunc.config.getoption("--provider") != "local"
        names = [name for name in COMMANDS if on_machines or name not in MACHINES_ONLY]
        metafunc.parametrize("command", names)


def entries(environment: Environment) -> list[Intent]:
    """Return all entries, those of commands at work too."""
    found = []
    for path in (environment.folder / FOLDER).glob("*.json"):
        with suppress(FileNotFoundError):  # taken out meanwhile
            found.append(Intent(**json.loads(path.read_text())))
    return found


def is_changed(environment: Environment, kind: str) -> bool:
    """Say whether a change of this kind is written down and was made."""
    of_kind = [entry for entry in entries(environment) if entry.kind == kind]
    if kind in MOMENTARY:
        return bool(of_kind)
    is_there = KINDS[kind].is_there
    return any(is_there(environment, environment.node(each.node), each) for each in of_kind)


def killed_at(environment: Environment, process: subprocess.Popen[str], kind: str) -> None:
    """Kill a command as soon as it has made a change of this kind."""
    wait_until(
        lambda: is_changed(environment, kind) or process.poll() is not None,
        what=f"a change `{kind}`",
        timeout_s=COMES_S,
        interval_s=0.001,
    )
    process.kill()
    process.communicate()


@contextmanager
def confirmed_writes(environment: Environment, file: Path) -> Iterator[None]:
    """Write meanwhile; in the end every write that a replica confirmed is there."""
    with Workload(environment, file, confirmations=1, share=SHARE) as load:
        load.steady()
        yield
        again_s = now_s()
        again = load.seen(
            lambda history: history.acknowledged_after(again_s, {CONFIRMED}), "a write", COMES_S
        )
    assert again
    after = cluster.look(environment)
    kept = survivors.find(environment, after, load).survivors[str(after.master)]
    writes = durability.account(load.history.writes(CONFIRMED), kept)
    assert writes.acknowledged >= durability.ENOUGH
    assert writes.lost == 0


def test_what_a_killed_command_left_is_named_and_put_back(
    inv: Inv, running: Environment, command: str, tmp_path: Path
) -> None:
    with confirmed_writes(running, tmp_path / "history.csv"):
        with inv.start(*COMMANDS[command]) as process:
            killed_at(running, process, ENTRIES[command])
        assert process.returncode == -9
        said = inv("status", "--json").record["left"]
        words = f"{' '.join(COMMANDS[command])} --provider"
        assert command in MOMENTARY or any(words in line for line in said), said
        examined = [each["detail"] for each in inv("doctor", "--json").record if "detail" in each]
        assert [line for line in examined if "left by `" in line] == said
        mended = inv("up")
        assert mended.status == 0, mended.err
    after = inv("status", "--json")
    assert (after.status, after.record["left"]) == (0, [])
    assert not entries(running)
