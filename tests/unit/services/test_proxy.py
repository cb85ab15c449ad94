"""What a proxy believes, as its status page has it, and where that is not so."""

import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from redis_ha import inventory
from redis_ha.errors import RedisHaError
from redis_ha.render import FILES
from redis_ha.services import proxy, running
from redis_ha.services.proxy import Belief
from redis_ha.services.running import Told
from tests.unit.builders import folders, sentinel_view, snapshot

DEFAULT, TWO = inventory.load("default"), inventory.load("two-nodes")
NAMES = ("redis1", "redis2", "redis3")
GOOD = Belief("redis1", 35, 2, {"redis1": 3}, frozenset({"redis1"}))
NOBODY = replace(GOOD, master=None)


def page(up: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Yield the lines of a page on which these servers of these backends are up."""
    yield "# pxname,svname,scur,status,lastchg,"
    yield "clients,FRONTEND,2,OPEN,,"
    yield f"starting,checks,0,{'UP' if 'starting' in up else 'DOWN'},9,"
    backends: dict[str, tuple[str, ...]] = {"redis": (*NAMES, "hold")}
    backends |= {f"{kind}_{name}": NAMES for name in NAMES for kind in ("named", "master")}
    for backend, servers in backends.items():
        for server in (*servers, "BACKEND"):
            status = "UP" if server in up.get(backend, ()) else "DOWN"
            yield f"{backend},{server},0,{status},{35 if status == 'UP' else 9},"


def test_a_page_says_whom_it_leads_to_and_what_that_stands_on() -> None:
    up = {"redis": ("redis1", "hold"), "named_redis1": NAMES, "master_redis1": ("redis1",)}
    assert proxy.read(page(up)) == GOOD
    assert str(GOOD) == "to redis1 for 35 s, 2 connections"


def test_a_page_says_that_there_is_nobody_and_since_when() -> None:
    found = proxy.read(page({"redis": ("hold", "BACKEND"), "named_redis2": ("redis3",)}))
    assert found == Belief(None, 9, 2, {"redis2": 1}, frozenset())
    assert str(found) == "to nobody for 9 s, 2 connections"


def test_one_that_is_still_at_its_first_checks_has_not_begun() -> None:
    assert not proxy.read(page({"starting": ("checks",)})).has_begun
    lines = [line.replace("DOWN,9,", "DOWN,0,") for line in page({})]
    assert not proxy.read(lines).has_begun, "a moment later"


@pytest.mark.parametrize("lines", [[], ["<html>"], ["# pxname,svname", "clients,FRONTEND"]])
def test_another_page_is_refused_in_words(lines: list[str]) -> None:
    with pytest.raises(RedisHaError, match="its status page is not HAProxy's"):
        proxy.read(lines)


PLAIN = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n# a,b,\n1,2,\n3,4,\n"
PIECES = (
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    "9\r\n# a,b,\n1,\r\n8\r\n2,\n3,4,\n\r\n0\r\n\r\n"
)


@pytest.mark.parametrize("answer", [PLAIN, PIECES], ids=["HAProxy 3.0", "HAProxy 2.6"])
def test_the_script_prints_the_page_of_either_version(answer: str, tmp_path: Path) -> None:
    script = (FILES / "proxy/status.sh").read_text()
    opened = 'exec 3<>"/dev/tcp/$1/$2"'
    assert opened in script
    (tmp_path / "answer").write_bytes(answer.encode())
    (tmp_path / "status.sh").write_text(
        script.replace(opened, "exec 3<answer").replace(">&3", ">/dev/null")
    )
    done = subprocess.run(
        ["bash", "status.sh", "127.0.0.1", "1"], cwd=tmp_path, capture_output=True, check=True
    )
    assert done.stdout == b"# a,b,\n1,2,\n3,4,\n"


NAMED2 = {"redis2": 2, "redis1": 1}


@pytest.mark.parametrize(
    ("belief", "topology", "said"),
    [
        (GOOD, DEFAULT, None),
        (replace(GOOD, master="redis2"), DEFAULT, "leads to redis2, the Sentinels name redis1"),
        (
            replace(NOBODY, named={"redis1": 1}),
            DEFAULT,
            "leads to nobody: 1 of 3 Sentinels name a master, 1 of them redis1, and it takes 2",
        ),
        (replace(NOBODY, named={}), DEFAULT, "nobody: 0 of 3 Sentinels name a master, and it"),
        (
            replace(NOBODY, named={"redis1": 2}),
            TWO,
            "2 of 4 Sentinels name a master, 2 of them redis1, and it takes 3; "
            "a third machine with a Sentinel is the way out",
        ),
        (
            replace(NOBODY, named=NAMED2),
            DEFAULT,
            "2 of 3 Sentinels name redis2, which is no master that takes writes",
        ),
        (NOBODY, DEFAULT, "the proxy leads to nobody: redis1 has just become master"),
    ],
)
def test_a_difference_is_a_problem_with_its_reason(
    belief: Belief, topology: inventory.Inventory, said: str | None
) -> None:
    found = proxy.problem(belief, snapshot(), topology)
    assert found is None if said is None else said in str(found)


def test_a_proxy_that_leads_somewhere_while_nobody_is_named_is_a_problem() -> None:
    silent = [sentinel_view(name, master=None) for name in NAMES]
    said = proxy.problem(GOOD, snapshot(sentinels=silent), DEFAULT)
    assert said == "the proxy leads to redis1, the Sentinels name nobody"


def test_one_that_does_not_say_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = folders(tmp_path)

    def refuse(*_: object) -> None:
        raise RedisHaError("web1: it is silent")

    monkeypatch.setattr(proxy, "ask", refuse)
    said = "web1: the proxy does not say whom it leads to: web1: it is silent"
    assert proxy.tell(built, built.node("web1"), snapshot()) == Told("127.0.0.21:6379", said)


def test_what_a_role_says_of_a_process_that_runs_is_a_problem_of_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = folders(tmp_path)

    class Runs:
        def is_active(self, unit: str) -> bool:
            return True

    for node in built.nodes.values():
        node.units = Runs()  # type: ignore[assignment]
    monkeypatch.setattr(proxy, "ask", lambda *_: replace(GOOD, master="redis3"))
    views = running.look(built, snapshot())
    said = "web1: the proxy leads to redis3, the Sentinels name redis1"
    assert running.problems(views) == [said]
    assert [view.as_json()["problem"] for view in views if view.role == "proxy"] == [said]
    assert running.problems(running.look(built)) == []
