"""The web node: what it serves, as whom, with which PHP; what a change and a reboot do to it."""

import base64
import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from redis_ha import roles
from redis_ha.inventory.docker import Docker
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.providers import Powered
from redis_ha.provision import provisioning
from redis_ha.roles.web import FOLDER, Web
from redis_ha.services import web
from redis_ha.services.http import DIRECTLY
from redis_ha.wait import now_s, wait_until
from tests.contract.inv import Inv

PUBLIC = "/srv/site/public"
SECRET = tuple(f"{FOLDER}/{name}" for name in ("pool.conf", "sessions.json", "htpasswd"))
VERSIONS = {"trixie": "8.4", "bookworm": "8.2"}
EVERYWHERE = {"Zend OPcache", "apcu", "json", "redis", "session"}
OF_TYPO3 = {
    *("curl", "fileinfo", "filter", "gd", "intl", "mbstring", "mysqli", "openssl", "pdo_mysql"),
    *("tokenizer", "xml", "zip", "zlib"),
}
PROGRAMS = ("composer", "gm", "gs", "pdftotext")
AT_ONCE_S = 1.0
"""A band: 0.01 s on a machine that does nothing else."""
WHAT = """<?php echo json_encode([
    'version' => PHP_VERSION, 'user' => posix_getpwuid(posix_geteuid())['name'],
    'extensions' => get_loaded_extensions(), 'settings' => ini_get_all(null, false),
    'handler' => (static function () { session_start(); return session_module_name(); })(),
    'visits' => $_SESSION['visits'] = 1 + ($_SESSION['visits'] ?? 0),
]);
"""

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def node(running: Environment) -> Node:
    (found,) = running.nodes_with("web")
    return found


@pytest.fixture
def base(running: Environment, node: Node) -> str:
    """Return where others reach the site."""
    return f"http://{node.address}:{running.topology.table(Web).port}"


@contextmanager
def put(node: Node, name: str, text: str) -> Iterator[str]:
    """Have a page of the site for a while; say its path on the node."""
    path = node.path(f"{PUBLIC}/{name}")
    with node.upload({name: text.encode()}) as folder:
        node.run("install", "-m", "644", f"{folder}/{name}", path, sudo=True)
    try:
        yield path
    finally:
        node.run("rm", path, sudo=True)


def asked(url: str, **headers: str) -> tuple[int, str, str]:
    """Return status, body and cookie of an answer."""
    request = urllib.request.Request(url, headers=headers)
    try:
        with DIRECTLY.open(request, timeout=20) as answer:
            body = answer.read().decode()
            return answer.status, body, str(answer.headers["Set-Cookie"] or "").partition(";")[0]
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), ""


@pytest.fixture
def page(node: Node, base: str) -> Iterator[str]:
    """Return the URL of a page that says what it runs in."""
    with put(node, "what.php", WHAT):
        yield f"{base}/what.php"


def said(url: str, **headers: str) -> Any:
    status, body, _ = asked(url, **headers)
    assert status == 200, body
    return json.loads(body)


def steps(inv: Inv, *words: str) -> dict[str, str]:
    """Provision the web node and return the steps that did not find everything well."""
    done = inv("provision.web", "--json", "-", *words)
    assert done.status == 0, done.err
    return {each["step"]: each["result"] for each in done.record if each["result"] != "ok"}


def masters(node: Node) -> dict[str, str]:
    """Return the process ids of nginx and of PHP."""
    files = {"nginx": "/run/redis-web/nginx.pid", "php": "/run/redis-web-php/php-fpm.pid"}
    return {
        name: node.run("cat", node.path(path), sudo=True).stdout.strip()
        for name, path in files.items()
    }


def test_a_first_page_is_served(base: str) -> None:
    status, body, _ = asked(f"{base}/")
    assert (status, "The web node serves" in body) == (200, True)
    assert asked(f"{base}/nowhere")[0] == 404
    assert asked(f"{base}/.git/config")[0] == 404


def test_php_is_the_one_that_is_promised(page: str) -> None:
    found = said(page)
    assert {*found["extensions"]} >= EVERYWHERE
    assert found["settings"]["session.gc_maxlifetime"] == "172800"
    assert found["settings"]["max_execution_time"] == "240"


def test_on_a_machine_it_has_all_that_typo3_takes(node: Node, page: str) -> None:
    found = said(page)
    assert found["user"] == "site"
    assert {*found["extensions"]} >= OF_TYPO3
    assert all(node.run("which", program).ok for program in PROGRAMS)


def test_its_version_is_that_of_debian(running: Environment, page: str) -> None:
    assert said(page)["version"].startswith(VERSIONS[running.topology.table(Docker).system])


def test_a_session_goes_on_from_page_to_page(page: str) -> None:
    status, body, cookie = asked(page)
    assert (status, json.loads(body)["visits"]) == (200, 1)
    assert [said(page, Cookie=cookie)["visits"] for _ in range(2)] == [2, 3]


def test_nobody_else_reads_passwords(running: Environment, node: Node, page: str) -> None:
    for path in SECRET:
        mode = node.run("stat", "-c", "%a", node.path(path), sudo=True).stdout.strip()
        assert mode == ("640" if node.is_machine else "600")
    with put(node, "info.php", "<?php phpinfo();") as path:
        status, body, _ = asked(f"{page.rpartition('/')[0]}/{path.rpartition('/')[2]}")
    assert (status, "auto_prepend_file" in body) == (200, True)
    assert not [name for name in ("redis", "sentinel", "web") if running.secrets[name] in body]


@pytest.mark.parametrize("path", SECRET)
def test_an_account_without_rights_is_refused_passwords(node: Node, path: str) -> None:
    words = ("runuser", "-u", "nobody", "--", "cat", node.path(path))
    assert "Permission denied" in node.run(*words, sudo=True, check=False).stderr


def test_the_page_of_this_environment_asks_strangers(
    running: Environment, node: Node, base: str
) -> None:
    login = base64.b64encode(f"operator:{running.secrets['web']}".encode()).decode()
    wrong = base64.b64encode(b"operator:guess").decode()
    with web.reached(running, node) as own:
        assert asked(f"{own}ha/")[0] == 200
        assert asked(f"{own}{web.PING}")[:2] == (200, "pong")
        assert asked(f"{own}ha/../../../etc/passwd")[0] in {400, 404}
        assert asked(f"{own}ha/no-such.php")[0] == 404
    assert asked(f"{base}/ha/", Authorization=f"Basic {login}")[0] == 200
    strangers = (401, 401, 403) if node.is_machine else (200, 200, 200)
    assert strangers == (
        asked(f"{base}/ha/")[0],
        asked(f"{base}/ha/", Authorization=f"Basic {wrong}")[0],
        asked(f"{base}/{web.PING}")[0],
    )


def test_a_second_run_changes_nothing(inv: Inv) -> None:
    assert steps(inv) == {}
    assert inv("diff").status == 0


@pytest.mark.parametrize(
    ("file", "edit", "process"),
    [
        ("nginx.conf", "s/keepalive_timeout 65s/keepalive_timeout 66s/", "nginx"),
        ("pool.conf", "s/pm.max_requests = 1000/pm.max_requests = 999/", "php"),
    ],
)
def test_what_was_edited_is_found_and_mended_by_a_reload(
    inv: Inv, node: Node, file: str, edit: str, process: str
) -> None:
    before = masters(node)
    node.run("sed", "-i", edit, node.path(f"{FOLDER}/{file}"), sudo=True)
    try:
        diff = inv("diff")
        assert (diff.status, file in diff.out) == (1, True)
        assert steps(inv, "--check") == {file: "due", process: "due"}
    finally:
        mended = steps(inv)
    assert mended == {file: "changed", process: "changed"}
    assert masters(node) == before
    assert inv("diff").status == 0


def test_php_redis_keeps_sessions_where_it_is_asked_to(
    running: Environment, node: Node, page: str
) -> None:
    own = [roles.registry()["web"]]
    topology = running.topology.having(Web(sessions="php-redis"))
    try:
        provisioning.provision(replace(running, topology=topology), own, print)
        wait_until(lambda: said(page)["handler"], accept="redis".__eq__, what="", timeout_s=10)
        status, body, cookie = asked(page)
        assert (status, json.loads(body)["visits"]) == (200, 1)
        assert said(page, Cookie=cookie)["visits"] == 2
        path = said(page)["settings"]["session.save_path"]
        assert re.match(r"tcp://127\.0\.0\.\d+:6379\?auth=", path)
    finally:
        provisioning.provision(running, own, print)
    wait_until(lambda: said(page)["handler"], accept="user".__eq__, what="", timeout_s=10)


def test_pages_without_redis_are_served_while_there_is_none(
    inv: Inv, running: Environment, base: str
) -> None:
    try:
        for each in running.redis_nodes:
            each.units.hold("redis")
            each.units.kill("redis")
        began_s = now_s()
        status, body, _ = asked(f"{base}/")
        assert (status, "The web node serves" in body) == (200, True)
        assert now_s() - began_s < AT_ONCE_S
    finally:
        back = inv("up")
    assert back.status == 0, back.err


def test_the_database_is_the_sites_alone(node: Node) -> None:
    question = ("mariadb", "--batch", "--skip-column-names", "--execute", "SELECT CURRENT_USER()")
    asks = ("runuser", "-u", "site", "--", *question, "site")
    assert node.run(*asks, sudo=True).stdout.strip() == "site@localhost"
    refused = node.run("runuser", "-u", "nobody", "--", *question, sudo=True, check=False)
    assert "Access denied" in refused.stderr
    listening = node.run("ss", "-Hltn").stdout
    assert re.findall(r"\S+:3306\b", listening) == ["127.0.0.1:3306"]


def test_a_reboot_brings_it_all_back(running: Environment, node: Node, base: str) -> None:
    provider = running.provider
    assert isinstance(provider, Powered)
    provider.cut_power([node.name])
    provider.restore_power([node.name])
    node.close()
    web.wait_answering(running, node)
    names = node.processes.names
    assert {"proxy", "php", "nginx", "mariadb"} == {*names}
    wait_until(
        lambda: [name for name in names if not node.units.is_active(name)],
        accept=lambda down: not down,
        what="all of it runs",
        timeout_s=30,
    )
    assert asked(f"{base}/")[0] == 200
    theirs = node.run("systemctl", "is-active", "nginx.service", "haproxy.service", check=False)
    assert theirs.stdout.split() == ["inactive", "inactive"]
