"""Settings of TYPO3 against tests/golden/typo3; `GOLDEN=write pytest tests/unit/provision`."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from redis_ha import inventory
from redis_ha.errors import RedisHaError
from redis_ha.nodes.environment import Environment
from redis_ha.provision import typo3_settings as settings
from redis_ha.provision.typo3_settings import Wish
from redis_ha.render import PROJECT
from redis_ha.roles.redis import Redis
from redis_ha.roles.typo3 import PASSWORD_FILE
from redis_ha.roles.web import Web
from redis_ha.secrets import Secrets
from redis_ha.typo3.versions import FIXED, GRACEFUL, LIFETIMES, LOCKS, VERSIONS
from tests.unit import builders
from tests.unit.builders import changed

GOLDEN = PROJECT / "tests/golden/typo3"
V12, V13, V14 = (VERSIONS[name] for name in ("12.4", "13.4", "14.3"))
WISHES = {
    "12.4": Wish(V12, "proxy"),
    "13.4": Wish(V13, "proxy"),
    "14.3": Wish(V14, "proxy"),
    "12.4-all": Wish(V12, "proxy", V12.movable, V12.packages, "it's \\ mine", tls=True),
    "13.4-all": Wish(V13, "proxy", V13.movable, V13.packages, "typo3", tls=True),
    "14.3-all": Wish(V14, "proxy", V14.movable, V14.packages, "typo3", tls=True),
    "13.4-direct": Wish(V13, "direct", ("pages",)),
}


def environment(name: str = "default") -> Environment:
    topology = inventory.load(name)
    hosts = [builders.ssh_host(spec) for spec in topology.nodes]
    return builders.environment(hosts, topology, Path("/srv/state"))


def compared(name: str, text: str) -> None:
    golden = GOLDEN / name
    if os.environ.get("GOLDEN") == "write":
        golden.write_text(text)
    assert text == golden.read_text()


@pytest.mark.parametrize("name", WISHES)
def test_settings_are_printed_as_their_golden_copy(name: str) -> None:
    compared(f"{name}.php", settings.fragment(environment(), WISHES[name]))


@pytest.mark.parametrize("name", VERSIONS)
def test_the_way_back_is_printed_as_its_golden_copy(name: str) -> None:
    compared(f"{name}-off.sh", settings.off(VERSIONS[name]))


def test_every_golden_copy_is_of_a_case() -> None:
    expected = {f"{name}.php" for name in WISHES} | {f"{name}-off.sh" for name in VERSIONS}
    assert {path.name for path in GOLDEN.iterdir()} == expected


def test_the_tables_of_caches_come_before_the_settings_go() -> None:
    text = settings.off(V13)
    assert text.index("extension:setup") < text.index("cache:flush") < text.index("mv ")


@pytest.mark.parametrize("name", WISHES)
def test_no_password_is_printed(name: str) -> None:
    with_password = environment()
    with_password.__dict__["secrets"] = Secrets({"redis": "never-to-be-seen"})
    text = settings.fragment(with_password, WISHES[name])
    assert "never-to-be-seen" not in text
    assert PASSWORD_FILE in text


def test_databases_are_told_apart_and_none_is_taken() -> None:
    for of_php in (1, 5):
        topology = changed(inventory.load("default"), web=Web(session_database=of_php))
        numbers = settings.databases(topology)
        assert len(set(numbers.values())) == len(numbers) == len(LIFETIMES) + 2
        assert not set(numbers.values()) & {0, of_php}


def test_a_redis_with_too_few_databases_is_refused() -> None:
    topology = changed(inventory.load("default"), redis=Redis(databases=8))
    with pytest.raises(RedisHaError, match=r"redis\.databases: TYPO3's purposes need 12"):
        settings.databases(topology)


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "a version": (lambda: settings.version("11.5"), "--typo3: one of 12.4, 13.4, 14.3, not `11.5`"),
    "a mode": (lambda: asked(Wish(V13, "sentinel")), "--mode: takes proxy, direct, not `sentinel`"),
    "a cache of another version": (
        lambda: asked(Wish(V13, "proxy", ("imagesizes",))),
        "--caches: ",
    ),
    "an extension of another version": (
        lambda: asked(Wish(V13, "proxy", packages=(GRACEFUL,))),
        f"--with: takes {LOCKS}, not `{GRACEFUL}`",
    ),
} | {
    f"the cache {name}": (
        lambda name=name: asked(Wish(V13, "proxy", (name,))),
        f"not `{name}`: {why}",
    )
    for name, why in FIXED.items()
}


def asked(wish: Wish) -> str:
    return settings.fragment(environment(), wish)


@pytest.mark.parametrize(("ask", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused_in_words(ask: Callable[[], object], said: str) -> None:
    with pytest.raises(RedisHaError, match=re.escape(said)):
        ask()


def test_without_a_proxy_its_mode_is_refused() -> None:
    topology = inventory.load("default")
    bare = changed(topology, nodes=[each for each in topology.nodes if "redis" in each.roles])
    without = builders.environment([builders.ssh_host(each) for each in bare.nodes], bare, Path())
    with pytest.raises(RedisHaError, match="no node has the role proxy"):
        settings.fragment(without, Wish(V13, "proxy"))
