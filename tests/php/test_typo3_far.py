"""The same site read by its folder and over SSH: OpenSSH, a server, and that machine's PHP."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from redis_ha import tool
from redis_ha.checkers.configuration.finding import Finding
from redis_ha.checkers.typo3 import findings
from redis_ha.errors import ProviderError, RedisHaError, Unreachable
from redis_ha.providers import keys
from redis_ha.services import typo3_site
from redis_ha.typo3.far import Far
from tests.php.servers import Pair
from tests.unit.builders import program
from tests.unit.nodes.sshd import served

HOST = "shop"
OWN = """
Host {host}
HostName 127.0.0.1
Port {port}
User {user}
IdentityFile {folder}/login
IdentitiesOnly yes
UserKnownHostsFile {folder}/known_hosts
GlobalKnownHostsFile /dev/null
"""
Machine = Callable[..., AbstractContextManager[None]]


@pytest.fixture
def machine(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Return what makes a machine that OpenSSH's own configuration knows by the name `shop`."""
    folder = tmp_path_factory.mktemp("machine")
    _, host_key = keys.ensure(folder / "host")
    keys.ensure(folder / "login")
    program(folder / "bin", "ssh", f'exec {tool.located("ssh")} -F "{folder}/config" "$@"')
    monkeypatch.setenv("PATH", str(folder / "bin"), prepend=":")

    @contextmanager
    def running(
        user: str = "ops", path: str = "/usr/bin:/bin", known: str = host_key
    ) -> Iterator[None]:
        with served(folder / "host", folder / "login", {"PATH": path}) as port:
            keys.write_known_hosts(folder / "known_hosts", {f"[127.0.0.1]:{port}": known})
            text = OWN.format(host=HOST, port=port, user=user, folder=folder)
            (folder / "config").write_text(text)
            yield

    return running


def found(place: Path | Far) -> list[Finding]:
    read = typo3_site.over_ssh(place) if isinstance(place, Far) else typo3_site.here(place)
    return findings(read)


def test_what_is_found_over_ssh_is_what_is_found_there(
    machine: Machine, typo3: Path, pair: Pair
) -> None:
    with machine(), pair.master.set_to(maxmemory_policy="allkeys-lru"):
        there = found(Far(HOST, str(typo3)))
        assert there == found(typo3)
    address = f"127.0.0.1:{pair.master.port}"
    assert {"pages: database", f"{address}: maxmemory-policy"} <= {
        each.setting for each in there if each.is_wrong
    }


def test_a_folder_of_any_name_is_found_and_what_a_shell_says_is_passed_over(
    machine: Machine, typo3: Path, tmp_path: Path
) -> None:
    odd = tmp_path / "it's $HOME `id`"
    (odd / "config").parent.mkdir()
    (odd / "config").symlink_to(typo3 / "config")
    program(tmp_path / "bin", "php", 'echo "a word of welcome"; exec /usr/bin/php "$@"')
    with machine(path=f"{tmp_path / 'bin'}:/usr/bin:/bin"):
        assert found(Far(HOST, str(odd))) == found(typo3)


def test_who_does_not_get_in_is_told_why(machine: Machine, typo3: Path) -> None:
    with (
        machine(user="stranger"),
        pytest.raises(Unreachable, match=r"shop: no SSH there: .*denied"),
    ):
        found(Far(HOST, str(typo3)))
    with machine(known="ssh-ed25519 AAAA"), pytest.raises(Unreachable, match="Host key verif"):
        found(Far(HOST, str(typo3)))


def test_nobody_there_is_told(machine: Machine) -> None:
    with machine():
        pass
    with pytest.raises(Unreachable, match=r"^shop: no SSH there: .*refused$"):
        found(Far(HOST, "/srv/site"))


def test_a_machine_without_php_is_told(machine: Machine, typo3: Path) -> None:
    with machine(path="/nonexistent"), pytest.raises(ProviderError) as caught:
        found(Far(HOST, str(typo3)))
    assert str(caught.value).startswith("shop: no PHP runs there: ")
    assert "not found" in str(caught.value)


def test_a_machine_without_the_site_is_told(machine: Machine, typo3: Path) -> None:
    with machine():
        with pytest.raises(RedisHaError, match=r"^shop: /nosuch: no such folder"):
            found(Far(HOST, "/nosuch"))
        (typo3 / "config" / "system" / "settings.php").unlink()
        with pytest.raises(RedisHaError, match=r"^shop: .*: no TYPO3 here: "):
            found(Far(HOST, str(typo3)))


def test_settings_that_end_in_an_error_are_no_matter_of_ssh(machine: Machine, typo3: Path) -> None:
    text = "<?php exit(255);"
    (typo3 / "config" / "system" / "additional.php").write_text(text)
    with machine(), pytest.raises(ProviderError, match="its settings end PHP: status 255"):
        found(Far(HOST, str(typo3)))
