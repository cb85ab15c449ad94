import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

import pytest

from redis_ha.errors import RedisHaError, Unreachable
from redis_ha.faults import disk, leftovers
from redis_ha.intents import FOLDER, LASTS, Intent
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.marks import NodeMarks
from redis_ha.services import decision
from tests.unit.faults.doubles import Blows, MachineNode, Units, as_namespace, environment

LONG_AGO = "2026-01-02T03:04:05+00:00"


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def leave(built: Environment, kind: str, detail: str = "redis", since: str = "") -> None:
    """Write down what a command that has ended changed on redis1."""
    intent = Intent(since or now(), kind, "redis1", detail, "failover --fault hang")
    home = built.folder / FOLDER
    home.mkdir(exist_ok=True)
    (home / f"{token_hex(8)}.json").write_text(json.dumps(asdict(intent)))


@pytest.fixture(autouse=True)
def _nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Units, "is_active", lambda *_: False)
    monkeypatch.setattr(decision, "_told", lambda _: [])


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let every Redis run with a priority of 1 and need 3 replicas; note what it is told."""
    words: list[str] = []

    @contextmanager
    def redis_of(_: Environment, node: Node) -> Iterator[Any]:
        def answer(*said: str) -> list[str]:
            words.extend([] if "GET" in said else [f"{node.name}: {' '.join(said)}"])
            return ["", {"replica-priority": "1", "min-replicas-to-write": "3"}.get(said[-1], "")]

        yield as_namespace(execute_command=answer, info=lambda _: disk.WELL)

    monkeypatch.setattr(leftovers, "redis_of", redis_of)
    monkeypatch.setattr(disk, "redis_of", redis_of)
    monkeypatch.setattr(disk, "_persistence", lambda *_: disk.WELL)
    return words


IS_THERE = {"disk.sh look": ":: disk changed\n"}
SAYS: dict[str, tuple[str, str]] = {
    "power": ("", "redis1: its power was cut"),
    "cut": ("10.0.0.12", "redis1: packets from and to 10.0.0.12 are dropped"),
    "stopped": ("redis", "redis1: redis is stopped (SIGSTOP)"),
    "held": ("redis", "redis1: redis was killed and is kept down"),
    "disk": ("", "redis1: a small file system lies over its append-only folder"),
    "restart": ("redis", "redis1: redis was to be restarted and does not run"),
    "switchover": (
        "redis2",
        "redis1: writers may be held for 8 s, for a switchover to redis2 broke off",
    ),
    "priority": (
        "50",
        "redis1: `replica-priority` was changed for a switchover, it should be 50",
    ),
    "min-replicas": ("0", "redis1: runs with `min-replicas-to-write` 0 for a drill"),
    "setting": ("databases", "redis1: a drill has set another databases than the inventory"),
    "upload": ("/tmp/redis-ha.1", "redis1: has the upload folder /tmp/redis-ha.1"),
    "provision": ("2-configure.sh", "redis1: 2-configure.sh broke off; `./inv up` goes on from"),
    "upgrade": ("", "redis1: an upgrade broke off; `./inv up` goes on from there"),
}


def test_every_kind_has_its_case() -> None:
    assert SAYS.keys() == leftovers.KINDS.keys()


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("kind", SAYS)
def test_what_is_left_is_named_with_the_command_that_left_it(kind: str) -> None:
    detail, words = SAYS[kind]
    blows = Blows(fails="redis1: true" if kind == "power" else "")
    built = environment(blows, says=IS_THERE)
    leave(built, kind, detail)
    (said,) = map(str, leftovers.look(built))
    assert said.startswith(words)
    assert "; left by `failover --fault hang` of 20" in said


PUT_BACK = {
    "power": "restore redis1",
    "cut": "redis1: network.sh heal",
    "stopped": "redis1: resume redis",
    "held": "redis1: start redis",
    "disk": "redis1: disk.sh unmount",
    "restart": "redis1: start redis",
    "switchover": "redis1: CLIENT UNPAUSE",
    "priority": "redis1: CONFIG SET replica-priority 50",
    "min-replicas": "redis1: CONFIG SET min-replicas-to-write 1",
    "upload": "redis1: rm -rf /tmp/redis-ha.1",
}


@pytest.mark.parametrize("kind", PUT_BACK)
def test_what_is_left_is_put_back_and_its_entry_goes(kind: str, asked: list[str]) -> None:
    blows = Blows(fails="redis1: true" if kind == "power" else "")
    built = environment(blows, says=IS_THERE)
    leave(built, kind, SAYS[kind][0])
    told: list[str] = []
    leftovers.lift(built, told.append)
    assert PUT_BACK[kind] in [*blows.lines, *asked]
    assert len(told) == 1
    assert not built.intents.left()


@pytest.mark.parametrize("kind", [kind for kind in SAYS if kind not in PUT_BACK])
def test_what_the_next_run_goes_on_with_stays_written_down(kind: str) -> None:
    built = environment(Blows())
    leave(built, kind)
    leftovers.lift(built, pytest.fail)
    assert len(built.intents.left()) == 1


@pytest.mark.parametrize(
    ("kind", "since"),
    [("power", ""), ("disk", ""), ("switchover", LONG_AGO), ("nobody knows it", "")],
)
def test_the_entry_of_what_is_not_there_any_more_goes(kind: str, since: str) -> None:
    built = environment(Blows(), says={"disk.sh look": ":: disk ok\n"})
    leave(built, kind, since=since)
    assert leftovers.look(built) == []
    assert not built.intents.left()


def test_a_node_that_cannot_tell_may_still_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    built = environment(Blows())
    leave(built, "priority")

    def gone(*_: object) -> None:
        raise Unreachable("redis1 does not answer")

    monkeypatch.setattr(leftovers, "redis_of", gone)
    assert len(leftovers.look(built)) == 1
    with pytest.raises(RedisHaError, match=r"could not be put back: .*redis1 does not answer"):
        leftovers.lift(built, pytest.fail)
    assert len(built.intents.left()) == 1


def test_power_comes_before_what_needs_it(asked: list[str]) -> None:
    del asked
    blows = Blows(fails="redis1: true")
    built = environment(blows)
    leave(built, "held")
    leave(built, "power")
    leftovers.lift(built, lambda _: None)
    assert blows.lines.index("restore redis1") < blows.lines.index("redis1: start redis")


def mark(built: Environment, kind: str, detail: str = "redis") -> None:
    """Leave only what the node itself keeps of a command that has ended."""
    intent = Intent(now(), kind, "redis1", detail, "failover --fault hang")
    built.nodes["redis1"].mark(token_hex(8), intent.as_text(), lasts=False)


@pytest.mark.parametrize("kind", sorted(LASTS))
def test_what_only_the_node_knows_is_named_and_put_back(kind: str, asked: list[str]) -> None:
    blows = Blows()
    built = environment(blows, says=IS_THERE)
    mark(built, kind, SAYS[kind][0])
    (said,) = map(str, leftovers.look(built))
    assert said.startswith(SAYS[kind][1])
    assert said.endswith(", perhaps from another machine")
    leftovers.lift(built, lambda _: None)
    assert PUT_BACK[kind] in [*blows.lines, *asked]
    assert not built.nodes["redis1"].kept().marks


def test_what_a_command_here_is_at_work_on_is_not_left() -> None:
    built = environment(Blows(), says=IS_THERE)
    entry = built.intents.begin("stopped", "redis1", "redis")
    assert built.nodes["redis1"].kept().marks
    assert leftovers.look(built) == []
    entry.end()


def test_an_entry_and_its_mark_are_one() -> None:
    built = environment(Blows(), says=IS_THERE)
    leave(built, "stopped")
    (path,) = built.intents.left()
    built.nodes["redis1"].mark(path.stem, path.read_text(), lasts=False)
    (left,) = leftovers.look(built)
    assert "another machine" not in str(left)


@pytest.mark.parametrize("text", ["no entry", '{"kind": "held"}', None])
def test_a_mark_that_this_version_cannot_read_stays(text: str | None) -> None:
    built = environment(Blows())
    later = Intent(now(), "of later", "redis1", "", "up").as_text()
    built.nodes["redis1"].mark("abc", text or later, lasts=False)
    assert leftovers.look(built) == []
    assert "abc" in built.nodes["redis1"].kept().marks


def test_an_old_upload_is_named_and_removed_though_nobody_wrote_it_down(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    blows = Blows()
    built = environment(blows)
    uploads = {"/tmp/redis-ha.1": 1767323045.0}
    monkeypatch.setattr(
        MachineNode, "kept", lambda node: NodeMarks({}, uploads if node.name == "redis1" else {})
    )
    (said,) = map(str, leftovers.look(built))
    assert said == f"redis1: has the upload folder /tmp/redis-ha.1; left of {LONG_AGO}"
    leftovers.lift(built, lambda _: None)
    assert PUT_BACK["upload"] in blows.lines


def test_a_mark_steers_no_terminal() -> None:
    built = environment(Blows(), says=IS_THERE)
    mark(built, "stopped", "redis\x1b[2J\n")
    assert str(leftovers.look(built)[0]).isprintable()
