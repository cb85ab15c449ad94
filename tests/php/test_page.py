"""What the page makes of the proxy's status page, and which changes of master it keeps."""

import csv
import io
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from redis_ha.render import PROJECT

PROGRAMS = Path(__file__).with_name("page")
COLUMNS = ("# pxname", "svname", "status", "bck", "lastchg", "check_status", "last_chk")
NODES = ("redis1", "redis2", "redis3")
DIFFERS = "TCPCHK did not match content '$10\r\n127.0.0.12\r\n' at step 5"


def php(program: str, said: str, *flags: str) -> Any:
    """Return what a program prints, as JSON."""
    words = ("php", *flags, str(PROGRAMS / program))
    done = subprocess.run(words, input=said, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def status(
    votes: dict[str, str], able: tuple[str, ...] = (), master: str = "", away: tuple[str, ...] = ()
) -> str:
    """Return a status page as HAProxy writes it.

    Args:
        votes: whom each Sentinel names.
        able: who says that he is master and takes writes.
        master: whom clients are led to.
        away: the Sentinels that do not answer.
    """
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    rows.writerow(("clients", "FRONTEND", "OPEN", "", "", "", ""))
    for node in NODES:
        up = "UP" if node == master else "DOWN"
        rows.writerow(("redis", node, up, "0", "75", "L7OK" if node == master else "L7STS", ""))
    rows.writerow(("redis", "hold", "UP", "1", "80", "L7OK", ""))
    for node in NODES:
        is_able = node in able
        rows.writerow((f"master_{node}", node, "UP" if is_able else "DOWN", "0", "9", "L7OK", ""))
        for sentinel, named in votes.items():
            check = ("UP", "L7OK", "") if named == node else ("DOWN", "L7RSP", DIFFERS)
            check = ("DOWN", "* L4CON", "Connection refused") if sentinel in away else check
            rows.writerow((f"named_{node}", sentinel, check[0], "0", "9", *check[1:]))
        rows.writerow((f"named_{node}", "BACKEND", "UP", "0", "9", "", ""))
    return text.getvalue()


ALL = dict.fromkeys(NODES, "redis1")


def test_the_master_is_whom_clients_are_led_to() -> None:
    seen = php("believes.php", status(ALL, ("redis1",), "redis1"))
    assert (seen["master"], seen["for"]) == ("redis1", 75)
    assert seen["sentinels"] == {"all": 3, "majority": 2, "answering": 3, "agreeing": 3}


REASONS = {
    "3 of 3 Sentinels name redis1, which takes no writes now.": status(ALL),
    "The Sentinels do not agree yet: 1 of 3 name redis1, 1 of 3 name redis2, 1 of 3 name redis3.": (
        status({name: name for name in NODES})
    ),
    "No majority of Sentinels is left: 1 of 3 answers, 2 have to agree. Until then the proxy names"
    " nobody; a Sentinel on one more machine is the way out.": status(
        ALL, ("redis1",), away=("redis2", "redis3")
    ),
    "No majority of Sentinels is left: 0 of 3 answer, 2 have to agree. Until then the proxy names"
    " nobody; a Sentinel on one more machine is the way out.": status(ALL, away=NODES),
    "The Sentinels name no node of these.": status(dict.fromkeys(NODES, "redis4")),
    "redis1 does not answer through the proxy.": status(ALL, ("redis1",), "redis1"),
}


@pytest.mark.parametrize("reason", REASONS)
def test_why_there_is_no_master_is_told_in_words(reason: str) -> None:
    assert php("believes.php", REASONS[reason])["reason"] == reason


@pytest.mark.parametrize("text", ["", "<html>", "# pxname,svname\nclients,FRONTEND\n"])
def test_what_is_no_status_page_of_ours_says_nothing(text: str) -> None:
    assert php("believes.php", text) is None


def test_where_nobody_answers_it_says_so_and_waits_for_nothing(tmp_path: Path) -> None:
    access = {"address": "127.0.0.1", "port": 1, "password": "not-told", "database": 1}
    (tmp_path / "sessions.json").write_text(json.dumps(access))
    page = {"web": "web1", "status": "http://127.0.0.1:1/;csv", "nodes": {}}
    (tmp_path / "page.json").write_text(json.dumps(page))
    env = os.environ | {"REDIS_HA_SESSIONS": str(tmp_path / "sessions.json")}
    words = ("php", str(PROJECT / "php" / "public" / "state.php"))
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=True, timeout=10)
    answer = json.loads(done.stdout)
    assert (answer["master"], answer["sentinels"]) == (None, None)
    assert answer["reason"].startswith("Nothing answers through the proxy")
    assert "not-told" not in done.stdout + done.stderr


def changes(*notes: tuple[str, float, float | None]) -> Any:
    return php("changes.php", json.dumps(notes), "-d", "apc.enable_cli=1")


def test_a_change_is_kept_with_its_time_and_the_first_master_is_none() -> None:
    kept = changes(("redis1", 10, 3), ("redis1", 11, 4), ("redis2", 12, 11.5))
    assert kept == {"list": [{"at": 11.5, "from": "redis1", "to": "redis2"}], "since": 11.5}


def test_since_when_does_not_change_while_the_master_does_not() -> None:
    assert changes(("redis1", 10, 3), ("redis1", 50, 49)) == {"list": [], "since": 3}


def test_an_answer_that_was_on_its_way_for_long_is_no_change() -> None:
    kept = changes(("redis1", 10, 3), ("redis2", 12, 12), ("redis1", 11, 3))
    assert [each["to"] for each in kept["list"]] == ["redis2"]


def test_where_nobody_knows_since_when_a_change_is_as_old_as_its_first_answer() -> None:
    assert changes(("redis1", 10, None), ("redis2", 12, None))["list"][0]["at"] == 12


def test_the_last_eight_are_kept_the_newest_first() -> None:
    kept = changes(*((f"redis{number}", number, number) for number in range(1, 12)))["list"]
    assert [each["to"] for each in kept] == [f"redis{number}" for number in range(11, 3, -1)]


def test_without_apcu_nothing_is_kept_and_nothing_fails() -> None:
    notes = json.dumps([("redis1", 10, 3), ("redis2", 12, 12)])
    assert php("changes.php", notes, "-d", "apc.enable_cli=0") == {"list": [], "since": None}
