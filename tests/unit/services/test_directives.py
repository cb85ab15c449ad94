from pathlib import Path

import pytest

from redis_ha.render import PROJECT
from redis_ha.services.directives import Difference, differences, parse
from redis_ha.services.merging import merge

REWRITTEN = PROJECT / "tests/golden/rewritten"
"""What Redis and Sentinel made of rendered files in a failover: real ones, passwords replaced."""

PAIRS = [
    pytest.param(path, path.with_name(path.name.replace("wanted", "rewritten")), id=name)
    for path in sorted(REWRITTEN.glob("*/*.wanted.conf"))
    for name in [f"{path.parent.name}-{path.name.split('.')[0]}"]
]

SENTINEL = """\
port 26379
sentinel monitor mymaster 10.0.0.1 6379 2
sentinel auth-pass mymaster secret
sentinel down-after-milliseconds mymaster 2000
"""
LEARNED = """\
sentinel myid 4b86f16dbd191bf3681787b45e751bfe907456f2
sentinel current-epoch 1
sentinel config-epoch mymaster 1
sentinel leader-epoch mymaster 1
sentinel known-replica mymaster 10.0.0.2 6379
sentinel known-sentinel mymaster 10.0.0.2 26379 9eac97dd76644894e3b6ff50af587284dd8bc249
"""
KNOWN = "sentinel known-replica mymaster 10.0.0.3 6379\n"


VERSIONS = ("7.0", "8.0", "valkey-8.1", "valkey-9.1")


def test_there_are_rewritten_files_of_the_oldest_and_a_recent_version() -> None:
    assert sorted({path.parent.name for path in REWRITTEN.glob("*/*.conf")}) == list(VERSIONS)
    assert len(PAIRS) == 3 * len(VERSIONS)


@pytest.mark.parametrize(("wanted", "rewritten"), PAIRS)
def test_a_rewrite_by_the_server_is_no_difference(wanted: Path, rewritten: Path) -> None:
    ours, theirs = wanted.read_text(), rewritten.read_text()
    assert ours != theirs
    assert differences(ours, theirs) == []
    assert merge(ours, theirs, KNOWN) == theirs


@pytest.mark.parametrize("version", VERSIONS)
def test_a_changed_setting_keeps_what_a_rewritten_sentinel_learned(version: str) -> None:
    wanted = (REWRITTEN / version / "sentinel.wanted.conf").read_text()
    rewritten = (REWRITTEN / version / "sentinel.rewritten.conf").read_text()
    changed = wanted.replace("mymaster 1000\n", "mymaster 1500\n")
    merged = merge(changed, rewritten, KNOWN)
    learned = merged.removeprefix(changed).splitlines()
    assert merged.startswith(changed)
    assert {tuple(line.split()[:2]) for line in learned} == {
        ("sentinel", word)
        for word in (
            "myid",
            "current-epoch",
            "config-epoch",
            "leader-epoch",
            "known-replica",
            "known-sentinel",
        )
    }
    assert [line for line in learned if line not in rewritten.splitlines()] == []
    assert merge(changed, merged) == merged  # the next run changes nothing


SAME = {
    "quotes": ('requirepass "a#b"', "requirepass a#b"),
    "escaped quotes": (r'requirepass "a\"b"', "requirepass 'a\"b'"),
    "units of 1024": ("maxmemory 256mb", "maxmemory 268435456"),
    "units of 1000": ("maxmemory 1k", "maxmemory 1000"),
    "a path with other letters": ('dir "/a b/ä\'"', r'''dir "/a b/\xc3\xa4'"'''),
    "capital units": ("maxmemory 1GB", "maxmemory 1gb"),
    "capital names": ("PORT 1", "port 1"),
    "capital sentinel": ("SENTINEL resolve-hostnames yes", "sentinel resolve-hostnames yes"),
    "names before Redis 5": ("replicaof a 1\nreplica-priority 5", "slaveof a 1\nslave-priority 5"),
    "names of Valkey": ("masterauth a\nmasteruser b", "primaryauth a\nprimaryuser b"),
    "limits of several kinds": (
        "client-output-buffer-limit normal 1mb 0 5 slave 0 0 0",
        "client-output-buffer-limit replica 0 0 0\nclient-output-buffer-limit normal 1048576 0 5",
    ),
    "limits that are the default": (
        "client-output-buffer-limit pubsub 1 2 3",
        "client-output-buffer-limit normal 0 0 0\nclient-output-buffer-limit pubsub 1 2 3",
    ),
    "letters in another order": ("notify-keyspace-events Ex", 'notify-keyspace-events "xE"'),
    "comments and blank lines": ("# a\n\nport 1\n  # b", "port 1"),
    "order": ("a 1\nb 2", "b 2\na 1"),
    "spaces": ("port   1", "port 1"),
    "a password as user": ("port 1", "port 1\nuser default on #00ff ~* &* +@all"),
    "a setting of Sentinel at its default": (
        "sentinel parallel-syncs mymaster 1\nsentinel resolve-hostnames no",
        "",
    ),
    "what Sentinel learned": (SENTINEL, SENTINEL + LEARNED),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_the_same_by_meaning_is_no_difference(one: str, other: str) -> None:
    assert differences(one, other) == []
    assert differences(other, one) == []


DIFFERENT = {
    "another value": ("port 1", "port 2", "port: 2 instead of 1"),
    "missing": ("port 1", "", "port: not set instead of 1"),
    "added": ("", "slowlog-max-len 5", "slowlog-max-len: 5 instead of not set"),
    "empty": ('save ""', "save 3600 1", 'save: 3600 1 instead of ""'),
    "several values": (
        "bind 10.0.0.1",
        "bind 10.0.0.1 10.0.0.2",
        "bind: 10.0.0.1 10.0.0.2 instead of 10.0.0.1",
    ),
    "a line twice": ("save 1 2", "save 1 2\nsave 3 4", "save: 1 2, 3 4 instead of 1 2"),
    "another unit": ("maxmemory 1mb", "maxmemory 1m", "maxmemory: 1000000 instead of 1048576"),
    "case of a value": ("requirepass Abc", "requirepass abc", "requirepass: abc instead of Abc"),
    "not the default": (
        "sentinel parallel-syncs mymaster 2",
        "",
        "sentinel parallel-syncs mymaster: not set instead of 2",
    ),
    "a default that is not wanted": (
        "",
        "sentinel failover-timeout mymaster 10000",
        "sentinel failover-timeout mymaster: 10000 instead of not set",
    ),
    "another master": (
        "sentinel monitor mymaster 10.0.0.1 6379 2",
        "sentinel monitor mymaster 10.0.0.2 6379 2",
        "sentinel monitor mymaster: 10.0.0.2 6379 2 instead of 10.0.0.1 6379 2",
    ),
}


@pytest.mark.parametrize(("wanted", "found", "words"), DIFFERENT.values(), ids=DIFFERENT)
def test_a_difference_is_shown_in_words(wanted: str, found: str, words: str) -> None:
    assert [str(each) for each in differences(wanted, found)] == [words]


def test_differences_come_in_the_order_of_the_keys() -> None:
    found = differences("b 1\na 1\nsentinel announce-port 1", "")
    assert [each.key for each in found] == [("a",), ("b",), ("sentinel", "announce-port")]
    assert found[0] == Difference(("a",), (("1",),), None)


def test_settings_of_each_master_are_kept_apart() -> None:
    parsed = parse("sentinel monitor a 10.0.0.1 1 2\nsentinel monitor b 10.0.0.2 1 2\n")
    assert list(parsed) == [("sentinel", "monitor", "a"), ("sentinel", "monitor", "b")]


@pytest.mark.parametrize(
    "current", [None, "", "port 26379\n"], ids=["no file", "empty", "a vendor's"]
)
def test_known_replicas_are_told_on_the_first_start_only(current: str | None) -> None:
    assert merge(SENTINEL, current, KNOWN) == SENTINEL + KNOWN
    assert KNOWN not in merge(SENTINEL, SENTINEL + LEARNED, KNOWN)
    changed = SENTINEL.replace("2000", "3000")
    assert merge(changed, SENTINEL + LEARNED, KNOWN) == changed + LEARNED


def test_what_was_learned_of_another_master_is_dropped() -> None:
    other = LEARNED.replace("mymaster", "other") + LEARNED
    assert merge(SENTINEL, "port 1\n" + other).removeprefix(SENTINEL).splitlines() == [
        *LEARNED.splitlines()[:2],  # its own id and epoch are of no master
        *LEARNED.splitlines(),
    ]


def test_a_file_that_differs_is_replaced_whole() -> None:
    assert merge("port 1\n", "port 2\nslowlog-max-len 5\n") == "port 1\n"


@pytest.mark.parametrize(
    "line", ['requirepass "open', "sentinel", "sentinel monitor"], ids=["quote", "word", "master"]
)
def test_a_damaged_line_is_a_difference_and_no_accident(line: str) -> None:
    assert differences("port 1\n", f"port 1\n{line}\n") != []
    assert merge("port 1\n", f"port 1\n{line}\n") == "port 1\n"


def test_a_master_that_moved_is_not_among_the_replicas() -> None:
    current = (
        "sentinel monitor mymaster 10.0.0.1 6379 2\n"
        "sentinel known-replica mymaster 10.0.0.2 6379\n"
        "sentinel known-sentinel mymaster 10.0.0.2 26379 abc\n"
        "sentinel config-epoch mymaster 3\n"
    )
    known = "sentinel myid def\nsentinel known-replica mymaster 10.0.0.1 6379\n"
    wanted = "sentinel monitor mymaster 10.0.0.2 6379 2\n"
    assert merge(wanted, current, known) == (
        "sentinel monitor mymaster 10.0.0.2 6379 2\n"
        "sentinel known-sentinel mymaster 10.0.0.2 26379 abc\n"
        "sentinel config-epoch mymaster 3\n"
        "sentinel known-replica mymaster 10.0.0.1 6379\n"
    )
