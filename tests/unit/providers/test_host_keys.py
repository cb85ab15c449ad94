import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from socket import create_server

import pytest

from redis_ha.errors import ProviderError
from redis_ha.providers import Ssh, host_keys, sshd


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return what servers show by their address; to be filled by the test."""
    shown: dict[str, str] = {}
    monkeypatch.setattr(sshd, "host_key", lambda address, port: shown[address])
    return shown


def test_a_key_is_taken_at_first_sight_and_expected_from_then_on(
    keys: dict[str, str], tmp_path: Path
) -> None:
    known = tmp_path / "known_hosts"
    way = Ssh("10.0.0.11", "vagrant", Path("key"), known)
    keys["10.0.0.11"] = "ssh-ed25519 FIRST"
    host_keys.pin(tmp_path, {"id-1": way})
    keys["10.0.0.11"] = "ssh-ed25519 SOMEBODY-ELSE"
    host_keys.pin(tmp_path, {"id-1": way})
    assert known.read_text() == "10.0.0.11 ssh-ed25519 FIRST\n"
    assert json.loads((tmp_path / "host_keys.json").read_text()) == {"id-1": "ssh-ed25519 FIRST"}


def test_a_machine_that_was_made_anew_has_another_key(keys: dict[str, str], tmp_path: Path) -> None:
    way = Ssh("10.0.0.11", "vagrant", Path("key"), tmp_path / "known_hosts", port=2222)
    for number in (1, 2):
        keys["10.0.0.11"] = f"ssh-ed25519 KEY{number}"
        host_keys.pin(tmp_path, {f"id-{number}": way})
    assert way.known_hosts.read_text() == "[10.0.0.11]:2222 ssh-ed25519 KEY2\n"


def test_an_address_may_change_and_the_key_stays(keys: dict[str, str], tmp_path: Path) -> None:
    way = Ssh("10.0.0.11", "vagrant", Path("key"), tmp_path / "known_hosts")
    keys["10.0.0.11"] = "ssh-ed25519 KEY"
    host_keys.pin(tmp_path, {"id-1": way})
    host_keys.pin(tmp_path, {"id-1": replace(way, address="10.0.0.12")})
    assert way.known_hosts.read_text() == "10.0.0.12 ssh-ed25519 KEY\n"


@contextmanager
def greeting(words: bytes) -> Iterator[int]:
    """Greet whoever connects, once; yields the port."""
    with create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(words)

        thread = threading.Thread(target=serve)
        thread.start()
        yield int(server.getsockname()[1])
        thread.join()


@pytest.mark.parametrize(("words", "is_one"), [(b"SSH-2.0-x\r\n", True), (b"220 mail\r\n", False)])
def test_an_ssh_server_is_known_by_its_greeting(words: bytes, is_one: bool) -> None:
    with greeting(words) as port:
        assert sshd.accepts("127.0.0.1", port) is is_one


def test_nobody_is_no_ssh_server() -> None:
    assert not sshd.accepts("127.0.0.1", 1)
    with pytest.raises(ProviderError, match=r"^127\.0\.0\.1:1 shows no SSH host key$"):
        sshd.host_key("127.0.0.1", 1)
