"""The settings that are printed, loaded by TYPO3 itself: its classes work with them."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import redis as library

from redis_ha import inventory
from redis_ha.provision import typo3_settings as settings
from redis_ha.roles.typo3 import PASSWORD_FILE
from redis_ha.typo3.versions import LIFETIMES, OF_LOCKS, OPTIONS, VERSIONS, Typo3Version
from tests.php.servers import ADDRESS, Server
from tests.typo3.conftest import PASSWORD, Site
from tests.unit import builders

HERE = Path(__file__).parent
NOT_OPTIONS = {"cache", "logger", "authenticationFromWorkaroundPasswordArray"}
"""Methods of a cache's backend that set something else."""
WORDS = {"int": int, "bool": bool, "string": str}
USERS = {"": PASSWORD, "typo3": "another-password"}
"""The default user, and one that has a name, each with the password that it alone has."""
EVERY = [pytest.param(each, id=name) for name, each in VERSIONS.items()]


def php(program: str, *words: object) -> dict[str, Any]:
    command = ("php", "-d", "display_errors=stderr", str(HERE / program), *map(str, words))
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr + said.stdout
    return dict(json.loads(said.stdout))


def fragment(version: Typo3Version, redis: Server, folder: Path, **wished: Any) -> Path:
    """Write settings for a Redis of these tests: its port, and a password file that is here."""
    environment = builders.folders(folder, inventory.load("default"))
    wish = settings.Wish(version, "proxy", packages=version.packages, **wished)
    text = settings.fragment(environment, wish)
    here = folder / "redis-password"
    here.write_text(f"{PASSWORD}\n")
    for was, now in (
        (f"'{PASSWORD_FILE}'", f"'{here}'"),
        ("'hostname' => '127.0.0.21'", f"'hostname' => '{ADDRESS}'"),
        ("'port' => 6379", f"'port' => {redis.port}"),
    ):
        assert was in text
        text = text.replace(was, now)
    (path := folder / "redis.php").write_text(text)
    return path


def keys(redis: Server, database: int) -> dict[str, int]:
    """Return the keys of a database with the seconds that each has left."""
    with library.Redis(
        host=ADDRESS, port=redis.port, password=PASSWORD, db=database, decode_responses=True
    ) as client:
        return {key: client.ttl(key) for key in client.scan_iter()}


@pytest.fixture
def named_user(redis: Server) -> None:
    with redis.client as client:
        client.acl_setuser(
            "typo3",
            enabled=True,
            passwords=["+another-password"],
            keys=["*"],
            commands=["+@all"],
            reset=True,
            reset_passwords=True,
        )


@pytest.mark.usefixtures("named_user")
@pytest.mark.parametrize("user", USERS, ids=["default", "named"])
@pytest.mark.parametrize("version", EVERY)
def test_its_own_classes_work_with_them(
    version: Typo3Version, user: str, site: Site, redis: Server, tmp_path: Path
) -> None:
    wanted = version.caches
    made = fragment(version, redis, tmp_path, user=user)
    (tmp_path / "redis-password").write_text(f"{USERS[user]}\n")
    said = php("settings.php", site(version.name), made)
    assert said["version"] == version.name
    assert {name: each["kept"] for name, each in said["moved"].items()} == {
        name: {"of": name} for name in wanted
    }
    assert {name: each["kept"] for name, each in said["sessions"].items()} == {
        "BE": "BE",
        "FE": "FE",
    }
    assert said["lock"] is True
    numbers = settings.databases(inventory.load("default"))
    for name, each in said["moved"].items():
        found = keys(redis, numbers[name])
        assert each["database"] == numbers[name]
        assert set(found) == {"identData:entry", "identTags:entry", "tagIdents:tag"}
        lifetime = LIFETIMES[name]
        most = 365 * 86400 if lifetime == 0 else lifetime or 3600
        assert most - 60 < found["identData:entry"] <= most
    sessions = keys(redis, numbers["sessions"])
    assert len(sessions) == 2
    assert all("typo3_ses_" in key for key in sessions)


@pytest.mark.parametrize("version", EVERY)
def test_every_cache_that_may_be_moved_works(
    version: Typo3Version, site: Site, redis: Server, tmp_path: Path
) -> None:
    known = version.movable
    said = php("settings.php", site(version.name), fragment(version, redis, tmp_path, caches=known))
    assert said["moved"].keys() == set(known)
    assert {name for name in LIFETIMES if name in said["defaults"]} == set(known)


@pytest.mark.parametrize("version", EVERY)
def test_the_lifetimes_that_core_has_are_kept(
    version: Typo3Version, site: Site, redis: Server, tmp_path: Path
) -> None:
    said = php("settings.php", site(version.name), fragment(version, redis, tmp_path))
    own = {name: said["defaults"][name] for name in LIFETIMES if name in said["defaults"]}
    assert own == {name: LIFETIMES[name] for name in own}
    assert set(version.caches) <= own.keys()


@pytest.mark.parametrize("version", EVERY)
def test_every_option_is_one_that_its_classes_take(version: Typo3Version, site: Site) -> None:
    taken = php("options.php", site(version.name))
    options = {name: kind for name, kind in taken["cache"].items() if name not in NOT_OPTIONS}
    assert options.keys() == version.options.keys()
    assert set(taken["session"]) == version.of_sessions.keys()
    assert set(taken["locks"]) | {"disabled"} == set(OF_LOCKS)
    typed = {name: WORDS[kind] for name, kind in options.items() if kind in WORDS}
    assert typed == {name: version.options[name] for name in typed}
    strict = version.options.keys() - set(version.lenient)
    assert (typed.keys() >= strict - {"password"}) == (version.name == "14.3")
    assert OPTIONS.keys() <= options.keys()
