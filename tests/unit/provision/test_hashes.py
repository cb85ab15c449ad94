import bcrypt
import pytest

from redis_ha.provision import hashes


def test_the_known_hash_stays_where_it_is_of_the_password() -> None:
    known = bcrypt.hashpw(b"word", bcrypt.gensalt(4)).decode()
    assert hashes.kept("word", known) == known


@pytest.mark.parametrize(
    "known", ["", "no hash", bcrypt.hashpw(b"other", bcrypt.gensalt(4)).decode()]
)
def test_another_one_is_made_where_it_is_not(known: str) -> None:
    made = hashes.kept("word", known)
    assert made != known
    assert bcrypt.checkpw(b"word", made.encode())


def test_a_hash_is_checked_once_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    known = bcrypt.hashpw(b"once", bcrypt.gensalt(4)).decode()
    assert hashes.kept("once", known) == known
    monkeypatch.delattr(bcrypt, "checkpw")
    assert hashes.kept("once", known) == known
