"""A TYPO3 site whose packages nobody has: all else is there, and it is refused by itself."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from redis_ha.provision.typo3_packages import VARIABLE
from tests.contract.conftest import OURS, one_node
from tests.contract.inv import Inv, Said

WEB_NODE = """
[[nodes]]
name = "web1"
host = 21
roles = ["proxy", "web", "typo3"]
"""
OF_A_SITE = ("etc/redis-ha/typo3", "var/lib/redis-ha/site", "srv/site/config", "srv/site/vendor")
SETTINGS = "<?php return ['SYS' => ['session' => ['FE' => %s]]];\n"
NOBODY = f"'hostname' => '127.12.{OURS}.99', 'port' => '9', 'database' => 2"
TEXT = f"['backend' => 'RedisSessionBackend', 'options' => [{NOBODY}]]"
"""With text for a number, and an address at which nothing ever answers."""


@dataclass(frozen=True)
class Siteless:
    """An environment without the packages of its site, and what `up` said."""

    inv: Inv
    said: Said

    @property
    def web1(self) -> Path:
        return self.inv.folder / "web1"


@pytest.fixture(scope="module")
def siteless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Siteless]:
    folder = tmp_path_factory.mktemp("siteless")
    path = folder / "siteless.toml"
    path.write_text(one_node(f"127.12.{OURS}.0/24") + WEB_NODE)
    (empty := folder / "empty").mkdir()
    inv = Inv(path, variables={VARIABLE: str(empty)})
    try:
        yield Siteless(inv, inv("up"))
    finally:
        inv("down", "--purge")


def test_up_brings_up_the_rest_and_says_why_there_is_no_site(siteless: Siteless) -> None:
    said = siteless.said
    assert said.status == 0, said.err
    assert said.out.startswith("siteless is up (local)\n")
    assert re.search(r"^no site: .*; `\./inv provision\.\w+` tries again$", said.err, re.MULTILINE)
    assert "the site:" not in said.out
    assert "typo3.open" not in said.out


SOURCES = {
    "an empty folder": ("empty", "{folder} holds no packages"),
    "no folder": ("nosuch", "{folder} is no folder"),
    "packages of others": ("others", "{folder}: has no TYPO3 13.4, or does not answer"),
}


@pytest.mark.parametrize(("name", "why"), SOURCES.values(), ids=SOURCES)
def test_without_its_packages_it_is_refused_before_anything_is_touched(
    name: str, why: str, siteless: Siteless, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "others").mkdir()
    (tmp_path / "others" / "packages.json").write_text('{"packages": []}')
    source = tmp_path / name
    said = siteless.inv("provision.typo3", **{VARIABLE: str(source)})
    assert (said.status, said.out) == (2, "")
    # The folder is shown as far as a line goes; what else is missing here is told first.
    known = why.format(folder="").strip(": ")
    assert known in said.error or "not installed on this machine" in said.error
    assert not [path for path in OF_A_SITE if (siteless.web1 / path).exists()]


def test_provision_does_the_rest(siteless: Siteless) -> None:
    said = siteless.inv("provision")
    assert said.status == 0, said.err
    assert re.search("^no site: ", said.err, re.MULTILINE)


def check(siteless: Siteless, *place: str) -> Said:
    return siteless.inv("typo3.check", *place, "--json")


def test_a_site_that_is_not_there_is_one_clear_line(siteless: Siteless) -> None:
    said = check(siteless)
    assert (said.status, said.out) == (2, "")
    assert said.error.startswith("redis-ha: web1: ")


@contextmanager
def settings_of(siteless: Siteless) -> Iterator[None]:
    """Have settings in the site's folder, one of them wrong."""
    system = siteless.web1 / "srv" / "site" / "config" / "system"
    system.mkdir(parents=True)
    try:
        (system / "settings.php").write_text(SETTINGS % TEXT)
        yield
    finally:
        shutil.rmtree(system.parent)


def test_its_settings_are_read_by_nothing_its_address_and_its_folder(siteless: Siteless) -> None:
    address = f"http://127.12.{OURS}.21:8080/typo3/"
    folder = str(siteless.web1 / "srv" / "site")
    with settings_of(siteless):
        read = [check(siteless, *place) for place in ((), (address,), (folder,))]
    assert len({(each.status, each.out) for each in read}) == 1


def test_what_is_wrong_with_its_settings_is_found(siteless: Siteless) -> None:
    with settings_of(siteless):
        said = check(siteless)
    assert said.status == 1
    wrong = {each["name"] for each in said.record if each["severity"] == "wrong"}
    assert "sessions FE: port" in wrong


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/", "https://shop.example/", "http://[::1"])
def test_another_address_is_told_what_is_taken(address: str, siteless: Siteless) -> None:
    said = check(siteless, address)
    assert (said.status, said.out) == (2, "")
    assert "settings are not seen through HTTP" in said.error
    assert "ssh://[USER@]HOST[:PORT]/PATH" in said.error
