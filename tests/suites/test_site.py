"""The TYPO3 site: it comes up, stays as it is, lets people in, and is mended where it broke off."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from redis_ha import roles, tool
from redis_ha.errors import NotApplicable
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.providers import Ssh
from redis_ha.provision import provisioning, typo3_packages
from redis_ha.provision.typo3 import DIGEST, KEPT
from redis_ha.provision.typo3_settings import databases
from redis_ha.roles.typo3 import CONSOLE, NAME, PASSWORD_FILE, SYSTEM, VISITOR, Typo3
from redis_ha.roles.web import ACCOUNT, SITE
from redis_ha.services import client, cluster, typo3, web
from redis_ha.wait import wait_until
from tests.contract.inv import Inv, Said
from tests.suites.member import Member
from tests.unit.builders import program

pytestmark = pytest.mark.timeout(600)
SECRET = (PASSWORD_FILE, *(f"{SYSTEM}/{each}.php" for each in ("settings", "additional", "redis")))
MADE = re.compile(r'<p id="made">page (\d+) made at ([\d.]+)</p>')
NUMBER = re.compile(r'data-number="(\d+)"')
STYLE = re.compile(r'"(/_assets/[^"]+\.css)')
AS_SITE = ("env", "-C", "/", "runuser", "-u", ACCOUNT, "--")
WRITTEN = (
    *("config/sites", "config/system/settings.php", "var"),
    *("public/_assets", "public/fileadmin", "public/typo3temp"),
)
"""What TYPO3 writes itself, below the site's folder."""
GARBAGE = "scheduler: garbage of caches"
UNKNOWN = {GARBAGE, "default_socket_timeout"}
BESIDE_PAGES = """<?php
$system = &$GLOBALS['TYPO3_CONF_VARS']['SYS'];
$pages = $system['caching']['cacheConfigurations']['pages']['options']['database'];
$system['session']['FE']['options']['database'] = $pages;
"""
EMPTY_SETTINGS = "<?php return ['SYS' => ['sitename' => 'broke off']];\n"


@pytest.fixture
def node(running: Environment) -> Node:
    (found,) = running.nodes_with(NAME)
    return found


@pytest.fixture
def base(running: Environment, node: Node) -> Iterator[str]:
    with web.reached(running, node) as url:
        yield url


@pytest.fixture
def member(base: str) -> Member:
    return Member(base)


def steps(inv: Inv, *words: str) -> dict[str, str]:
    """Provision the site and return the steps that did not find everything well."""
    done = inv("provision.typo3", "--json", "-", *words)
    assert done.status == 0, done.err
    return {each["step"]: each["result"] for each in done.record if each["result"] != "ok"}


def console(node: Node, *words: str) -> str:
    return node.run(node.path(CONSOLE), *words, sudo=True).stdout


def put(node: Node, path: str, text: str) -> None:
    """Write a file of the site, as one of its account."""
    own = ("-o", "site", "-g", "site") if node.is_machine else ()
    with node.upload({"file": text.encode()}) as folder:
        node.run("install", "-m", "640", *own, f"{folder}/file", node.path(path), sudo=True)


def sql(node: Node, *statements: str) -> None:
    """Change the site's database behind its back."""
    if node.is_machine:
        node.run("mariadb", "site", "--execute", "; ".join(statements), sudo=True)
        return
    (path,) = Path(node.path(f"{SITE}/var/sqlite")).glob("*.sqlite")
    with closing(sqlite3.connect(path)) as database, database:
        for each in statements:
            database.execute(each)


def emptied(node: Node) -> None:
    """Take the site's database away, tables and all."""
    if node.is_machine:
        sql(node, "DROP DATABASE site", "CREATE DATABASE site CHARACTER SET utf8mb4")
    else:
        node.run("rm", "-r", node.path(f"{SITE}/var/sqlite"))


def test_up_ends_with_where_the_site_is_and_who_gets_in(inv: Inv, base: str) -> None:
    said = inv("up")
    assert said.status == 0, said.err
    assert re.search(r"^the site: http://\S+:8080/$", said.out, re.MULTILINE)
    assert "/typo3/, user admin, password: `typo3` in " in said.out
    assert Member(base).asked("nowhere")[0] == 404


def test_pages_come_from_the_cache_but_for_what_changes(member: Member) -> None:
    for path, page in (("", "1"), ("story-1", "11"), ("story-20", "30")):
        made = [MADE.findall(member.good(path)) for _ in range(2)]
        assert made[0] == made[1]
        assert [number for number, _ in made[0]] == [page]
    first, second = (member.good("now") for _ in range(2))
    assert MADE.findall(first) == MADE.findall(second)
    assert NUMBER.findall(first) != NUMBER.findall(second)


def test_the_backend_is_served_with_its_looks(member: Member) -> None:
    found = STYLE.search(member.good("typo3/"))
    assert found
    assert member.good(found[1])


def test_a_visitor_stays_logged_in_and_his_session_is_in_redis(
    running: Environment, member: Member
) -> None:
    assert member.who() == ("", 0)
    assert member.log_in("visitor", "a guess")[0] == ""
    assert member.log_in("visitor", running.secrets[VISITOR]) == ("visitor", 1)
    assert [member.who() for _ in range(2)] == [("visitor", 2), ("visitor", 3)]
    number = databases(running.topology)["sessions"]
    assert [key for key in keys(running, number) if "typo3_ses_FE_" in key]


def keys(running: Environment, database: int) -> list[str]:
    """Return the keys of a database of the master."""
    master = running.node(str(cluster.look(running).named_master()))
    with client.redis_of(running, master, database=database) as connection:
        return [str(key) for key in connection.scan_iter()]


def test_a_second_run_changes_nothing(inv: Inv) -> None:
    assert steps(inv) == {}
    assert steps(inv, "--check") == {}
    assert inv("diff").status == 0
    assert inv("status").status == 0


def test_nobody_else_reads_what_is_secret(running: Environment, node: Node) -> None:
    for path in SECRET:
        mode = node.run("stat", "-c", "%a", node.path(path), sudo=True).stdout.strip()
        assert mode == ("640" if node.is_machine or path.endswith("settings.php") else "600"), path
    for folder in ("config", "config/sites", "var"):
        found = node.run("stat", "-c", "%a", node.path(f"{SITE}/{folder}"), sudo=True).stdout
        assert found.strip() == "2750", folder
    wide = ("find", node.path(f"{SITE}/config"), node.path(f"{SITE}/var"), "-perm", "/o+rwx")
    assert not node.run(*wide, "!", "-type", "l", sudo=True).stdout


def test_php_writes_nothing_that_it_runs(node: Node) -> None:
    found = node.run(*AS_SITE, "find", SITE, "!", "-type", "l", "-writable", sudo=True).stdout
    paths = [path.removeprefix(f"{SITE}/") for path in found.splitlines()]
    assert {"config/system", *WRITTEN} <= set(paths)
    assert not [each for each in paths if each != "config/system" and not is_written(each)]
    for path in ("config/system/additional.php", "vendor", "public/index.php"):
        away = node.run(
            *(*AS_SITE, "mv", f"{SITE}/{path}", f"{SITE}/{path}.away"), sudo=True, check=False
        )
        assert "not permitted" in away.stderr or "denied" in away.stderr


def is_written(path: str) -> bool:
    return any(f"{path}/".startswith(f"{each}/") for each in WRITTEN)


def test_what_became_phps_own_is_taken_back(inv: Inv, node: Node) -> None:
    paths = (f"{SITE}/vendor/autoload.php", f"{SITE}/public")
    node.run("chown", "site", *paths, sudo=True)
    assert steps(inv) == {"folders": "changed", "rights": "changed"}
    assert set(node.run("stat", "-c", "%U", *paths, sudo=True).stdout.split()) == {"root"}


def test_no_password_is_in_a_log_or_a_file_of_the_site(running: Environment, node: Node) -> None:
    passwords = [running.secrets[name] for name in (NAME, VISITOR, "typo3_editor", "redis")]
    places = [node.path(path) for path in (SITE, "/var/log", "/var/lib/redis-ha")]
    said = [
        *(line for name in ("typo3", "web") for line in logged(running, name)),
        node.run("ps", "-eo", "args", sudo=True).stdout,
    ]
    with node.upload({"words": "\n".join(passwords).encode()}) as folder:
        look = ("grep", "-rlsFf", f"{folder}/words", *places)
        assert not node.run(*look, sudo=True, check=False).stdout
    assert not [word for word in passwords if any(word in text for text in said)]


def logged(running: Environment, role: str) -> list[str]:
    nodes = running.nodes_with(role)
    commands = [
        (each, each.units.log_command(process.name, 1000, follow=False))
        for each in nodes
        for process in each.processes.of(role)
    ]
    return [each.run(*command, sudo=True, check=False).stdout for each, command in commands]


def test_the_scheduler_collects_garbage(node: Node) -> None:
    wait_until(
        lambda: console(node, "scheduler:list"),
        accept=lambda said: said.count("redis-ha: ") == 2 and "late" not in said,
        what="both tasks ran once",
        timeout_s=150,
    )


def test_another_password_is_the_accounts(inv: Inv, running: Environment, member: Member) -> None:
    other = "Another-passw0rd"
    done = inv("provision.typo3", REDIS_HA_TYPO3_VISITOR_PASSWORD=other)
    assert done.status == 0, done.err
    assert member.log_in("visitor", other)[0] == "visitor"
    assert steps(inv) == {"content": "changed"}
    assert Member(member.base).log_in("visitor", running.secrets[VISITOR])[0] == "visitor"


def composer_works_on(node: Node) -> list[str]:
    """Return the processes of a Composer that puts packages into the site."""
    found = node.run("pgrep", "-f", "composer .*--no-ansi install", check=False).stdout.split()
    folders = {
        each: node.run("readlink", f"/proc/{each}/cwd", sudo=True, check=False).stdout.strip()
        for each in found
    }
    return [each for each, folder in folders.items() if folder == node.path(SITE)]


def test_packages_that_broke_off_are_put_in_and_the_site_is_closed_until_then(
    inv: Inv, node: Node, member: Member
) -> None:
    node.run("rm", "-f", node.path(DIGEST), sudo=True)
    with inv.start("provision.typo3") as process:
        found = wait_until(
            lambda: composer_works_on(node) or process.poll() is not None,
            what="Composer is at work",
            timeout_s=120,
            interval_s=0.05,
        )
        assert isinstance(found, list)
        node.run("kill", "-KILL", *found, sudo=True)
        said, error = process.communicate()
    assert (process.returncode, said) == (2, "")
    assert "composer install failed" in error.splitlines()[-1]
    assert member.asked("")[0] == 503
    assert steps(inv).items() >= {"packages": "changed", "schema": "changed"}.items()
    assert MADE.search(member.good("story-1"))
    assert steps(inv) == {}


def test_pages_and_accounts_that_broke_off_are_finished(
    running: Environment, inv: Inv, node: Node, member: Member
) -> None:
    sql(
        *(node, "DELETE FROM pages WHERE uid > 20", "DELETE FROM tt_content WHERE uid > 5"),
        *("DELETE FROM fe_users", "DELETE FROM be_users WHERE username = 'editor'"),
        "DELETE FROM tx_scheduler_task",
    )
    node.run("rm", "-f", node.path(DIGEST), node.path(f"{KEPT}/accounts"), sudo=True)
    assert steps(inv).items() >= {"content": "changed"}.items()
    assert MADE.search(member.good("story-20"))
    assert member.log_in("visitor", running.secrets[VISITOR])[0] == "visitor"
    assert console(node, "scheduler:list").count("redis-ha: ") == 2
    assert steps(inv) == {}


@pytest.mark.parametrize("left", ["settings alone", "no settings", "neither account nor page"])
def test_a_set_up_that_broke_off_is_finished(
    left: str, inv: Inv, node: Node, member: Member
) -> None:
    if left == "neither account nor page":
        sql(node, "DELETE FROM be_users", "DELETE FROM pages")
    else:
        emptied(node)
        if left == "settings alone":
            put(node, f"{SYSTEM}/settings.php", EMPTY_SETTINGS)
        else:
            node.run("rm", node.path(f"{SYSTEM}/settings.php"), sudo=True)
    mended = steps(inv)
    assert mended.items() >= {"setup": "changed", "content": "changed"}.items()
    assert MADE.search(member.good("story-1"))
    assert steps(inv) == {}


def test_pages_without_settings_are_left_to_people(inv: Inv, node: Node, member: Member) -> None:
    path = node.path(f"{SYSTEM}/settings.php")
    node.run("mv", path, f"{path}.away", sudo=True)
    try:
        done = inv("provision.typo3")
    finally:
        node.run("mv", f"{path}.away", path, sudo=True)
    assert done.status == 2
    assert "pages without settings" in done.err
    assert MADE.search(member.good("story-1"))


def check(inv: Inv, *place: str) -> Said:
    return inv("typo3.check", *place, "--json")


def test_its_settings_are_right_and_a_wrong_one_is_seen(
    running: Environment, inv: Inv, node: Node
) -> None:
    address = typo3.url(running, node)
    right = [check(inv), check(inv, address), check(inv, f"{address}typo3/")]
    assert {each.status for each in right} == {0}
    assert len({each.out for each in right}) == 1
    assert names(right[0]) <= UNKNOWN
    put(node, f"{SYSTEM}/own.php", BESIDE_PAGES)
    try:
        wrong = check(inv)
    finally:
        node.run("rm", node.path(f"{SYSTEM}/own.php"), sudo=True)
    assert wrong.status == 1
    assert "pages: database" in names(wrong)


def names(said: Said) -> set[str]:
    return {each["name"] for each in said.record}


def test_over_ssh_it_is_what_it_is_there(
    running: Environment, inv: Inv, node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = next(each.access for each in running.provider.hosts() if each.spec.name == node.name)
    assert isinstance(access, Ssh)
    own = f"-i {access.key} -o UserKnownHostsFile={access.known_hosts}"
    program(tmp_path, "ssh", f'exec {tool.located("ssh")} -F /dev/null {own} "$@"')
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    place = f"ssh://{access.user}@{access.address}:{access.port}{SITE}"
    closed = check(inv, place)
    assert closed.status == 2
    assert f"closed to the account `{access.user}`" in closed.error
    node.run("gpasswd", "--add", access.user, ACCOUNT, sudo=True)
    try:
        read = check(inv, place)
    finally:
        node.run("gpasswd", "--delete", access.user, ACCOUNT, sudo=True)
    # Whose database it is MariaDB knows by the account.
    assert names(read) - {GARBAGE} == names(check(inv)) - {GARBAGE}


def test_what_cannot_be_had_is_refused_and_the_site_stays(
    running: Environment,
    member: Member,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path_factory.mktemp("nothing")
    (folder / "packages.json").write_text('{"packages": []}')
    monkeypatch.setenv(typo3_packages.VARIABLE, str(folder))
    other = running.topology.having(Typo3(packages=("b13/distributed-locks",)))
    with pytest.raises(NotApplicable, match=r"has no TYPO3 13\.4"):
        provisioning.provision(replace(running, topology=other), [roles.registry()[NAME]], print)
    assert MADE.search(member.good("story-1"))
