"""Nodes as folders of processes on loopback addresses, kept by supervisord, without root."""

import json
import os
import shutil
import signal
import socket
import stat
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from redis_ha import inventory, proc, state
from redis_ha.errors import ProviderError
from redis_ha.inventory.local import Local
from redis_ha.providers import Folder, Host, Tell, nobody, redis_server
from redis_ha.providers.programs import ProcessPlace, Supervised, supervised
from redis_ha.providers.supervisor import ALIVE, Supervisor
from redis_ha.render import render
from redis_ha.roles.process import STOPS_S, killed
from redis_ha.wait import last_seen, wait_until

KILLED_S = 10
DELETED = " (deleted)"
"""What Linux puts behind the path of a program that was replaced while it runs."""
LONGEST = 70
"""Of a folder, in bytes, below which a socket can be made: its path has about 100."""
SHARED = Path("/tmp")  # noqa: S108 - the folder in it is checked


@dataclass(frozen=True)
class NodeProcesses:
    """A node and its processes, as the template of supervisord.conf needs them."""

    name: str
    root: Path
    processes: tuple[Supervised, ...]


class LocalProvider:
    """Runs every node of an inventory as processes on this machine."""

    name = "local"

    def __init__(self, topology: inventory.Inventory) -> None:
        self._topology = topology
        self._folder = state.folder(topology.name, self.name)
        self._config = self._folder / "supervisord.conf"
        self._made = self._folder / "addresses.json"
        self._written_by = self._folder / "server.json"
        self._socket = _runtime_folder() / f"{state.fingerprint(topology.name):08x}.sock"
        self._supervisor = Supervisor(self._socket)

    def hosts(self) -> tuple[Host, ...]:
        binaries = redis_server.located().parent
        return tuple(
            Host(
                spec,
                self._address(spec),
                Folder(self._folder / spec.name, self._config, self._socket, binaries),
            )
            for spec in self._topology.nodes
        )

    def is_up(self) -> bool:
        return self._supervisor.answers()

    def up(self, tell: Tell) -> None:
        server, version = redis_server.found()
        redis_server.require_loadable(self._written_by, version)
        self._check_addresses()
        if not self.is_up():
            self._end_strays(tell)
        nodes = [self._processes(spec, server) for spec in self._topology.nodes]
        text = render(
            "supervisor/supervisord.conf.j2",
            folder=self._folder,
            socket=self._socket,
            nodes=nodes,
        )
        self._check_ports(nodes)
        if self.is_up():
            if self._config.read_text(encoding="utf-8") == text:
                return
            tell("the set of processes changed: supervisord starts anew")
            self._shutdown(tell)
        for node in nodes:
            for part in ("etc/redis", "var/lib/redis", "var/log", "tmp"):
                (node.root / part).mkdir(parents=True, exist_ok=True, mode=0o700)
        state.write_private(self._made, json.dumps(self._addresses()))
        redis_server.remember(self._written_by, version)
        state.write_private(self._config, text)
        proc.run(sys.executable, "-m", "supervisor.supervisord", "-c", str(self._config))
        wait_until(self.is_up, what="supervisord answers", timeout_s=10)
        tell(f"supervisord runs {version} ({server})")

    def down(self, *, purge: bool, tell: Tell = nobody) -> None:
        if self.is_up():
            self._shutdown(tell)
        self._end_strays(tell)
        if purge:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _shutdown(self, tell: Tell) -> None:
        """Let every process save and end, then end supervisord, which kills what is left."""
        self._supervisor.terminate_all()
        for process in self._supervisor.lasting(self._supervisor.processes()):
            tell(killed(process))
        self._supervisor.shutdown()
        wait_until(lambda: not self._socket.exists(), what="supervisord ends", timeout_s=10)

    def _addresses(self) -> dict[str, str]:
        return {spec.name: self._address(spec) for spec in self._topology.nodes}

    def _check_addresses(self) -> None:
        """Refuse nodes that were made with other addresses: the Sentinels know them by those.

        Raises:
            ProviderError: a node has another address.
        """
        made = json.loads(self._made.read_text(encoding="utf-8")) if self._made.exists() else {}
        for name, now in self._addresses().items():
            if (was := made.get(name, now)) != now:
                raise ProviderError(
                    f"{name} was made with the address {was}, the inventory says {now}; "
                    "`./inv down --purge` removes the nodes with their data"
                )

    def _check_ports(self, nodes: Sequence[NodeProcesses]) -> None:
        """Refuse ports that something else listens on.

        Raises:
            ProviderError: one is taken.
        """
        alive = self._alive()
        for node in nodes:
            address = self._address(self._topology.node(node.name))
            for each in node.processes:
                running = f"{node.name}:{each.process.name}" in alive
                if each.process.port is not None and not running:
                    _check_port(address, each.process.port)

    def _alive(self) -> set[str]:
        """Return the processes that hold their own ports already."""
        states = self._supervisor.processes() if self.is_up() else {}
        return {name for name, now in states.items() if now in ALIVE}

    def _end_strays(self, tell: Tell) -> None:
        """End the servers that a killed supervisord left behind."""
        _send(self._strays(), signal.SIGTERM, signal.SIGCONT)
        left = last_seen(self._strays, accept=lambda strays: not strays, timeout_s=STOPS_S)
        for pid in left:
            tell(killed(f"process {pid} of a supervisord that is gone"))
        _send(left, signal.SIGKILL)
        wait_until(
            self._strays,
            accept=lambda strays: not strays,
            what="the servers of a supervisord that was killed end",
            timeout_s=KILLED_S,
        )

    def _strays(self) -> list[int]:
        return [int(each.name) for each in Path("/proc").glob("[0-9]*") if self._is_ours(each)]

    def _is_ours(self, process: Path) -> bool:
        """Say whether this is a server that works in the environment's folder."""
        try:
            program, folder = (process / "exe").readlink(), (process / "cwd").readlink()
        except OSError:  # it has ended meanwhile, or is somebody else's
            return False
        there = Path(str(program).removesuffix(DELETED))  # of one of the kernel's it may be `/`
        return there in self._programs and folder.is_relative_to(self._folder)

    @cached_property
    def _programs(self) -> set[Path]:
        """Return the programs that nodes run, by the paths that the system knows them by."""
        try:
            server = redis_server.located()
        except ProviderError:  # it was removed meanwhile; other programs may be left
            server = SHARED
        nodes = [self._processes(spec, server) for spec in self._topology.nodes]
        return {each.path.resolve() for node in nodes for each in node.processes}

    def _address(self, spec: inventory.NodeSpec) -> str:
        return str(self._topology.table(Local).network[spec.host])

    def _processes(self, spec: inventory.NodeSpec, server: Path) -> NodeProcesses:
        root = self._folder / spec.name
        place = ProcessPlace(spec.name, root, self._address(spec), {"redis-server": server})
        runs = supervised(place, self._topology.processes(spec))
        return NodeProcesses(spec.name, root, tuple(runs))


def _send(pids: Sequence[int], *signals: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            for each in signals:
                os.kill(pid, each)


def _check_port(address: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise ProviderError(
                f"{address}:{port} cannot be used: {error.strerror}; end what listens there, or "
                "set [local] network in the inventory to another one"
            ) from None


def _runtime_folder() -> Path:
    """Return a private folder with a short path: a socket's path has about 100 bytes."""
    own = os.environ.get("XDG_RUNTIME_DIR")
    # Its folder is missing where somebody became another user without a login.
    base = Path(own) if own and Path(own).is_dir() and len(own) <= LONGEST else SHARED
    folder = base / f"redis-ha-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    info = folder.lstat()
    if info.st_uid != os.getuid() or info.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ProviderError(f"{folder} belongs to somebody else or is open to them; remove it")
    return folder
