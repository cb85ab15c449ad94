"""Every rule about a TYPO3 site says no where it should, and is silent right beside that."""

from dataclasses import replace
from typing import Any

import pytest

from redis_ha.checkers.configuration.finding import Severity
from redis_ha.checkers.typo3 import RULES, Rule, databases, findings, options, servers, site
from redis_ha.typo3.site import Garbage, NamedServer, Part, Site, Value, read

WRONG, RISKY, NOTE = Severity.WRONG, Severity.RISKY, Severity.NOTE
BACKEND = "TYPO3\\CMS\\Core\\Cache\\Backend\\RedisBackend"
PHP = {int: "int", bool: "bool", str: "string", float: "float"}
MASKED = Value("string")
"""A password that is there and not shown."""


def value(given: object) -> Value:
    if isinstance(given, Value):
        return given
    return Value(PHP[type(given)], given == "", given)


def part(name: str, **given: object) -> Part:
    settings = {"hostname": "127.0.0.1", "port": 6379, "password": MASKED, **given}
    return Part(name, {key: value(each) for key, each in settings.items() if each is not None})


def cache(name: str = "pages", **given: object) -> Part:
    return part(name, **{"database": 5, "connectionTimeout": 1, **given})


def sessions(**given: object) -> Part:
    return part("sessions FE", **{"database": 2, **given})


REDIS = NamedServer(
    policy="volatile-ttl", maxmemory=1 << 28, role="master", replicas=2, direct=False
)
GOOD = Site(
    typo3="13.4.22",
    socket_timeout_s=10,
    caches=(cache(),),
    sessions=(sessions(),),
    locks=part("locks", database=3),
    servers={"127.0.0.1:6379": REDIS},
    garbage=Garbage(tasks=1, ago_s=3600),
    modes={"settings.php": 0o640},
)


def of(version: str = "13.4.22", **changed: Any) -> Site:
    return replace(GOOD, typo3=version, **changed)


def moved(version: str = "13.4.22", name: str = "pages", **given: object) -> Site:
    return of(version, caches=(cache(name, **given),))


def visited(version: str = "13.4.22", **given: object) -> Site:
    return of(version, sessions=(sessions(**given),))


def served(**changed: Any) -> Site:
    return of(servers={"127.0.0.1:6379": replace(REDIS, **changed)})


NO: dict[str, tuple[Rule, Site, Severity]] = {
    "a port as text": (options.kinds, moved(port="6379"), WRONG),
    "a port as text, in 12": (options.kinds, moved("12.4.45", port="6379"), RISKY),
    "a port of sessions as text, in 12": (options.kinds, visited("12.4.45", port="6379"), WRONG),
    "a database as text, in 12": (options.kinds, moved("12.4.45", database="5"), WRONG),
    "half a second": (options.kinds, moved("12.4.45", connectionTimeout=0.5), WRONG),
    "a number for yes": (options.kinds, moved("14.3.0", persistentConnection=1), WRONG),
    "a number for yes, in 13": (options.kinds, moved(persistentConnection=1), RISKY),
    "text, the version unknown": (options.kinds, moved("", port="6379"), WRONG),
    "no password, in 14": (options.empty, moved("14.3.0", password=Value("string", True)), WRONG),
    "no user, in 14": (options.empty, visited("14.3.0", username=""), WRONG),
    "a prefix, in 12": (options.unknown, moved("12.4.45", keyPrefix="a_"), WRONG),
    "a user of a cache, in 13": (options.unknown, moved(username="typo3"), WRONG),
    "a user of sessions, in 13": (options.unknown, visited(username="typo3"), RISKY),
    "a timeout of sessions": (options.unknown, visited(connectionTimeout=1), RISKY),
    "a cache of PHP": (options.fixed_caches, moved(name="fluid_template"), WRONG),
    "guesses of passwords": (options.fixed_caches, moved(name="ratelimiter"), RISKY),
    "a rootline for an hour": (options.lifetimes, moved(name="rootline"), NOTE),
    "a pattern as prefix": (options.prefixes, moved(keyPrefix="site*"), WRONG),
    "a colon in a prefix": (options.prefixes, moved(keyPrefix="site:"), RISKY),
    "no database": (databases.named, moved(database=None), RISKY),
    "no database of sessions": (databases.named, visited(database=None), RISKY),
    "sessions in a cache": (databases.sessions_apart, visited(database=5), WRONG),
    "all in the first": (
        databases.sessions_apart,
        of(caches=(cache(database=None),), sessions=(sessions(database=0),)),
        WRONG,
    ),
    "two caches in one": (databases.caches_apart, of(caches=(cache(), cache("hash"))), RISKY),
    "a prefix that begins another": (
        databases.caches_apart,
        of(caches=(cache(keyPrefix="a_"), cache("hash", keyPrefix="a_b_"))),
        RISKY,
    ),
    "locks in a cache": (databases.locks_apart, moved(database=3), RISKY),
    "no time to connect": (servers.connect_timeout, moved(connectionTimeout=None), RISKY),
    "any time to connect": (servers.connect_timeout, moved(connectionTimeout=0), RISKY),
    "sessions go first": (servers.eviction, served(policy="allkeys-lru"), WRONG),
    "nothing goes": (servers.eviction, served(policy="noeviction"), RISKY),
    "a replica": (servers.replica, served(role="slave"), WRONG),
    "one of three": (servers.direct, served(direct=True), RISKY),
    "no answer": (servers.silent, served(trouble="Connection refused"), NOTE),
    "a minute for a page": (site.socket_timeout, of(socket_timeout_s=60), RISKY),
    "no task": (site.garbage, of(garbage=Garbage()), RISKY),
    "a task that never runs": (site.garbage, of(garbage=Garbage(tasks=1)), RISKY),
    "a scheduler that is off": (site.garbage, of(garbage=Garbage(tasks=1, ago_s=10**6)), RISKY),
    "a database that is silent": (site.garbage, of(garbage=Garbage("no answer")), NOTE),
    "settings for everybody": (site.readable, of(modes={"settings.php": 0o664}), RISKY),
    "no Redis": (site.redis, of(caches=(), sessions=(), locks=None), NOTE),
}
SILENT: dict[str, tuple[Rule, Site]] = {
    "whole numbers": (options.kinds, GOOD),
    "a user beside the password": (options.kinds, moved(password=Value("array"))),
    "no password, in 13": (options.empty, moved(password=Value("string", True))),
    "a password, in 14": (options.empty, moved("14.3.0")),
    "a prefix, in 13": (options.unknown, moved(keyPrefix="a_")),
    "a user, in 14": (options.unknown, moved("14.3.0", username="typo3")),
    "options, the version unknown": (options.unknown, moved("", nosuch=1)),
    "pages": (options.fixed_caches, GOOD),
    "a rootline for a month": (
        options.lifetimes,
        moved(name="rootline", defaultLifetime=2592000),
    ),
    "pages, which core gives no lifetime": (options.lifetimes, GOOD),
    "letters as prefix": (options.prefixes, moved(keyPrefix="site_")),
    "the first database by its number": (databases.named, moved(database=0)),
    "a database each": (databases.sessions_apart, GOOD),
    "the same number on another server": (
        databases.sessions_apart,
        visited(database=5, port=6380),
    ),
    "sessions beside a cache with a prefix": (
        databases.sessions_apart,
        of(caches=(cache(keyPrefix="a_"),), sessions=(sessions(database=5),)),
    ),
    "two caches apart": (databases.caches_apart, of(caches=(cache(), cache("hash", database=4)))),
    "two prefixes": (
        databases.caches_apart,
        of(caches=(cache(keyPrefix="a_"), cache("hash", keyPrefix="b_"))),
    ),
    "locks apart": (databases.locks_apart, GOOD),
    "no locks": (databases.locks_apart, of(locks=None)),
    "a second to connect": (servers.connect_timeout, GOOD),
    "pages go first": (servers.eviction, served(policy="volatile-lru")),
    "a server that tells no policy": (servers.eviction, served(policy="")),
    "a master": (servers.replica, GOOD),
    "a proxy": (servers.direct, GOOD),
    "a server alone": (servers.direct, served(direct=True, replicas=0)),
    "nobody knows whose address": (servers.direct, served(direct=None)),
    "an answer": (servers.silent, GOOD),
    "ten seconds for a page": (site.socket_timeout, GOOD),
    "a minute, without Redis": (
        site.socket_timeout,
        of(socket_timeout_s=60, caches=(), sessions=(), locks=None),
    ),
    "a task that ran": (site.garbage, GOOD),
    "no task, without a cache": (site.garbage, of(garbage=Garbage(), caches=())),
    "settings for a group": (site.readable, of(modes={"settings.php": 0o660})),
    "some Redis": (site.redis, GOOD),
}


@pytest.mark.parametrize(("rule", "looked_at", "severity"), NO.values(), ids=NO)
def test_it_says_no_with_a_value_that_would_do(
    rule: Rule, looked_at: Site, severity: Severity
) -> None:
    found = list(rule(looked_at))
    assert [each.severity for each in found] == [severity]
    assert all(each.now and each.better and each.why for each in found)


@pytest.mark.parametrize(("rule", "looked_at"), SILENT.values(), ids=SILENT)
def test_it_is_silent_beside_that(rule: Rule, looked_at: Site) -> None:
    assert list(rule(looked_at)) == []


def test_every_rule_has_both_cases() -> None:
    assert {case[0] for case in NO.values()} == {case[0] for case in SILENT.values()} == set(RULES)


def test_a_good_site_has_no_finding_and_a_bad_one_the_worst_first() -> None:
    assert findings(GOOD) == []
    bad = replace(moved(port="6379", connectionTimeout=None), modes={"settings.php": 0o664})
    assert [each.severity for each in findings(bad)] == [WRONG, RISKY, RISKY]


def test_a_site_is_read_from_what_its_php_said() -> None:
    option = {"kind": "int", "empty": False, "value": 5}
    said = {
        "typo3": "14.3.0",
        "socket_timeout_s": 60,
        "caches": {"pages": {"backend": BACKEND, "options": {"database": option}}},
        "sessions": {},
        "locks": None,
        "servers": {"127.0.0.1:6379": {"policy": "volatile-ttl", "direct": None}},
        "garbage": {"tasks": 1, "ran": 100, "now": 160},
        "modes": {"settings.php": 0o640},
    }
    found = read(said)
    assert found.version
    assert found.version.name == "14.3"
    assert found.caches == (Part("pages", {"database": Value("int", False, 5)}, BACKEND),)
    assert found.caches[0].place == ("127.0.0.1:6379", 5)
    assert found.garbage == Garbage(tasks=1, ago_s=60)
    assert found.servers["127.0.0.1:6379"] == NamedServer(policy="volatile-ttl")
    assert read({**said, "garbage": {"trouble": "no"}}).garbage == Garbage("no")
    assert read({**said, "typo3": None}).version is None
