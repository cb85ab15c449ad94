from pathlib import Path

from paramiko import Ed25519Key
from paramiko.hostkeys import HostKeys

from redis_ha.providers import keys


def test_a_key_is_made_once_private_and_in_openssh_format(tmp_path: Path) -> None:
    path = tmp_path / "id"
    private, public = keys.ensure(path)
    assert keys.ensure(path) == (private, public)
    assert path.stat().st_mode & 0o777 == 0o600
    loaded = Ed25519Key.from_private_key_file(str(path))
    assert public == f"{loaded.get_name()} {loaded.get_base64()}"


def test_every_path_has_a_key_of_its_own(tmp_path: Path) -> None:
    assert keys.ensure(tmp_path / "one") != keys.ensure(tmp_path / "two")


def test_known_hosts_says_which_key_each_address_has(tmp_path: Path) -> None:
    public = {f"192.0.2.{n}": keys.ensure(tmp_path / f"host{n}")[1] for n in (1, 2)}
    path = tmp_path / "known_hosts"
    keys.write_known_hosts(path, public)
    loaded = HostKeys(str(path))
    for address, line in public.items():
        entry = loaded.lookup(address)
        assert entry is not None
        assert [f"{kind} {key.get_base64()}" for kind, key in entry.items()] == [line]
