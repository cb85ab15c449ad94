"""The web node's files: closed to others, the same on every run, and each wait above the next."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import bcrypt
import pytest

from redis_ha import inventory
from redis_ha.nodes.environment import Environment
from redis_ha.proc import Result
from redis_ha.provision import configuration, web
from redis_ha.roles.file import copies
from redis_ha.roles.web import FOLDER, INSTALLED, PROGRAM, ROLE, SOURCES, Web
from redis_ha.secrets import Secrets
from tests.unit.builders import SECRETS, folders, make_folders, program, ssh_host
from tests.unit.builders import environment as environment_of

POOL, SESSIONS, NGINX, HTPASSWD = (
    f"{FOLDER}/{name}" for name in ("pool.conf", "sessions.json", "nginx.conf", "htpasswd")
)


def environment(tmp_path: Path, *tables: object) -> Environment:
    built = folders(tmp_path, inventory.load("default").having(*tables))
    make_folders(built)
    return built


def rendered(built: Environment, held: dict[str, str | None] | None = None) -> dict[str, str]:
    """Return the text of every file of the web node."""
    node = built.node("web1")
    place = configuration.place_of(built, node, "redis1")
    place = place.and_knows(web.variables(built, node, held or {}))
    return {
        each.path: configuration.rendered(place, each)
        for each in configuration.files_of(replace(place, is_machine=True), [ROLE])
    }


def test_who_may_read_passwords(tmp_path: Path) -> None:
    texts = rendered(environment(tmp_path, Web(sessions="php-redis")))
    secret = {file.path: file for file in ROLE.files if file.mode == 0o640}
    assert secret.keys() == {POOL, SESSIONS, HTPASSWD}
    known = set(SECRETS._values.values())
    for path, text in texts.items():
        assert path in secret or not any(each in text for each in known)
    assert SECRETS.redis in texts[POOL]
    assert SECRETS["web"] not in texts[HTPASSWD]


def test_sessions_of_ours_are_told_where_and_how_long(tmp_path: Path) -> None:
    texts = rendered(environment(tmp_path))
    settings = json.loads(texts[SESSIONS])
    assert settings["password"] == SECRETS.redis
    assert (settings["database"], settings["confirm_replicas"]) == (1, 1)
    assert settings["connect_timeout_s"] < settings["read_timeout_s"] < settings["lock_wait_s"]
    assert "save_handler] = redis" not in texts[POOL]


def test_the_page_is_told_who_has_which_address(tmp_path: Path) -> None:
    page = json.loads(rendered(environment(tmp_path))[f"{FOLDER}/page.json"])
    assert page == {
        "web": "web1",
        "status": "http://127.0.0.21:8404/;csv",
        "nodes": {f"127.0.0.1{number}:6379": f"redis{number}" for number in (1, 2, 3)},
    }


def test_the_built_in_handler_gets_a_password_that_says_what_it_is(tmp_path: Path) -> None:
    built = environment(tmp_path, Web(sessions="php-redis", session_database=3))
    built.__dict__["secrets"] = Secrets({**SECRETS._values, "redis": "a,b+c&d=e%f"})
    pool = rendered(built)[POOL]
    assert "?auth=a%2Cb%2Bc%26d%3De%25f&database=3&" in pool
    assert "auto_prepend_file" not in pool
    assert "php_value[session.save_handler] = redis" in pool


def test_the_hash_of_the_page_stays_the_same(tmp_path: Path) -> None:
    built = environment(tmp_path)
    first = rendered(built)[HTPASSWD]
    user, _, made = first.strip().partition(":")
    assert user == "operator"
    assert bcrypt.checkpw(SECRETS["web"].encode(), made.encode())
    assert rendered(built, {HTPASSWD: first})[HTPASSWD] == first
    assert rendered(built, {HTPASSWD: "no hash"})[HTPASSWD] != first


@pytest.mark.parametrize(
    ("listen", "lines"),
    [
        ("loopback", ["listen 127.0.0.21:8080;"]),
        ("node", ["listen 127.0.0.21:8080;"]),
        ("all", ["listen 0.0.0.0:8080;"]),
    ],
)
def test_where_a_folder_listens(listen: Any, lines: list[str], tmp_path: Path) -> None:
    text = rendered(environment(tmp_path, Web(listen=listen)))[NGINX]
    assert [line.strip() for line in text.splitlines() if "listen " in line] == lines


@pytest.mark.parametrize(
    ("memory_kb", "children"),
    [(480_000, 4), (1_000_000, 7), (1_048_576, 8), (4_194_304, 32), (33_554_432, 50)],
)
def test_a_machine_has_children_by_its_memory(
    memory_kb: int, children: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    topology = inventory.load("default")
    built = environment_of([ssh_host(spec) for spec in topology.nodes], topology, Path("/state"))
    node = built.node("web1")
    said = f"MemTotal:       {memory_kb} kB\nMemFree: 1 kB\n"
    monkeypatch.setattr(type(node), "run", lambda _, *argv: Result(argv, 0, said, ""))
    (memory,) = web.facts(built, node).values()
    assert web.children(built, node, memory) == children
    wished = replace(built, topology=topology.having(Web(children=17)))
    assert web.facts(wished, node) == {}
    assert web.children(wished, node, None) == 17


def test_a_folder_has_as_many_children_as_its_machine_can_spare(tmp_path: Path) -> None:
    file = f"{FOLDER}/children.conf"
    assert rendered(environment(tmp_path))[file] == "[site]\npm.max_children = 8\n"
    assert rendered(environment(tmp_path, Web(children=3)))[file].endswith("= 3\n")


def test_what_this_machine_lacks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("redis_ha.tool.OF_SYSTEM", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    built = environment(tmp_path / "nodes")
    assert str(web.obstacle(built)).startswith("php-fpm and nginx not installed on this machine")
    program(tmp_path, "nginx", "")
    assert str(web.obstacle(built)).startswith("php-fpm not installed on this machine")
    program(tmp_path, "php-fpm8.2", "")
    assert web.obstacle(built) is None


def test_every_file_of_php_is_one_of_the_role(tmp_path: Path) -> None:
    (tmp_path / "src/Page").mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    for name in ("autoload.php", "src/Page/State.php", "bin/lock", "tests.php"):
        (tmp_path / name).write_text(name)
    found = {
        file.path: (file.mode, file.made and file.made(None))
        for file in copies(tmp_path, INSTALLED, PROGRAM)
    }
    assert found == {
        f"{PROGRAM}/autoload.php": (0o644, "autoload.php"),
        f"{PROGRAM}/src/Page/State.php": (0o644, "src/Page/State.php"),
        f"{PROGRAM}/bin/lock": (0o755, "bin/lock"),
    }
    assert {file.path for file in ROLE.files} >= {f"{PROGRAM}/autoload.php"}
    assert SOURCES.is_dir()
