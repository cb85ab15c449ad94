"""What a TYPO3 site takes: refused before anything is touched, or sent along once."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from redis_ha import inventory
from redis_ha.errors import NotAgreed
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.providers import nobody
from redis_ha.provision import configuration, selection, typo3, typo3_packages, web
from redis_ha.roles.typo3 import NAME, PACKAGE, ROLE, SYSTEM, Typo3
from redis_ha.secrets import Secrets, generated, names
from tests.unit.builders import folders, make_folders

Site = Callable[..., Environment]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Return a function that makes an environment with a site in folders, where all can be had."""
    monkeypatch.setattr(web, "obstacle", lambda _: None)
    monkeypatch.setattr(typo3_packages, "obstacle", lambda _: None)

    def made(**settings: Any) -> Environment:
        built = folders(tmp_path, inventory.load("site").having(Typo3(**settings)))
        make_folders(built)
        built.__dict__["secrets"] = Secrets({name: generated() for name in names()})
        return built

    return made


def held(environment: Environment, **files: str) -> Environment:
    """Return it with what its node keeps of the site."""
    node = environment.node("web1")
    for path, text in files.items():
        there = Path(node.path(f"{typo3.KEPT}/{path}"))
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_text(f"{text}\n")
    return environment


def machine(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> Node:
    node = environment.node("web1")
    monkeypatch.setattr(type(node), "is_machine", True)
    return node


def payload(environment: Environment, **options: Any) -> dict[str, bytes]:
    nodes = environment.nodes_with(NAME)
    found = typo3.payloads(environment, nodes, nobody, **{"is_check": False, **options})
    return dict(found["web1"])


def test_nothing_is_in_the_way_of_a_new_site(site: Site) -> None:
    assert typo3.obstacle(site()) is None
    assert typo3.consent(site(version="14.3")) is None


def test_without_a_source_it_is_refused_unless_it_has_its_packages(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typo3_packages, "obstacle", lambda version: f"no TYPO3 {version}")
    built = site()
    assert typo3.obstacle(built) == "no TYPO3 13.4"
    digest = payload(built)["digest"].decode().strip()
    assert typo3.obstacle(held(built, digest=digest)) is None


@pytest.mark.parametrize(
    ("was", "wanted", "said"),
    [
        ("13.4", "12.4", "there is no way back to 12.4"),
        ("12.4", "14.3", "first `13.4`, then 14.3"),
        ("12.4", "13.4", None),
        ("13.4", "14.3", None),
        ("14.3", "14.3", None),
    ],
)
def test_an_upgrade_goes_step_by_step_and_never_back(
    was: str, wanted: str, said: str | None, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = held(site(version=wanted), version=was)
    machine(built, monkeypatch)
    found = typo3.obstacle(built)
    assert said in found if said and found else found is said


def test_where_the_database_is_sqlite_there_is_no_upgrade(site: Site) -> None:
    found = typo3.obstacle(held(site(), version="12.4"))
    assert "on SQLite" in str(found)
    assert typo3.obstacle(held(site(), version="13.4")) is None


def test_a_password_that_typo3_would_refuse_is_refused_before(site: Site) -> None:
    built = site()
    weak = {**{name: generated() for name in names()}, "typo3_editor": "onlysmallletters"}
    built.__dict__["secrets"] = Secrets(weak)
    assert str(typo3.obstacle(built)).startswith("REDIS_HA_TYPO3_EDITOR_PASSWORD: TYPO3 wants")


def test_the_end_of_every_session_needs_a_yes(site: Site) -> None:
    assert typo3.consent(held(site(version="13.4"), version="12.4")) is None
    built = held(site(version="14.3"), version="13.4")
    with pytest.raises(NotAgreed, match=r"^from TYPO3 13 to 14 every session ends.*`--yes`"):
        selection.require_consent(built, ROLE, selection.nobody_agrees)
    selection.require_consent(built, ROLE, lambda what: "logged out" in what)
    assert typo3.consent(held(built, version="14.3")) is None


def test_packages_are_sent_once_and_not_for_a_check(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (source := tmp_path / "packages").mkdir()
    (source / "one.zip").write_bytes(b"zip")
    monkeypatch.setenv(typo3_packages.VARIABLE, f"{source} https://packages.example")
    built = site()
    node = machine(built, monkeypatch)
    first = payload(built)
    assert first["repositories/0/one.zip"] == b"zip"
    places = json.loads(first["composer.json"])["repositories"]
    assert [each.get("url") for each in places] == [
        node.path(PACKAGE),
        f"{typo3.REPOSITORIES}/0",
        "https://packages.example",
        None,
    ]
    kept = {"digest", "version", "accounts.json", "password", "config.yaml"}
    assert payload(built, is_check=True).keys() == kept
    assert payload(held(built, digest=first["digest"].decode().strip())).keys() == kept


def test_a_folder_of_this_machine_takes_packages_from_where_they_are(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (source := tmp_path / "packages").mkdir()
    (source / "one.zip").write_bytes(b"zip")
    monkeypatch.setenv(typo3_packages.VARIABLE, str(source))
    first = payload(site())
    assert not [name for name in first if name.startswith("repositories")]
    assert json.loads(first["composer.json"])["repositories"][1]["url"] == str(source)


def test_another_package_or_version_is_another_site(site: Site) -> None:
    digests = {
        payload(site(**each))["digest"]
        for each in ({}, {"version": "14.3"}, {"packages": ("b13/distributed-locks",)})
    }
    assert len(digests) == 3
    assert (
        typo3.required(site(packages=("b13/distributed-locks",))).items()
        >= {
            "typo3/cms-core": "13.4.*",
            "redis-ha/site-package": "*",
            "b13/distributed-locks": "*",
        }.items()
    )


def rendered(built: Environment, path: str) -> str:
    node = built.node("web1")
    place = configuration.place_of(built, node, "redis1")
    place = place.and_knows(typo3.variables(built, node, {}))
    (file,) = [each for each in configuration.files_of(place, [ROLE]) if each.path == path]
    return configuration.rendered(place, file)


def test_its_settings_are_those_that_are_printed_with_its_own_password_file(site: Site) -> None:
    built = site(packages=("b13/distributed-locks",))
    text = rendered(built, f"{SYSTEM}/redis.php")
    assert built.node("web1").path("/etc/redis-ha/typo3/redis-password") in text
    assert "['SYS']['locking']['redis']" in text
    assert built.secrets.redis not in text
    assert "'hostname' => '127.0.0.21'" in text
    assert "'hostname' => '127.0.0.11'" in rendered(
        replace(built, topology=built.topology.having(Typo3(mode="direct"))),
        f"{SYSTEM}/redis.php",
    )


def test_hosts_that_it_answers_are_its_own(site: Site) -> None:
    text = rendered(site(), f"{SYSTEM}/additional.php")
    assert "$hosts = ['127.0.0.21', '127.0.0.1', 'localhost', 'web1'];" in text
    assert "'0640'" in text
    assert "ini_set('default_socket_timeout', '10')" in text
