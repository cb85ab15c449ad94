"""redis_ha/nodes/last_words.py: what the log of each server ends with, and what mends it."""

import pytest

from redis_ha import inventory
from redis_ha.errors import CommandFailed, NotStarted
from redis_ha.nodes import last_words
from redis_ha.nodes.last_words import telling
from redis_ha.proc import LATE, Result

TOPOLOGY = inventory.load("default")
REDIS = TOPOLOGY.processes(TOPOLOGY.node("redis1")).named("redis")
AT = "26 Nov 2026 00:20:12.090"
FOLDER = "/var/lib/redis/appendonlydir"

STARTS = {
    "Redis 7": [
        f"1:C {AT} # oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo",
        f"1:C {AT} # Redis version=7.0.15, bits=64, commit=00000000, just started",
        f"1:C {AT} # Configuration loaded",
        f"1:M {AT} # Server initialized",
        f"1:M {AT} # WARNING Memory overcommit must be enabled!",
    ],
    "Redis 8": [
        f"1:C {AT} * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo",
        f"1:C {AT} * Configuration loaded",
        f"1:M {AT} * Server initialized",
    ],
    "Valkey 9": [
        f"1:M {AT} * oO0OoO0OoO0Oo Valkey is starting oO0OoO0OoO0Oo",
        f"1:M {AT} * Running mode=standalone, port=6379.",
        f"1:M {AT} * Server initialized",
    ],
}
SYSTEMD = [
    "redis-server.service: Main process exited, code=exited, status=1/FAILURE",
    "redis-server.service: Failed with result 'exit-code'.",
    "Failed to start redis-server.service - Advanced key-value store.",
]
AOF = (
    "Bad file format reading the append only file appendonly.aof.2.incr.aof: make a backup of your "
    "AOF file, then use ./redis-check-aof --fix <filename.manifest>"
)
RDB = "Internal error in RDB reading offset 0, function at rdb.c:3249 -> Unexpected EOF reading RDB"
SHORT = "Short read or OOM loading DB. Unrecoverable error, aborting now."
CHECKED = "[offset 0] Checking RDB file appendonly.aof.2.base.rdb"
MANIFEST = "Invalid AOF manifest file format"
MISSING = "Unable to obtain the AOF file appendonly.aof.2.incr.aof length. stat: No such file"


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([f"1:M {AT} * RDB is base AOF", f"1:M {AT} # {AOF}"], AOF),
        ([f"1:M {AT} # {SHORT}", f"1:M {AT} # {RDB}", CHECKED], RDB),
        ([f"1:M {AT} # >>> 'x'", "", f"1:M {AT} # {MANIFEST}"], MANIFEST),
    ],
)
def test_the_last_warning_of_the_last_run_tells_most(
    start: list[str], lines: list[str], told: str
) -> None:
    older = [*start, f"1:M {AT} # something else", *SYSTEMD]
    assert telling([*older, *start, *lines, *SYSTEMD]) == told


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_one_that_was_killed_has_no_warning_of_its_own(start: list[str]) -> None:
    assert telling([*start, f"1:M {AT} * Ready to accept connections"]) == (
        "Ready to accept connections"
    )


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (
            [
                *STARTS["Redis 8"],
                "*** FATAL CONFIG FILE ERROR (Redis 8.0.2) ***",
                "Reading the configuration file, at line 3",
                ">>> 'nonsense'",
                "Bad directive or wrong number of arguments",
            ],
            "Reading the configuration file, at line 3 >>> 'nonsense' "
            "Bad directive or wrong number of arguments",
        ),
        (["Error: listen EADDRINUSE 127.0.0.1:8081", "", SYSTEMD[0]], None),
        (["redis.service: Failed at step EXEC spawning /usr/bin/redis-server: No such file"], None),
        ([], ""),
    ],
)
def test_what_others_say_is_taken_as_it_is(lines: list[str], told: str | None) -> None:
    assert telling(lines) == (lines[0] if told is None else told)


class Node:
    """A node whose log holds some lines."""

    name = "redis2"

    def __init__(self, *lines: str, obstacle: str = "") -> None:
        self.lines, self._obstacle = lines, obstacle

    def run(self, *argv: str, sudo: bool = False, check: bool = True) -> Result:
        assert (argv[:2], sudo, check) == (("log", "redis"), False, False)
        return Result(argv, 0, "\n".join(self.lines))

    def path(self, absolute: str) -> str:
        return absolute

    def by_hand(self, program: str) -> str:
        return f"sudo {program}"

    def log_command(self, unit: str, lines: int, *, follow: bool) -> tuple[str, ...]:
        assert not follow
        return ("log", unit, str(lines))

    def obstacle(self, unit: str) -> str:
        assert unit == "redis"
        return self._obstacle


ANEW = f"while another node is master, `sudo rm -r {FOLDER}` on redis2 loses nothing"
CHECK_RDB = f"`sudo redis-check-rdb {FOLDER}/*.base.rdb` on redis2 says where it is damaged"
MENDS = {
    AOF: f"`sudo redis-check-aof --fix {FOLDER}/appendonly.aof.2.incr.aof` on redis2 cuts it off",
    AOF.replace("incr.aof", "base.rdb"): CHECK_RDB,
    RDB: CHECK_RDB,
    SHORT: CHECK_RDB,
    MISSING: f"put back what is missing in {FOLDER} on redis2, from a backup",
    MANIFEST: f"put back what is missing in {FOLDER} on redis2",
}


@pytest.mark.parametrize(("said", "mend"), MENDS.items(), ids=[each[:30] for each in MENDS])
def test_damage_is_told_with_both_ways_on(said: str, mend: str) -> None:
    node = Node(f"1:M {AT} # {said}")
    words = last_words.why(node, node, REDIS)
    assert words.startswith(f"redis2: redis does not run, its log ends: {said}; {mend}")
    assert words.count(ANEW) == 1
    assert "\n" not in words


def test_what_nobody_has_a_mend_for_is_told_all_the_same() -> None:
    node = Node("bind: Address already in use")
    assert last_words.why(node, node, REDIS) == (
        "redis2: redis does not run, its log ends: bind: Address already in use"
    )
    silent = Node()
    words = last_words.why(silent, silent, REDIS)
    assert words == "redis2: redis does not run, its log says nothing"


def test_what_the_log_cannot_know_comes_first() -> None:
    node = Node("of an earlier run", obstacle="can't find command 'redis-server'")
    assert last_words.why(node, node, REDIS).endswith(" can't find command 'redis-server'")


def test_a_start_that_takes_too_long_has_not_failed() -> None:
    node = Node()
    late = CommandFailed("redis2", ("systemctl",), LATE, "silent for 60 s")
    with pytest.raises(CommandFailed, match="silent for 60 s"), last_words.told(node, node, REDIS):
        raise late
    with pytest.raises(NotStarted, match="says nothing"), last_words.told(node, node, REDIS):
        raise CommandFailed("redis2", ("systemctl",), 1, "Job failed. See `systemctl status`")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("requirepass hunter2-hunter2 more", "requirepass ******** more"),
        ("sentinel auth-pass mymaster hunter2-hunter2", "sentinel auth-pass mymaster ********"),
        ("sentinel sentinel-pass hunter2-hunter2", "sentinel sentinel-pass ********"),
        ("primaryauth hunter2-hunter2", "primaryauth ********"),
    ],
)
def test_a_line_with_a_password_that_a_server_does_not_understand_has_it_masked(
    line: str, shown: str
) -> None:
    lines = [
        "*** FATAL CONFIG FILE ERROR (Redis 8.0.2) ***",
        "Reading the configuration file, at line 9",
        f">>> '{line}'",
        "wrong number of arguments",
    ]
    assert telling(lines) == (
        f"Reading the configuration file, at line 9 >>> '{shown}' wrong number of arguments"
    )
