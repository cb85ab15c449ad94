"""redis_ha/measure/witnesses.py, runtimes.py: clients that others wrote, and what runs them."""

import json
import sys
from pathlib import Path

import pytest

from redis_ha import tool
from redis_ha.errors import RedisHaError
from redis_ha.measure import load, runtimes, witnesses
from redis_ha.measure.history import Operation, Outcome
from redis_ha.measure.program import RunningProgram
from redis_ha.provision import npm
from tests.unit import builders
from tests.unit.builders import changed, program

ABOUT = """echo 'Welcome!'; echo '{"client": "ioredis 5", "runtime": "Node.js 20"}'"""


def test_each_is_told_where_the_sentinels_are_and_how_it_is_set_up(tmp_path: Path) -> None:
    built = builders.folders(tmp_path)
    (python,) = runtimes.witnesses_of(built, ["redis-py", "php-session"])
    told = json.loads(python.told("drill"))
    assert (told["client"], told["prefix"], told["options"]) == ("redis-py-1", "drill", {})
    assert len(told["sentinels"]) == 3
    assert told["redis_password"] == built.secrets.redis
    assert python.servers["127.0.0.12"] == "redis2"
    assert built.secrets.redis not in " ".join(python.command)


@pytest.mark.parametrize("kind", witnesses.KINDS)
def test_a_kind_is_its_library_with_options(kind: str) -> None:
    made = witnesses.Witness(kind, (), {}, (), "mymaster", "", "")
    assert json.loads(made.told("drill"))["options"] == witnesses.KINDS[kind].options
    assert kind.startswith(witnesses.KINDS[kind].library)


def test_the_version_of_redis_py_is_its_own_words(tmp_path: Path) -> None:
    told = load.require(builders.folders(tmp_path), ["redis-py"])
    assert told["redis-py"].startswith("redis-py ")
    assert f"Python {sys.version.split()[0]}" in told["redis-py"]


def test_without_its_runtime_a_kind_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tool, "located", lambda _: None)
    with pytest.raises(RedisHaError, match=r"^--clients: ioredis: no Node.js on this machine \(De"):
        load.require(builders.folders(tmp_path), ["ioredis"])


def test_without_a_web_node_phpredis_is_refused_in_words(tmp_path: Path) -> None:
    built = builders.folders(tmp_path)
    topology = changed(built.topology, nodes=built.topology.server_nodes)
    hosts = [builders.folder_host(spec, tmp_path) for spec in topology.nodes]
    bare = builders.environment(hosts, topology, tmp_path)
    with pytest.raises(RedisHaError, match=r"^--clients: phpredis: no node of `default` has the"):
        load.require(bare, ["phpredis"])


def test_what_a_program_says_of_its_failure_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = program(tmp_path / "bin", "node", "echo 'before' >&2; echo 'no such module' >&2; exit 1")
    monkeypatch.setattr(tool, "located", lambda _: str(node))
    monkeypatch.setattr(runtimes, "_package", lambda: tmp_path)
    with pytest.raises(RedisHaError, match=r"^--clients: ioredis: no such module$"):
        load.require(builders.folders(tmp_path), ["ioredis"])
    program(tmp_path / "bin", "node", ABOUT)
    assert load.require(builders.folders(tmp_path), ["ioredis"]) == {
        "ioredis": "ioredis 5, Node.js 20"
    }


def test_a_kind_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RedisHaError, match=r"no kind of client `iredis`.*ioredis"):
        load.require(builders.folders(tmp_path), ["iredis"])


def test_a_package_is_installed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(npm, "CACHE", tmp_path / "cache")
    program(tmp_path / "bin", "npm", f"""echo "$1" >>{tmp_path / "calls"}""")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    first, second = runtimes._package(), runtimes._package()
    assert first == second
    assert (first / "writer.mjs").exists()
    assert (tmp_path / "calls").read_text().split() == ["view", "ci"]


def test_the_lock_names_no_registry_and_a_hash_for_every_package() -> None:
    lock = json.loads((runtimes.RECIPE / "package-lock.json").read_text())
    packages = {name: each for name, each in lock["packages"].items() if name}
    assert [name for name, each in packages.items() if "resolved" in each] == []
    assert [name for name, each in packages.items() if "integrity" not in each] == []
    pinned = npm.version(runtimes.RECIPE, witnesses.NODE)
    assert packages["node_modules/ioredis"]["version"] == pinned


def test_a_time_may_be_a_whole_number() -> None:
    told: list[Operation] = []
    made = witnesses.Witness("ioredis", (), {"10.0.0.2": "redis2"}, (), "mymaster", "", "")
    running = RunningProgram(made, "drill", told.append)
    name = running._clock.question().split()[1]
    running._read({"clock": name, "at_s": 5})
    running._read(["ioredis-1", "key", 5, 6, "acknowledged", "10.0.0.2", ""])
    (one,) = told
    assert (one.kind, one.node, one.outcome) == ("ioredis", "redis2", Outcome.ACKNOWLEDGED)
    assert one.ended_s - one.invoked_s == pytest.approx(1)
