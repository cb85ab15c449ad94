"""How to log in to machines: asked of Vagrant when it had made them, and kept."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from redis_ha import state
from redis_ha.providers import Ssh, Tell, host_keys, nobody, ssh_config, sshd

BOOT_S = 300
"""How long machines may take to boot: with software emulation, four on two cores, 150 s."""


class Logins:
    """The ways into the machines of one environment.

    Args:
        folder: the environment's own.
        addresses: each machine's in the environment's network, by its name. Vagrant goes by one
            that may be another after the next start, or by a forwarded port; this one stays.
    """

    def __init__(self, folder: Path, addresses: Mapping[str, str]) -> None:
        self._folder, self._addresses = folder, addresses

    @property
    def known_hosts(self) -> Path:
        return self._folder / "known_hosts"

    @property
    def _file(self) -> Path:
        return self._folder / "ssh-config"

    def known(self) -> dict[str, Ssh]:
        """Return the way into each machine that is known to be made, by name."""
        if not self._file.exists():
            return {}
        told = ssh_config.parse(self._file.read_text(encoding="utf-8"), self.known_hosts)
        return {
            name: replace(told[name], address=address, port=host_keys.SSH)
            for name, address in self._addresses.items()
            if name in told
        }

    def learn(self, told: str) -> None:
        """Keep what `vagrant ssh-config` said."""
        state.write_private(self._file, told)

    def forget(self) -> None:
        """Take no machine for one that is made, until `learn`."""
        self._file.unlink(missing_ok=True)

    def wait(self, names: Iterable[str], tell: Tell = nobody) -> None:
        """Wait until machines take logins, one after another.

        Raises:
            TimedOut: one does not.
        """
        ways = self.known()
        for name in names:
            way = ways[name]
            sshd.wait(name, way.address, way.port, timeout_s=BOOT_S, interval_s=0.5)
            tell(f"{name}: has booted")

    def pin(self, ids: Mapping[str, str]) -> None:
        """Note the host keys of new machines, and write down which ones to expect.

        Args:
            ids: the hypervisor's name of each machine, by its own.

        Raises:
            ProviderError: a new machine shows no key.
        """
        host_keys.pin(self._folder, {ids[name]: way for name, way in self.known().items()})
