"""A server that is too old is refused by name, with its version and the way on."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.contract.inv import Inv
from tests.unit import resp
from tests.unit.builders import program

NEEDED = "this needs Redis 7.0 or Valkey 8 or newer"
OLD = b"redis_version:6.2.14\r\nrole:master\r\nmaster_repl_offset:1\r\n"


def answer(words: list[str]) -> bytes:
    return resp.bulk(OLD.decode()) if words[0] == "INFO" else resp.OK


@pytest.fixture
def old(bare: Inv) -> Iterator[str]:
    """Let a Redis 6.2.14 answer as redis1; yield its address."""
    network = bare.inventory.read_text().split("[local]")[1].split('"')[1]
    address = network.replace(".0/24", ".11")
    with ExitStack() as stack:
        stack.enter_context(resp.served(answer, address, 6379))
        yield address


def test_an_old_one_on_path_is_refused_before_anything_is_started(
    bare: Inv, tmp_path: Path
) -> None:
    path = tmp_path / "bin"
    server = program(path, "redis-server", "echo 'Redis server v=6.2.14 sha=0:0 bits=64'")
    said = bare("up", PATH=f"{path}:/usr/bin:/bin")
    assert (said.status, said.out) == (2, "")
    assert f"{server} is Redis 6.2.14; {NEEDED}: install a newer one, " in said.error
    assert not (bare.folder / "supervisord.conf").exists()
    taken_down = bare("down", PATH=f"{path}:/usr/bin:/bin")
    assert taken_down.status == 0


def test_the_status_of_one_that_runs_says_so(bare: Inv, old: str) -> None:
    said = bare("status", "--json")
    assert said.status == 1
    (node,) = (each for each in said.record["nodes"] if each["address"] == old)
    assert (node["server"], node["version"]) == ("Redis", "6.2.14")
    assert f"Redis 6.2.14 on redis1; {NEEDED}" in said.record["problems"]
    assert f"Redis 6.2.14 on redis1; {NEEDED}" in said.error
