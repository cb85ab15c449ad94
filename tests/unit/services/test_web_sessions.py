"""redis_ha/services/web_sessions.py: what sessions of a drill remember, as PHP wrote it."""

from pathlib import Path

import pytest

from redis_ha import inventory
from redis_ha.services import web_sessions
from tests.unit import builders, resp

DRILL = "redis-ha:drill:ab12"
PLAIN = f'drill|s:19:"{DRILL}";seen|s:33:"php-session-1:1,php-session-1:2";count|i:2;'
WHOLE = f'a:2:{{s:5:"drill";s:19:"{DRILL}";s:4:"seen";s:15:"php-session-1:1";}}'


@pytest.mark.parametrize(("text", "count"), [(PLAIN, 2), (WHOLE, 1), ('drill|s:1:"x";', 0)])
def test_both_of_phps_forms_are_read(text: str, count: int) -> None:
    wanted = {f"{DRILL}:php-session-1:{number}" for number in range(1, count + 1)}
    assert web_sessions.requests(text, DRILL) == wanted


def test_only_the_sessions_of_the_drill_are_told_and_removed(tmp_path: Path) -> None:
    there = {
        "session:one": PLAIN,
        "session:other": PLAIN.replace("ab12", "cd34"),
        "session:visitor": 'basket|s:3:"tea";',
        "session:gone": None,
    }
    asked: list[list[str]] = []

    def answer(words: list[str]) -> bytes:
        asked.append(words)
        match words:
            case ["SCAN", *_]:
                return resp.array(resp.bulk("0"), resp.array(*map(resp.bulk, there)))
            case ["MGET", *names]:
                return resp.array(*(resp.bulk(there[name]) for name in names))
        return resp.OK if words[0] != "UNLINK" else b":1\r\n"

    with resp.served(answer) as port:
        default = inventory.load("default")
        topology = builders.changed(default, redis=builders.changed(default.redis, port=port))
        host = builders.folder_host(default.node("redis1"), tmp_path, "127.0.0.1")
        built = builders.environment([host], topology, tmp_path)
        node = built.node("redis1")
        found = web_sessions.of_drill(built, node, DRILL)
        web_sessions.remove(built, node, DRILL)
    assert found.keys() == {"session:one"}
    assert len(found["session:one"]) == 2
    assert ["SELECT", "1"] in asked
    assert [words for words in asked if words[0] == "UNLINK"] == [["UNLINK", "session:one"]]
