"""redis_ha/services/runaway.py: who is busy for how long, and what ends that."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from redis_ha import inventory
from redis_ha.errors import RedisHaError
from redis_ha.nodes.environment import Environment
from redis_ha.services import cluster, health, runaway
from redis_ha.services.snapshot import SeenServer
from tests.unit import builders, resp

SCRIPT = resp.error(
    "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE."
)
FUNCTION = resp.error(
    "BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE."
)
MODULE = resp.error("BUSY Redis is busy running a module command.")
WROTE = resp.error("UNKILLABLE Sorry the script already executed write commands.")
OVER = resp.error("NOTBUSY No scripts in execution right now.")
RUNNING = resp.array(
    resp.bulk("running_script"),
    resp.array(resp.bulk("name"), resp.bulk("endless"), resp.bulk("duration_ms"), b":61500\r\n"),
)


class Busy:
    """An environment of one node, whose Redis answers with BUSY all but some commands."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.reply = SCRIPT
        self.answers: Mapping[str, bytes] = {}
        self.asked: list[str] = []
        port = stack.enter_context(resp.served(self._answer, "127.0.0.1"))
        default = inventory.load("default")
        one = builders.changed(default.node("redis1"), sentinels=())
        topology = builders.changed(
            default, nodes=(one,), redis=builders.changed(default.redis, port=port)
        )
        host = builders.folder_host(one, folder, "127.0.0.1")
        self.environment: Environment = builders.environment([host], topology, folder)

    def _answer(self, words: list[str]) -> bytes:
        if words[0] == "AUTH":
            return resp.OK
        self.asked.append(" ".join(words))
        return self.answers.get(" ".join(words), self.reply)

    def end(self) -> bool:
        return runaway.end(self.environment, self.environment.node("redis1"))


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Busy]:
    with ExitStack() as stack:
        yield Busy(tmp_path, stack)


@pytest.mark.parametrize(
    ("reply", "command"),
    [(SCRIPT, "SCRIPT KILL"), (FUNCTION, "FUNCTION KILL")],
    ids=["script", "function"],
)
def test_what_the_reply_names_ends_it(busy: Busy, reply: bytes, command: str) -> None:
    busy.reply, busy.answers = reply, {command: resp.OK}
    assert busy.end()
    assert busy.asked[-1] == command


def test_who_answers_is_left_alone(busy: Busy) -> None:
    busy.reply = resp.OK
    assert not busy.end()
    assert busy.asked == ["PING"]


def test_one_that_is_over_meanwhile_was_none(busy: Busy) -> None:
    busy.answers = {"SCRIPT KILL": OVER}
    assert not busy.end()


@pytest.mark.parametrize(
    ("reply", "answers", "says"),
    [
        (SCRIPT, {"SCRIPT KILL": WROTE}, "a script that has written, .* SHUTDOWN NOSAVE, which"),
        (MODULE, {}, "a command of a module: wait until it ends"),
    ],
    ids=["has written", "module"],
)
def test_what_no_server_ends_is_told_with_what_is_left(
    busy: Busy, reply: bytes, answers: dict[str, bytes], says: str
) -> None:
    busy.reply, busy.answers = reply, answers
    with pytest.raises(RedisHaError, match=f"^redis1 is busy with {says}"):
        busy.end()


def test_a_function_tells_for_how_long_it_has_run(busy: Busy) -> None:
    busy.reply, busy.answers = FUNCTION, {"FUNCTION STATS": RUNNING}
    (view,) = cluster.look(busy.environment).nodes
    assert (view.role, view.busy_s, view.stays_refused) == ("unknown", 61.5, True)
    assert view.refusal == (
        "redis1 is busy with a script or function for at least 61 s (BUSY); "
        "`./inv heal` ends it where the server allows that"
    )


def test_of_a_script_the_sentinels_know_since_when_nobody_heard_of_its_server() -> None:
    def heard(seconds: float) -> tuple[SeenServer, ...]:
        return (SeenServer("redis2", "10.0.0.2", 6379, ("slave", "s_down"), seconds),)

    views = [
        builders.redis_view("redis1", "master"),
        builders.redis_view("redis2", "unknown", busy_s=0.0, refusal="redis2 is busy"),
    ]
    told = [
        builders.sentinel_view(name, replicas_seen=heard(seconds))
        for name, seconds in (("redis1", 31.0), ("redis2", 90.0))
    ]
    seen = runaway.timed(views, told)
    assert [view.busy_s for view in seen] == [None, 30.0]
    snapshot = builders.snapshot(seen, told)
    assert "redis2 is busy with a script or function for at least 30 s (BUSY)" in str(
        health.problems(snapshot)
    )


def test_one_that_nobody_has_counted_yet_is_busy_all_the_same() -> None:
    busy = builders.redis_view("redis1", "unknown", busy_s=0.0, refusal="redis1 is busy")
    (view,) = runaway.timed([busy], [])
    assert str(view.refusal).startswith("redis1 is busy with a script or function (BUSY);")
