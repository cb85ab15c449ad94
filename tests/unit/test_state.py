import os
import threading
from pathlib import Path
from typing import IO

import pytest

from redis_ha import state
from redis_ha.errors import RedisHaError, Unwritable


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_an_environment_has_a_private_folder(own_state: Path) -> None:
    folder = state.folder("default", "local")
    assert folder == own_state / "default/local"
    assert [mode(path) for path in (own_state, folder.parent, folder)] == [0o700] * 3


def test_a_folder_that_got_open_is_closed_again(own_state: Path) -> None:
    state.folder("default", "local").chmod(0o755)
    assert mode(state.folder("default", "local")) == 0o700


def test_a_private_file_is_private_from_the_first_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def replace(draft: Path, target: Path) -> Path:
        seen.append(mode(draft))
        os.rename(draft, target)  # noqa: PTH104 - this is what is replaced
        return target

    monkeypatch.setattr(Path, "replace", replace)
    state.write_private(tmp_path / "file", "text")
    assert seen == [0o600]
    assert (tmp_path / "file").read_text() == "text"


def test_a_private_file_that_has_no_room_is_told_with_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> IO[str]:
        return Path("/dev/full").open("w", encoding="utf-8")

    target = tmp_path / "file"
    target.write_text("old")
    monkeypatch.setattr("os.fdopen", full)
    words = f"^cannot write {target}: No space left on device; the same command goes on"
    with pytest.raises(Unwritable, match=words):
        state.write_private(target, "new")
    assert [path.read_text() for path in tmp_path.iterdir() if path.is_file()] == ["old"]


def test_a_private_file_replaces_an_open_one_and_leaves_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_text("old")
    target.chmod(0o644)
    state.write_private(target, "new")
    assert (target.read_text(), mode(target)) == ("new", 0o600)
    assert list(tmp_path.glob(".file*")) == []


def test_one_command_at_a_time_changes_an_environment(tmp_path: Path) -> None:
    refused: list[str] = []

    def second() -> None:
        with pytest.raises(RedisHaError) as caught, state.exclusive(tmp_path):
            pytest.fail("it got in")
        refused.append(str(caught.value))

    with state.exclusive(tmp_path):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert refused == [
        f"another command is changing this environment ({tmp_path}); wait until it has ended"
    ]
    with state.exclusive(tmp_path):
        pass  # it is free again


def test_the_provider_is_remembered_until_it_is_forgotten(own_state: Path) -> None:
    assert state.last_used("default") is None
    state.remember("default", "docker")
    assert state.last_used("default") == "docker"
    assert state.last_used("two-nodes") is None
    state.forget("default", "local")  # another one's
    assert state.last_used("default") == "docker"
    state.forget("default", "docker")
    assert state.last_used("default") is None


def test_the_fingerprint_is_stable_and_the_checkouts_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = state.fingerprint("default")
    assert state.fingerprint("default") == here
    assert state.fingerprint("two-nodes") != here
    monkeypatch.setattr(state, "PROJECT", Path("/elsewhere"))
    assert state.fingerprint("default") != here


def opened(file: Path) -> str:
    """Do what a command does; return the name that the inventory's state goes by."""
    file.parent.mkdir(exist_ok=True)
    file.touch()
    name = state.claimed(file.stem, file)
    state.folder(name, "local")
    state.claim(name, file)
    return name


def test_two_inventories_of_one_name_do_not_share_their_state(tmp_path: Path) -> None:
    one, other = tmp_path / "one" / "x.toml", tmp_path / "other" / "x.toml"
    assert opened(one) == "x"
    apart = opened(other)
    assert apart.startswith("x-")
    assert [opened(one), opened(other), opened(one)] == ["x", apart, "x"]


def test_an_environment_without_a_note_is_its_inventorys(tmp_path: Path) -> None:
    state.folder("x", "local")
    assert opened(tmp_path / "one" / "x.toml") == "x"


def test_who_moves_an_inventory_keeps_its_environment(tmp_path: Path) -> None:
    one, moved = tmp_path / "one" / "x.toml", tmp_path / "moved" / "x.toml"
    assert opened(one) == "x"
    one.unlink()
    assert opened(moved) == "x"
    assert opened(one) != "x"


def test_a_link_to_an_inventory_is_the_same_one(tmp_path: Path) -> None:
    one = tmp_path / "one" / "x.toml"
    assert opened(one) == "x"
    (tmp_path / "linked").symlink_to(one.parent)
    assert opened(tmp_path / "linked" / "x.toml") == "x"


def test_what_was_purged_gives_its_name_back(own_state: Path, tmp_path: Path) -> None:
    one, other = tmp_path / "one" / "x.toml", tmp_path / "other" / "x.toml"
    assert opened(one) == "x"
    secrets = own_state / "x" / "local" / "secrets.json"
    secrets.touch()
    state.forget("x", "local")
    assert opened(other) != "x", "something of it is still there"
    secrets.unlink()
    state.forget("x", "local")
    assert opened(tmp_path / "third" / "x.toml") == "x"
