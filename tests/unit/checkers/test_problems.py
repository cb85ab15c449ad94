"""redis_ha/checkers/problems.py: what is wrong in a round, by its evidence alone."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from redis_ha.checkers import problems
from redis_ha.checkers.case import Case
from redis_ha.checkers.evidence import Evidence
from redis_ha.measure.events import Event
from redis_ha.measure.history import NO_MASTER, History, Operation, Outcome
from redis_ha.measure.visits import LOGGED_OUT, OLD_TEXT, WENT_BACK
from redis_ha.services.typo3_stories import Story
from tests.unit.builders import NAMES, operation, snapshot
from tests.unit.kept import FAULT_S, HEALED_S, STRIKE, lacking, operations, seen

Spoil = Callable[[list[Operation]], list[Operation]]


def found(given: Evidence, wrote: list[Operation]) -> list[str]:
    return list(problems.of(Case(given, History(wrote))))


def test_a_failover_without_fault_has_no_problem() -> None:
    assert found(seen(), operations()) == []


def test_what_a_hung_master_answers_to_clients_that_others_wrote_is_no_problem() -> None:
    late = operation(103.5, "redis1", client="ioredis-1")
    assert found(seen(), [*operations(), late]) == []


def of_redis1(wrote: list[Operation]) -> list[Operation]:
    return [each for each in wrote if each.node == "redis1"]


def until_healed(wrote: list[Operation]) -> list[Operation]:
    return [each for each in wrote if each.ended_s < HEALED_S]


def with_an_answer_of_redis1(wrote: list[Operation]) -> list[Operation]:
    return [*wrote, operation(103.5, "redis1", client="unconfirmed-1")]


def as_it_is(wrote: list[Operation]) -> list[Operation]:
    return wrote


def refused(ended_s: float, reply: str) -> Operation:
    return replace(operation(ended_s, "redis2", Outcome.FAILED), error=reply)


ALONE = replace(STRIKE, targets=("redis2", "redis3"))
DARK = replace(STRIKE, targets=NAMES, loses_cache=True)
WRONG: dict[str, tuple[Evidence, Spoil, str]] = {
    "nobody takes over": (
        seen(),
        of_redis1,
        "no other node took a write while the fault lasted",
    ),
    "a split vote": (
        replace(seen(), events=(Event(102.0, "redis2:26379", "-failover-abort-not-elected"),)),
        of_redis1,
        "the Sentinels that were left voted each for itself: they try again after 2 x "
        "failover-timeout",
    ),
    "no failover": (
        seen(after=snapshot()),
        as_it_is,
        "redis1 is still master: there was no failover",
    ),
    "silence in the end": (
        seen(),
        until_healed,
        "no write was acknowledged after the fault had healed",
    ),
    "nobody takes over, and a node said why": (
        seen(),
        lambda wrote: [*of_redis1(wrote), refused(104.0, "OOM"), refused(103.0, "MISCONF")],
        "no other node took a write while the fault lasted: redis2 replied OOM",
    ),
    "silence in the end, and a node said why": (
        seen(),
        lambda wrote: [*until_healed(wrote), refused(107.0, "OOM"), refused(108.0, NO_MASTER)],
        "no write was acknowledged after the fault had healed: redis2 replied OOM",
    ),
    "two masters": (
        seen(),
        with_an_answer_of_redis1,
        "redis1 acknowledged 1 writes after redis2 had begun to",
    ),
    "a replica lacks writes": (
        seen(survivors=lacking("before:7", nodes=["redis3"])),
        as_it_is,
        "redis3 lacks 1 writes that redis2 has",
    ),
    "writes that had to be refused": (
        seen(strike=ALONE, after=snapshot()),
        lambda wrote: [*of_redis1(wrote), operation(104.0), operation(107.0)],
        "1 writes were acknowledged that nothing but redis1 can have",
    ),
    "no disk had them": (
        seen(strike=DARK, after=snapshot(), survivors=lacking("before:7")),
        lambda wrote: [*of_redis1(wrote), operation(107.0)],
        "no disk had the last 0.07 s when every node lost its power (appendfsync)",
    ),
}


@pytest.mark.parametrize(("given", "spoil", "problem"), WRONG.values(), ids=WRONG)
def test_whatever_is_wrong_is_said(given: Evidence, spoil: Spoil, problem: str) -> None:
    assert problem in found(given, spoil(operations()))


def test_an_isolated_master_may_go_on_until_it_has_counted_the_lag() -> None:
    wrote = [*of_redis1(operations()), operation(FAULT_S + 2.9), operation(107.0)]
    assert found(seen(strike=ALONE, after=snapshot()), wrote) == []


def test_a_naive_client_on_the_old_master_is_no_problem() -> None:
    assert found(seen(), [*operations(), operation(103.5, "redis1", client="naive-1")]) == []


# --- visitors of the web node

KEY = "drill:php-session-1:1"


def page(error: str | None = None, key: str = KEY) -> Operation:
    """Return a page that was served, on redis2 after the fault."""
    return replace(operation(104.0, "redis2", client="php-session-1", key=key), error=error)


def held(from_s: float, holder: str) -> Operation:
    return Operation(holder, f"drill:lock-1:{holder}.1", from_s, from_s + 1, Outcome.HELD, "redis2")


def kept(sessions: str | None = "redis-ha", **changes: Any) -> Evidence:
    """Return evidence in which every node has the visitor's write."""
    found = seen(sessions=sessions, strike=replace(STRIKE, **changes))
    had = {name: frozenset({*keys, KEY}) for name, keys in found.survivors.items()}
    return replace(found, survivors=had)


DOUBLED = [held(104.0, "php-lock-1"), held(104.5, "php-lock-2")]
POWER: dict[str, Any] = {"takes_sentinels": True, "is_silent": True}
VISITED: dict[str, tuple[Evidence, list[Operation], list[str]]] = {
    "nothing": (kept(), [page(), *DOUBLED[:1]], []),
    "logged out": (kept(), [page(LOGGED_OUT)], ["visitors were logged out 1 times"]),
    "older": (kept(), [page(WENT_BACK)], ["sessions went back 1 times"]),
    "older, where nobody promised": (kept("php-redis"), [page(WENT_BACK)], []),
    "lost": (
        kept(),
        [page(key="drill:php-session-1:2")],
        ["1 writes of sessions that were confirmed are lost"],
    ),
    "two with a lock": (kept(), DOUBLED, ["1 times two requests had the lock of one session"]),
    "two with a lock, the power gone": (kept(**POWER), DOUBLED, []),
    "two with a lock, cut off": (kept(takes_sentinels=True, cuts=True), DOUBLED, []),
}


@pytest.mark.parametrize(("given", "more", "wanted"), VISITED.values(), ids=VISITED)
def test_what_must_not_happen_to_visitors_is_a_problem(
    given: Evidence, more: list[Operation], wanted: list[str]
) -> None:
    assert found(given, [*operations(), *more]) == wanted


# --- a TYPO3 site

EDIT = "redis-ha:drill:ab12:typo3-editor-1:4.1"
LATER = "redis-ha:drill:ab12:typo3-editor-1:4.2"


def of_site(client: str, error: str | None = None, key: str = "drill:page:1") -> Operation:
    return replace(operation(104.0, None, client=client, key=key), error=error)


def edited(record: str | None, page: str | None, *, served: bool = True) -> Evidence:
    """Return evidence of what a page and its record had long after the end."""
    return seen(stories={"/story-4": Story(record, page, served)})


SAVED = [of_site("typo3-editor-1", key=EDIT)]
SITE: dict[str, tuple[Evidence, list[Operation], list[str]]] = {
    "nothing": (edited(EDIT, EDIT), [*SAVED, of_site("typo3-page-1")], []),
    "a page that was old for a moment": (
        edited(EDIT, EDIT),
        [*SAVED, of_site("typo3-page-1", OLD_TEXT)],
        [],
    ),
    "a page that stays old": (
        edited(LATER, EDIT),
        [*SAVED, replace(of_site("typo3-editor-1", key=LATER), outcome=Outcome.INDETERMINATE)],
        ["old long after the end: /story-4"],
    ),
    "a page that is gone": (
        edited(EDIT, None, served=False),
        SAVED,
        ["not served long after the end: /story-4"],
    ),
    "a lost edit": (edited(None, None), SAVED, ["1 edits were acknowledged and are lost"]),
    "a visitor logged out": (
        seen(),
        [of_site("typo3-visitor-1", LOGGED_OUT)],
        ["visitors were logged out 1 times"],
    ),
    "the editor logged out": (
        seen(),
        [of_site("typo3-backend-1", LOGGED_OUT)],
        ["the editor was logged out 1 times"],
    ),
}


@pytest.mark.parametrize(("given", "more", "wanted"), SITE.values(), ids=SITE)
def test_what_must_not_happen_to_a_site_is_a_problem(
    given: Evidence, more: list[Operation], wanted: list[str]
) -> None:
    assert found(given, [*operations(), *more]) == wanted
