"""Where TYPO3 comes from, and what Composer is told of it."""

import json
from pathlib import Path

import pytest

from redis_ha.errors import RedisHaError
from redis_ha.provision import typo3_packages as packages
from redis_ha.provision.typo3_packages import Repository
from tests.unit.builders import program

KINDS = {
    "a.zip": "artifact",
    "packages.json": "composer",
    "composer.json": "path",
    "HEAD": "vcs",
    ".git": "vcs",
}


@pytest.mark.parametrize(("sign", "kind"), KINDS.items(), ids=KINDS)
def test_a_folder_is_known_by_what_lies_in_it(sign: str, kind: str, tmp_path: Path) -> None:
    (tmp_path / sign).touch()
    assert packages.repositories(str(tmp_path)) == (Repository(kind, str(tmp_path), tmp_path),)


def test_several_are_separated_by_spaces_and_addresses_are_no_folders(tmp_path: Path) -> None:
    (tmp_path / "a.zip").touch()
    said = f" https://packages.example  {tmp_path} https://git.example/a.git"
    assert [(each.kind, each.folder) for each in packages.repositories(said)] == [
        ("composer", None),
        ("artifact", tmp_path),
        ("vcs", None),
    ]


@pytest.mark.parametrize(
    ("name", "why"), [("nosuch", "is no folder"), ("", "holds no packages")], ids=["none", "empty"]
)
def test_what_is_neither_is_refused(name: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(RedisHaError, match=f"REDIS_HA_COMPOSER_REPOSITORY: .*{why}"):
        packages.repositories(str(tmp_path / name))


def test_a_wrong_word_is_in_the_way_of_the_site_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin", "composer", "exit 1")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    monkeypatch.setenv(packages.VARIABLE, str(tmp_path / "nosuch"))
    assert str(packages.obstacle("13.4")).endswith("nosuch is no folder")


def test_the_registry_is_turned_off_beside_repositories_of_ones_own(tmp_path: Path) -> None:
    own = (Repository("artifact", "/srv/packages"),)
    for places, last in ((own, {"packagist.org": False}), ((), None)):
        made = json.loads(packages.project({"typo3/cms-core": "13.4.*"}, places))
        assert made["require"] == {"typo3/cms-core": "13.4.*"}
        assert (made["repositories"][-1] if made["repositories"] else None) == last


SAID = {
    "an exception": (
        "No composer.lock\n\nIn CurlDownloader.php line 365:\n   \n  curl error 6 while \n  "
        "downloading  \n\ninstall [--prefer-source]",
        "curl error 6 while downloading",
    ),
    "packages that do not fit": (
        "Your requirements could not be resolved to an installable set of packages.\n\n"
        "  Problem 1\n    - typo3/cms-core 13.4 is missing",
        "Problem 1 - typo3/cms-core 13.4 is missing",
    ),
    "a last word": ("Loading\n\nKilled\n", "Killed"),
    "nothing": ("", "no output"),
}


@pytest.mark.parametrize(("said", "why"), SAID.values(), ids=SAID)
def test_what_composer_says_is_one_line(said: str, why: str) -> None:
    assert packages.cause(said) == why


def test_a_source_without_typo3_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "packages.json").write_text('{"packages": []}')
    monkeypatch.setenv(packages.VARIABLE, f"file://{tmp_path}")
    why = packages.obstacle("13.4")
    assert why
    assert "has no TYPO3 13.4" in why or "Composer is not installed" in why
