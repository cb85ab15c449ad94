"""Checkouts and terminals as other people have them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract import places
from tests.contract.conftest import OURS, one_node, written
from tests.contract.places import Checkout

ODD = "a b%d'ä"
HELD = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
"""Root as anybody: bound to the modes of files."""


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    return places.copied(tmp_path_factory.mktemp("places") / ODD)


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """Return the options of an environment that nobody ever brought up."""
    made = written(tmp_path_factory.mktemp("idle"), "idle", f"127.11.{OURS}.0/24")
    return made.where


def test_local_nodes_live_in_a_folder_with_an_odd_name(odd: Checkout, tmp_path: Path) -> None:
    inv = written(tmp_path, "odd", f"127.9.{OURS}.0/24")
    text = inv.inventory.read_text().replace('roles = ["redis", "commander"]', 'roles = ["redis"]')
    inv.inventory.write_text(text)
    where = ("--provider", "local", "--inventory", str(inv.inventory))
    try:
        said = odd("up", *where)
        assert said.status == 0, said.err
        again = odd("provision", "--check", *where)
        assert again.out.endswith(" 0 changed\n"), again.out
        assert odd("status", *where).status == 0
    finally:
        down = odd("down", "--purge", *where)
    assert down.status == 0, down.err
    assert not (odd.root / ".state/odd/local").exists()


def test_a_link_to_a_checkout_is_the_same_one(odd: Checkout, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(odd.root)
    said = Checkout(tmp_path / "link")("--list")
    assert (said.status, said.err) == (0, "")
    assert "Bring everything up" in said.out


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[Checkout]:
    """Return a checkout in which nothing can be written."""
    made = places.copied(tmp_path / "sealed", () if os.geteuid() else HELD)
    folders = [made.root, *(path for path in made.root.rglob("*") if path.is_dir())]
    for folder in folders:
        if not folder.is_symlink():
            folder.chmod(0o555)
    yield made
    for folder in folders:
        if not folder.is_symlink():
            folder.chmod(0o755)


def test_a_read_only_checkout_is_looked_at(sealed: Checkout, idle: tuple[str, ...]) -> None:
    assert sealed("--list").status == 0
    said = sealed("status", *idle)
    assert said.status == 1, said.err
    assert "no Redis and no Sentinel answers" in said.error


@pytest.mark.parametrize("words", [("up",), ("down",), ("provision",)])
def test_a_read_only_checkout_is_changed_by_nothing(
    words: tuple[str, ...], sealed: Checkout, idle: tuple[str, ...]
) -> None:
    said = sealed(*words, *idle)
    assert (said.status, said.out) == (2, "")
    assert "Permission denied" in said.error or "do not run" in said.error
    assert not (sealed.root / ".state").exists()


def test_without_its_venv_a_read_only_checkout_says_so(sealed: Checkout) -> None:
    sealed.root.joinpath(".venv").chmod(0o755)
    sealed.root.joinpath(".venv/complete").unlink()
    said = sealed("--list")
    assert (said.status, said.out) == (2, "")
    assert said.err == f"inv: cannot make .venv: {sealed.root} is not writable for you\n"


NOBODY = 65534


def test_what_root_leaves_in_a_checkout_is_its_owners(tmp_path: Path) -> None:
    owner = os.geteuid() or NOBODY
    theirs = places.copied(tmp_path / "theirs")
    for path in (theirs.root, *theirs.root.rglob("*")):
        os.chown(path, owner, -1, follow_symlinks=False)
    inventory = tmp_path / "one.toml"
    inventory.write_text(one_node(f"127.10.{OURS}.0/24"))
    where = ("--provider", "local", "--inventory", str(inventory))
    try:
        said = theirs("up", *where)
        assert said.status == 0, said.err
        assert theirs("sentinel", *where).status == 0
        left = [theirs.root / name for name in (".state", "reports")]
        files = [path for top in left for path in (top, *top.rglob("*"))]
        assert {path.name for path in files} >= {"secrets.json", "redis.conf", "one"}
        assert {path.lstat().st_uid for path in files} == {owner}
    finally:
        theirs("down", "--purge", *where)


CLOSED = [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"]


@pytest.mark.parametrize("closed", CLOSED)
def test_a_closed_output_changes_no_status(
    closed: str, odd: Checkout, idle: tuple[str, ...]
) -> None:
    run = f'"$0" "$@" {closed}'
    for words, status in ((("--list",), 0), (("nope",), 2), (("status", *idle), 1)):
        said = Checkout(odd.root, ("bash", "-c", run))(*words)
        assert said.status == status, said.err
        assert "Traceback" not in said.err


FULL = {">/dev/full": "redis-ha: No space left on device\n", ">/dev/full 2>/dev/full": ""}


@pytest.mark.parametrize(("full", "line"), FULL.items(), ids=["stdout", "both"])
@pytest.mark.parametrize("words", [("--list",), ("schema",), ("help", "up")])
def test_a_full_output_is_one_line(
    full: str, line: str, words: tuple[str, ...], odd: Checkout
) -> None:
    said = Checkout(odd.root, ("bash", "-c", f'"$0" "$@" {full}'))(*words)
    assert (said.status, said.out, said.err) == (2, "", line)


LETTERS = {
    "C": {"LC_ALL": "C"},
    "ASCII": {"PYTHONIOENCODING": "ascii"},
    "no UTF-8": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "a locale of Latin-1": {"LC_ALL": "", "LANG": "xx_XX.ISO-8859-1"},
    "Latin-1": {"PYTHONIOENCODING": "iso-8859-1"},
}


@pytest.mark.parametrize("variables", LETTERS.values(), ids=LETTERS)
def test_a_terminal_without_these_letters_gets_others(
    variables: dict[str, str], odd: Checkout, idle: tuple[str, ...]
) -> None:
    said = odd("status", "--inventory", "東.toml", **variables)
    assert (said.status, said.out) == (2, ""), said.err
    assert said.error.endswith("toml: no such inventory; there are default, fast, site, two-nodes")
    shown = odd("status", *idle, **variables)
    assert shown.status == 1
    assert "no Redis and no Sentinel answers" in shown.error
