"""Nodes as virtual machines that Vagrant makes, on VirtualBox or libvirt, reached over SSH."""

import json
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from ipaddress import IPv4Network
from pathlib import Path

from redis_ha import inventory, state
from redis_ha.errors import CommandFailed, ProviderError
from redis_ha.providers import Host, Ssh, Tell, box, kvm, machines, nobody, vagrant_host
from redis_ha.providers.hypervisor import HYPERVISORS, Hypervisor, choose
from redis_ha.providers.logins import Logins
from redis_ha.providers.made import existing
from redis_ha.providers.subnet import overlap, subnet_of
from redis_ha.providers.vagrant_command import FOLDER, VagrantCommand

USER = "vagrant"
HALT_S = 120
"""How long machines may take to shut down: with software emulation, four on two cores, 40 s."""


class VagrantProvider:
    """Runs every node of an inventory as a machine of one Vagrant environment."""

    name = "vagrant"
    loses_cache = True

    def __init__(self, topology: inventory.Inventory) -> None:
        self._topology = topology
        self._folder = state.folder(topology.name, self.name)
        dot = FOLDER / machines.dotfile_of(topology.name)
        self._vagrant = VagrantCommand(dot, self._folder / "vagrant.log")
        number = state.fingerprint(topology.name)
        pool = topology.table(inventory.vagrant.Vagrant).network
        self._subnet = subnet_of(pool, number, topology.last_host)
        self._prefix = f"redis-ha-{topology.name}-{number:08x}"
        addresses = {spec.name: self._address(spec) for spec in topology.nodes}
        self._logins = Logins(self._folder, addresses)

    @property
    def kind(self) -> str:
        """Return Vagrant's own name of the hypervisor.

        Raises:
            ProviderError: VAGRANT_DEFAULT_PROVIDER names one that is not known here.
        """
        return choose(
            self._vagrant.kinds(), self._topology.table(inventory.vagrant.Vagrant).provider
        )

    @property
    def hypervisor(self) -> Hypervisor:
        """Return what runs the machines."""
        return HYPERVISORS[self.kind]

    @property
    def subnet(self) -> IPv4Network:
        """Return the machines' own network."""
        return self._subnet

    def hosts(self) -> tuple[Host, ...]:
        ways = self._logins.known()
        return tuple(
            Host(spec, self._address(spec), ways.get(spec.name) or self._unknown(spec))
            for spec in self._topology.nodes
        )

    def is_up(self) -> bool:
        ids = self.ids()
        return len(ids) == len(self._topology.nodes) and self.hypervisor.running() >= set(
            ids.values()
        )

    def ids(self) -> dict[str, str]:
        """Return the hypervisor's own name of each machine that was made, by node."""
        return self._vagrant.ids(self.kind)

    def up(self, tell: Tell) -> None:
        vagrant_host.require_programs(self.kind)
        vagrant_host.serve(self.kind)
        booted = nobody if self.is_up() else self._start(tell)
        if not self._logins.known().keys() >= self.ids().keys():
            self._learn_logins()
        self._logins.wait(self._names, booted)
        self._logins.pin(self.ids())

    def _start(self, tell: Tell) -> Tell:
        """Start machines that are as the inventory wants them; have Vagrant make them else.

        Returns:
            Whom to tell which one has booted; of those that it makes Vagrant says so itself.
        """
        made = self._told.read_text(encoding="utf-8") if self._told.exists() else ""
        known, ids = self._logins.known().keys(), self.ids().keys()
        if made == self.described() and known == ids == set(self._names):
            self.tell_emulation(tell)
            tell("starting the machines that there are")
            self._on(list(self.ids()))
            return tell
        self._make(tell)
        return nobody

    def _make(self, tell: Tell) -> None:
        """Have Vagrant make and start what is missing, and change what is to be changed."""
        if not self.ids():
            self._check_network()
        self._ensure_box(tell)
        self.tell_emulation(tell)  # a box has the kernel to try KVM with
        self._logins.forget()  # until they are known again, they are not made
        self._tell_vagrant()
        tell(f"{self.hypervisor.name}: machines of {self.box().name} on {self._subnet}")
        words = ("up", "--no-provision", "--provider", self.kind)
        self._vagrant.run(*words, told=self._told, tell=tell)

    def _tell_vagrant(self) -> None:
        """Write down what the Vagrantfile reads."""
        state.write_private(self._told, self.described())

    def _learn_logins(self) -> None:
        """Ask Vagrant how to log in to each machine; it takes seconds, so the answer is kept."""
        if not self._told.exists():
            self._tell_vagrant()
        self._logins.learn(self._vagrant.run("ssh-config", told=self._told))

    def tell_emulation(self, tell: Tell) -> None:
        """Say so where machines have to do without hardware virtualisation."""
        virtual = self._virtual
        if not virtual.works:
            tell(f"software emulation, many times slower than KVM: {virtual.why}")

    @property
    def _virtual(self) -> kvm.Kvm:
        """VirtualBox looks after that itself."""
        return kvm.find(box.kernels()) if self.kind == "libvirt" else kvm.Kvm(True, "")

    def described(self) -> str:
        """Return what the Vagrantfile is told, as JSON.

        Raises:
            ProviderError: there is no box, and none can be built here.
        """
        told = machines.describe(
            self._topology,
            hypervisor=self.kind,
            driver=self._virtual.driver,
            box=self.box(),
            subnet=self._subnet,
            prefix=self._prefix,
        )
        return json.dumps(told, indent=2)

    def box(self) -> machines.Box:
        """Return the box that Vagrant shall take: that of the machines that there are, if any."""
        if self.ids() and self._told.exists():
            told = json.loads(self._told.read_text(encoding="utf-8"))
            return machines.Box(told["box"], told["box_version"])
        return box.chosen(self._topology, self.kind)

    def _ensure_box(self, tell: Tell) -> None:
        """Take the box that is here, else fetch it, else build one from the package mirror.

        Raises:
            ProviderError: it cannot be fetched, and not be built here either.
        """
        chosen = self.box()
        if self.ids() or box.is_present(chosen, self.kind):
            return
        tell(f"fetching the box {chosen.name}")
        self._tell_vagrant()  # it reads the Vagrantfile for this as well
        version = ("--box-version", chosen.version) if chosen.version else ()
        try:
            words = ("box", "add", chosen.name, "--provider", self.kind, *version)
            self._vagrant.run(*words, told=self._told)
        except ProviderError as error:
            if not box.may_be_built(self._topology, self.kind):
                raise
            tell(f"{error}; building one from the distribution's packages")
            box.build(tell)

    def cut_power(self, names: Sequence[str]) -> None:
        self.hypervisor.off(existing(self.ids(), names))

    def restore_power(self, names: Sequence[str]) -> None:
        self._on(names)
        self._logins.wait(names)

    def down(self, *, purge: bool, tell: Tell = nobody) -> None:
        del tell  # Vagrant says of each machine whether it had to be forced, in its own log
        vagrant_host.require_programs(self.kind)
        if self.ids():
            vagrant_host.serve(self.kind)
            if not self._told.exists():
                self._tell_vagrant()
            if purge:
                self._vagrant.run("destroy", "--force", told=self._told)
            else:
                self._halt()
        if purge:
            shutil.rmtree(self._vagrant.dot, ignore_errors=True)
            shutil.rmtree(self._folder, ignore_errors=True)
            vagrant_host.stop()

    def _halt(self) -> None:
        """Have all machines shut down side by side; one that does not in time loses its power."""

        def halt(name: str) -> None:
            # Vagrant waits for ever for the answer of a machine that is gone in mid-sentence.
            with suppress(CommandFailed):
                self._vagrant.run("halt", name, told=self._told, timeout_s=HALT_S)

        ids = self.ids()
        with ThreadPoolExecutor(max_workers=len(ids)) as pool:
            list(pool.map(halt, ids))
        self.hypervisor.off(ids.values())

    @property
    def _names(self) -> list[str]:
        return [spec.name for spec in self._topology.nodes]

    @property
    def _told(self) -> Path:
        """What the Vagrantfile reads."""
        return self._folder / "machines.json"

    def _address(self, spec: inventory.NodeSpec) -> str:
        return machines.address_of(self._subnet, spec)

    def _unknown(self, spec: inventory.NodeSpec) -> Ssh:
        """Return where a machine will be that was not made yet."""
        key = self._vagrant.dot / "machines" / spec.name / self.kind / "private_key"
        return Ssh(self._address(spec), USER, key, self._logins.known_hosts)

    def _on(self, names: Sequence[str]) -> None:
        self.hypervisor.on(existing(self.ids(), names))

    def _check_network(self) -> None:
        """Refuse a network in which this machine already is.

        Raises:
            ProviderError: it is.
        """
        if taken := overlap(self._subnet, self._topology.table(inventory.vagrant.Vagrant).bridge):
            raise ProviderError(
                f"the network {self._subnet} is taken by {taken}; set [vagrant] network in the "
                "inventory to another one"
            )
