"""What the doctor says of a web node: each rule says no where it should, and is silent else."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from redis_ha import inventory
from redis_ha.checkers.configuration import Finding, Severity
from redis_ha.checkers.configuration.reading import read
from redis_ha.checkers.configuration.settings import Settings
from redis_ha.checkers.configuration.web import (
    RULES,
    connections,
    findings_on,
    lifetimes,
    timeouts,
    way_to_redis,
)
from redis_ha.provision import configuration
from redis_ha.roles.proxy import Proxy
from redis_ha.roles.redis import Redis
from redis_ha.roles.web import Web
from tests.unit.builders import changed

DEFAULT = inventory.load("default")
RISKY = Severity.RISKY


def settings(*tables: object, roles: tuple[str, ...] = ("proxy", "web")) -> Settings:
    """Return the default environment with other tables, and other roles of its web node."""
    nodes = [changed(each, roles=roles) if each.name == "web1" else each for each in DEFAULT.nodes]
    topology = changed(DEFAULT.having(*tables), nodes=tuple(nodes))
    return read(topology, configuration.planned(topology))


def told(found: Iterable[Finding]) -> list[tuple[str, Severity, str]]:
    return [(each.setting, each.severity, each.better) for each in found]


SAYS: dict[str, tuple[Any, Settings, list[tuple[str, Severity, str]]]] = {
    "no proxy beside it": (
        way_to_redis,
        settings(roles=("web",)),
        [("nodes.roles", Severity.WRONG, "web1 proxy, web")],
    ),
    "connections that are cut under a page": (
        timeouts,
        settings(Proxy(idle_timeout_s=200)),
        [("proxy.idle_timeout_s", RISKY, "518")],
    ),
    "a lock that ends while its page is held": (
        timeouts,
        settings(Web(session_lock_s=8)),
        [("web.session_lock_s", RISKY, "18")],
    ),
    "more connections than the proxy takes": (
        connections,
        settings(Web(children=250, connections=4)),
        [("proxy.max_connections", RISKY, "1250")],
    ),
    "more than Redis takes": (
        connections,
        replace(settings(), redis=(replace(settings().redis[0], maxclients=240),)),
        [("maxclients", RISKY, "250")],
    ),
    "sessions that end before caches do": (
        lifetimes,
        settings(Web(session_lifetime_s=3600)),
        [("web.session_lifetime_s", RISKY, "172800")],
    ),
    "sessions as short as caches": (
        lifetimes,
        settings(Web(session_lifetime_s=86400)),
        [("web.session_lifetime_s", RISKY, "172800")],
    ),
}
SILENT: dict[str, tuple[Any, Settings]] = {
    "a connection that outlives a page": (timeouts, settings(Proxy(idle_timeout_s=260))),
    "a lock that outlives the hold": (timeouts, settings(Web(session_lock_s=9))),
    "as many connections as there is room for": (connections, settings(Web(children=200))),
    "as many as Redis has room for": (
        connections,
        replace(settings(), redis=(replace(settings().redis[0], maxclients=250),)),
    ),
    "sessions that live longer": (lifetimes, settings(Web(session_lifetime_s=86401))),
    "nothing evicted by its end": (
        lifetimes,
        settings(Web(session_lifetime_s=3600), Redis(maxmemory_policy="volatile-lru")),
    ),
}


@pytest.mark.parametrize(("rule", "given", "found"), SAYS.values(), ids=SAYS)
def test_a_rule_says_no(rule: Any, given: Settings, found: list[tuple[str, Severity, str]]) -> None:
    assert told(rule(given)) == found


@pytest.mark.parametrize(("rule", "given"), SILENT.values(), ids=SILENT)
def test_a_rule_is_silent_right_beside_that(rule: Any, given: Settings) -> None:
    assert told(rule(given)) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_what_ships_is_sound_and_where_no_site_is_nobody_speaks(rule: Any) -> None:
    assert told(rule(settings())) == []
    wild = Web(children=1000, connections=100, session_lifetime_s=60, session_lock_s=1)
    assert told(rule(settings(wild, roles=("proxy",)))) == []


def test_phps_own_timeout_is_held_against_the_wait_for_a_master() -> None:
    (found,) = findings_on(DEFAULT, {"web1": 60, "web2": 8})
    assert (found.setting, found.severity) == ("default_socket_timeout", RISKY)
    assert (found.now, found.better) == ("8 (web2)", "60")
    assert "the proxy may hold it for 7.25 s" in found.why
    assert list(findings_on(DEFAULT, {"web1": 9})) == []
