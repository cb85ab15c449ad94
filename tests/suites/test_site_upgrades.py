"""A TYPO3 site from version to version: what is lost is asked for before, and nothing else is."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import cycle

import pytest

from redis_ha import roles
from redis_ha.errors import NotAgreed, NotApplicable
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.provision import provisioning
from redis_ha.roles.typo3 import CONSOLE, NAME, VISITOR, Typo3
from redis_ha.services import web
from redis_ha.wait import ticks
from tests.suites.member import Member

pytestmark = pytest.mark.timeout(900)
VERSIONS = ("12.4", "13.4", "14.3")
ENDS = "every session ends"
EVERY_S = 0.2


@pytest.fixture
def node(environment: Environment) -> Node:
    (found,) = environment.nodes_with(NAME)
    return found


@pytest.fixture
def begun(environment: Environment, served: None, node: Node) -> Iterator[str]:
    """Have a site of the oldest version; say its URL."""
    del served
    upgraded(environment, VERSIONS[0])
    with web.reached(environment, node) as url:
        yield url


def upgraded(environment: Environment, version: str, *, agreed: bool = False) -> None:
    topology = environment.topology.having(Typo3(version=version))  # type: ignore[arg-type]
    other = replace(environment, topology=topology)
    for name in ("web", NAME):
        provisioning.provision(other, [roles.registry()[name]], print, agreed=lambda _: agreed)


def version(node: Node) -> str:
    """Return which TYPO3 it is, by its own word."""
    said = node.run(node.path(CONSOLE), "--version", sudo=True).stdout
    found = re.search(r"TYPO3 CMS (\d+\.\d+)", said)
    assert found
    return found[1]


@contextmanager
def asking(base: str) -> Iterator[list[tuple[int, str]]]:
    """Have somebody ask for pages all the while; each answer's status, and its page."""
    seen: list[tuple[int, str]] = []
    over = threading.Event()
    asks = threading.Thread(target=partial(_ask, base, seen, over))
    asks.start()
    try:
        yield seen
    finally:
        over.set()
        asks.join()


def _ask(base: str, seen: list[tuple[int, str]], over: threading.Event) -> None:
    paths = cycle(f"story-{number}" for number in range(1, 21))
    for _, path in zip(ticks(EVERY_S), paths, strict=False):
        if over.is_set():
            return
        seen.append((Member(base).asked(path)[0], path))


def test_step_by_step_no_page_is_wrong_and_sessions_end_where_it_was_said(
    environment: Environment, begun: str, node: Node
) -> None:
    member, password = Member(begun), environment.secrets[VISITOR]
    for path in ("", "story-1", "now"):
        assert member.good(path)
    assert member.log_in("visitor", password) == ("visitor", 1)

    with asking(begun) as seen:
        upgraded(environment, "13.4")
    assert version(node) == "13.4"
    assert {status for status, _ in seen} <= {200, 503}
    assert member.who() == ("visitor", 2)

    with pytest.raises(NotAgreed, match=ENDS):
        upgraded(environment, "14.3")
    assert version(node) == "13.4"
    assert member.who() == ("visitor", 3)

    with asking(begun) as seen:
        upgraded(environment, "14.3", agreed=True)
    assert version(node) == "14.3"
    assert {status for status, _ in seen} <= {200, 503}
    assert member.who() == ("", 0)
    assert member.log_in("visitor", password) == ("visitor", 1)
    listed = node.run(node.path(CONSOLE), "scheduler:list", sudo=True).stdout
    assert listed.count("redis-ha: ") == 2

    with pytest.raises(NotApplicable, match="no way back"):
        upgraded(environment, "13.4")
    assert member.good("story-1")
