"""redis_ha/measure/program.py: a program that is a client, its rows and its clock."""

import sys
import threading

import pytest

from redis_ha.measure.history import Operation, Outcome
from redis_ha.measure.program import Clock, RunningProgram
from redis_ha.measure.visits import Visits
from redis_ha.wait import now_s, pause_until, wait_until

AHEAD_S = 5000.0
"""How far the clock of the program is ahead of this machine's."""
PROGRAM = f"""
import json, sys, time
for line in sys.stdin:
    at_s = time.monotonic() + {AHEAD_S}
    word, _, name = line.strip().partition(" ")
    if word == "clock":
        print(json.dumps(dict(clock=name, at_s=at_s)), flush=True)
        continue
    told = json.loads(line)
    key = told["prefix"] + ":php-session-1:1"
    print("Welcome to web1!")
    print(json.dumps(["php-session-1", key, at_s - 0.5, at_s, "acknowledged", "10.0.0.2", ""]))
    print(json.dumps(["php-lock-1", key, at_s, at_s, "indeterminate", "", "503"]), flush=True)
"""


def visits(*command: str) -> Visits:
    return Visits("web1", command, "127.0.0.1", 8080, {"10.0.0.2": "redis2"}, visitors=1)


def run(*command: str) -> tuple[list[Operation], str | None]:
    """Run a program until it has told two operations, or ends by itself."""
    told: list[Operation] = []
    done, ended = threading.Event(), list[str | None]()
    program = RunningProgram(visits(*command), "drill", told.append)
    thread = threading.Thread(target=lambda: ended.append(program.run(done)))
    thread.start()
    wait_until(lambda: len(told) == 2 or ended, what="operations, or the end", timeout_s=10)
    done.set()
    thread.join(10)
    assert not thread.is_alive()
    return told, ended[0]


def test_its_operations_are_told_on_the_clock_of_this_machine() -> None:
    before_s = now_s()
    told, why = run(sys.executable, "-c", PROGRAM)
    assert why is None
    page, lock = told
    assert (page.client, page.key) == ("php-session-1", "drill:php-session-1:1")
    assert (page.outcome, page.node, page.error) == (Outcome.ACKNOWLEDGED, "redis2", None)
    assert (lock.outcome, lock.node, lock.error) == (Outcome.INDETERMINATE, None, "503")
    assert before_s < page.ended_s < now_s()
    assert page.ended_s - page.invoked_s == pytest.approx(0.5)


def test_one_that_ends_by_itself_is_named_with_its_last_words() -> None:
    told, why = run("sh", "-c", "echo before >&2; echo no such program >&2")
    assert (told, why) == ([], "web1: no such program")
    assert run("sh", "-c", "exit 3")[1] == "web1: it says nothing"


def test_of_the_answers_to_questions_for_the_clock_the_quickest_counts() -> None:
    clock = Clock()
    for late_s in (0.05, 0.0, 0.05):
        name = clock.question().split()[1]
        theirs_s = now_s() + AHEAD_S
        pause_until(now_s() + late_s)
        clock.answered(name, theirs_s)
    assert clock.ours_s(AHEAD_S) == pytest.approx(0.0, abs=0.01)
