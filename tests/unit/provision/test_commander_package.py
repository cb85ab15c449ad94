"""The console's package: the same content is the same file, and what npm says is told."""

import json
import tarfile
from pathlib import Path

import pytest

from redis_ha.errors import ProviderError
from redis_ha.provision import commander_package as package
from redis_ha.provision import npm
from tests.unit.builders import program

NPM = """
case $1 in
ci) mkdir -p node_modules/redis-commander/bin node_modules/ioredis node_modules/.bin
    echo "the console" >node_modules/redis-commander/bin/redis-commander.js
    echo "the client" >node_modules/ioredis/index.js
    echo "from $$" >node_modules/.package-lock.json
    echo x >node_modules/.bin/x
    echo "$@" >>"$CALLS" ;;
audit) cat "$AUDIT"; exit 1 ;;
esac
"""
ADVISORY = {"severity": "high", "title": "too trusting", "name": "qs"}
FOUND = {"qs": {"via": [ADVISORY]}, "express": {"via": ["qs"]}}


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a npm that makes a small tree first on PATH; returns what it was called with."""
    program(tmp_path / "bin", "npm", NPM)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    monkeypatch.setenv("AUDIT", str(tmp_path / "audit"))
    monkeypatch.setattr(npm, "CACHE", tmp_path / "cache")
    return tmp_path / "calls"


def ensure() -> package.Package:
    return package.ensure(lambda line: None)


def test_it_is_made_once_of_production_packages_without_their_scripts(calls: Path) -> None:
    first, second = ensure(), ensure()
    assert (first.is_new, second.is_new) == (True, False)
    assert first.path == second.path
    assert first.size > 0
    (line,) = calls.read_text().splitlines()
    assert {"--omit=dev", "--omit=optional", "--ignore-scripts"} <= set(line.split())


def test_the_same_content_is_the_same_file(calls: Path) -> None:
    made = ensure().path
    before = made.read_bytes()
    made.unlink()
    assert ensure().path.read_bytes() == before
    assert len(calls.read_text().splitlines()) == 2


def test_the_other_packages_are_inside_the_console_and_nothing_of_npm_itself(calls: Path) -> None:
    with tarfile.open(ensure().path) as archive:
        members = {member.name: member for member in archive}
    assert set(members) == {
        "bin/redis-commander.js",
        "node_modules/ioredis/index.js",
        "preload.js",
    }
    assert {(each.uid, each.mtime, each.uname) for each in members.values()} == {(0, 0, "")}


def test_another_recipe_is_another_package(
    calls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ensure()
    recipe = tmp_path / "recipe"
    recipe.mkdir()
    for file in package.RECIPE.iterdir():
        (recipe / file.name).write_bytes(file.read_bytes() + b"\n")
    monkeypatch.setattr(package, "RECIPE", recipe)
    assert ensure().digest != before.digest


def test_npms_own_reason_is_told_and_nothing_is_left(calls: Path, tmp_path: Path) -> None:
    program(
        tmp_path / "bin",
        "npm",
        "echo 'npm error code E404' >&2; echo 'npm error not there' >&2; exit 1",
    )
    with pytest.raises(ProviderError, match=r"^npm cannot install redis-commander: not there$"):
        ensure()
    assert list((tmp_path / "cache").iterdir()) == []


def test_without_network_it_is_refused_after_one_question(calls: Path, tmp_path: Path) -> None:
    said = ("code EAI_AGAIN", "syscall getaddrinfo", "errno EAI_AGAIN", "request to x failed")
    told = "; ".join(f"echo 'npm error {line}' >&2" for line in said)
    program(tmp_path / "bin", "npm", f'[ "$1" = view ] || echo "$@" >>"$CALLS"; {told}; exit 1')
    with pytest.raises(ProviderError, match=r"^npm cannot install redis-commander: request to x"):
        ensure()
    assert not calls.exists()


def test_without_npm_only_what_was_packed_before_can_be_had(
    calls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert package.obstacle() is None
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    assert "npm is not installed" in str(package.obstacle())
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    ensure()
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    assert package.obstacle() is None


def test_an_advisory_is_told_once_and_where_it_originates(calls: Path, tmp_path: Path) -> None:
    (tmp_path / "audit").write_text(json.dumps({"vulnerabilities": FOUND}))
    assert package.audit() == [package.Advisory("qs", "high", "too trusting")]


@pytest.mark.parametrize("text", ["", '{"error": {"code": "ENOAUDIT"}}'])
def test_a_registry_that_does_not_answer_is_no_clean_bill(
    text: str, calls: Path, tmp_path: Path
) -> None:
    (tmp_path / "audit").write_text(text)
    with pytest.raises(ProviderError, match="npm audit: the registry gives no answer"):
        package.audit()


def test_the_lock_names_no_registry_and_a_hash_for_every_package() -> None:
    lock = json.loads((package.RECIPE / "package-lock.json").read_text())
    packages = {name: each for name, each in lock["packages"].items() if name}
    assert len(packages) > 100
    assert [name for name, each in packages.items() if "resolved" in each] == []
    assert [name for name, each in packages.items() if "integrity" not in each] == []
    assert packages["node_modules/redis-commander"]["version"] == package.version()
