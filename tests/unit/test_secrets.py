from pathlib import Path

import pytest

from redis_ha import secrets
from redis_ha.errors import RedisHaError
from redis_ha.secrets import Secrets

THREE = Secrets({"one": "one-password", "two": "two-password", "three": "three-password"})


def having(stored: Secrets, **others: str) -> Secrets:
    return Secrets({name: others.get(name, stored[name]) for name in secrets.names()})


def test_passwords_are_generated_once_and_kept_private(tmp_path: Path) -> None:
    first = secrets.load(tmp_path)
    assert min(len(first.redis), len(first.sentinel)) >= 24
    assert first.redis != first.sentinel
    assert secrets.load(tmp_path) == first
    assert (tmp_path / secrets.FILE).stat().st_mode & 0o777 == 0o600


def test_every_environment_has_passwords_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    assert secrets.load(tmp_path) != secrets.load(tmp_path / "other")


def test_a_variable_wins_and_is_not_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = secrets.load(tmp_path)
    monkeypatch.setenv("REDIS_HA_REDIS_PASSWORD", "from-outside")
    assert secrets.load(tmp_path) == having(stored, redis="from-outside")
    monkeypatch.setenv("REDIS_HA_SENTINEL_PASSWORD", "from-there")
    assert secrets.load(tmp_path) == having(stored, redis="from-outside", sentinel="from-there")
    assert "from-" not in (tmp_path / secrets.FILE).read_text()


@pytest.mark.parametrize(
    "value",
    [
        "seven77",
        "has space",
        'quote"quote',
        "quote'quote",
        "back\\slash",
        "two\nlines",
        "pässwörter",
    ],
)
@pytest.mark.parametrize("name", ["REDIS", "SENTINEL", "COMMANDER"])
def test_a_password_that_the_files_could_not_hold_is_refused(
    name: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"REDIS_HA_{name}_PASSWORD", value)
    with pytest.raises(
        RedisHaError, match=f"^REDIS_HA_{name}_PASSWORD: needs at least 8"
    ) as caught:
        secrets.load(tmp_path)
    assert value not in str(caught.value)


def test_a_service_that_came_later_gets_a_password_and_the_others_keep_theirs(
    tmp_path: Path,
) -> None:
    (tmp_path / secrets.FILE).write_text('{"redis": "first", "sentinel": "second"}')
    loaded = secrets.load(tmp_path)
    assert (loaded.redis, loaded.sentinel) == ("first", "second")
    assert len(loaded["commander"]) == 32
    assert secrets.load(tmp_path) == loaded


@pytest.mark.parametrize("text", ["{", "[]", '{"redis": "a"}', '{"redis": "a", "other": "b"}'])
def test_a_damaged_file_says_what_to_do(text: str, tmp_path: Path) -> None:
    (tmp_path / secrets.FILE).write_text(text)
    with pytest.raises(RedisHaError, match=r"secrets\.json: damaged; .* `\./inv down --purge`"):
        secrets.load(tmp_path)


def test_masked_leaves_no_password() -> None:
    text = THREE.masked("a one-password b two-password c three-password d")
    assert text == "a ******** b ******** c ******** d"


def test_masked_leaves_no_end_of_a_longer_password() -> None:
    masked = Secrets({"one": "password", "two": "password-and-more"}).masked
    assert masked("password-and-more") == "********"


def test_nothing_prints_a_password_by_accident() -> None:
    shown = f"{THREE!r}"
    assert "password" not in shown


@pytest.mark.parametrize(
    "value",
    ["$2b$12$" + "a" * 53, "#" + "0123456789abcdef" * 4],
    ids=["bcrypt", "an ACL user's"],
)
def test_masked_leaves_no_hash_of_a_password(value: str) -> None:
    assert THREE.masked(f"user {value} on") == "user ******** on"
    assert THREE.masked(value[:-1]) == value[:-1]
