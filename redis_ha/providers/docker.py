"""Nodes as compose services that boot systemd and sshd, reached over SSH like any machine."""

import json
import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from ipaddress import IPv4Network, ip_network
from pathlib import Path

import docker
from docker.errors import DockerException
from docker.models.containers import Container

from redis_ha import inventory, proc, roles, state
from redis_ha.archive import Entry, tar
from redis_ha.errors import CommandFailed, ProviderError
from redis_ha.inventory.docker import Docker
from redis_ha.providers import Host, Ssh, Tell, engine, image, keys, nobody, sshd
from redis_ha.providers.made import existing
from redis_ha.providers.subnet import subnet_of
from redis_ha.render import PROJECT

SERVICE = PROJECT / "docker" / "compose.yaml"
USER, USER_ID = "ops", 1000
BOOT_S = 60
BY_SIGKILL = 137
NO_COMPOSE = ("unknown shorthand flag", "unknown command", "is not a docker command")
"""What docker says of `compose -f …` where the plugin is missing."""
UNPLUG = "ip link set eth0 down"
PURGE_HINT = "`./inv down --purge` removes them"


class DockerProvider:
    """Runs every node of an inventory as a container of one compose project."""

    name = "docker"
    loses_cache = False

    def __init__(self, topology: inventory.Inventory) -> None:
        self._topology = topology
        self._folder = state.folder(topology.name, self.name)
        self._compose = self._folder / "compose.json"
        number = state.fingerprint(topology.name)
        self._subnet = subnet_of(topology.table(Docker).subnet, number, topology.last_host)
        self._project = f"redis-ha-{topology.name}-{number:08x}"

    @cached_property
    def _client(self) -> docker.DockerClient:
        try:
            client = docker.from_env(timeout=600)
            client.ping()
        except DockerException as error:
            raise ProviderError(_without(error)) from None
        return client

    def hosts(self) -> tuple[Host, ...]:
        return tuple(
            Host(
                spec,
                self._address(spec),
                Ssh(self._address(spec), USER, self._key, self._folder / "known_hosts"),
            )
            for spec in self._topology.nodes
        )

    def is_up(self) -> bool:
        running = {name for name, each in self._containers().items() if each.status == "running"}
        return running >= {spec.name for spec in self._topology.nodes}

    def up(self, tell: Tell) -> None:
        self._check_ours()
        if self.is_up():
            self._check_made()
        else:
            self._start(tell)
        # Those that run may have been started a moment ago.
        self._wait_for_ssh([spec.name for spec in self._topology.nodes])

    def _start(self, tell: Tell) -> None:
        images = self._images(tell)
        self._check_subnet()
        known = {self._address(spec): self._host_key(spec)[1] for spec in self._topology.nodes}
        keys.write_known_hosts(self._folder / "known_hosts", known)
        state.write_private(self._compose, json.dumps(self._services(images), indent=2))
        tell(f"starting the nodes of {self._project} on {self._subnet}")
        for container in self._containers().values():
            if container.status == "paused":
                container.unpause()
        self._run_compose("up", "--no-start", "--no-recreate", "--quiet-pull")
        self._check_made()
        containers = self._containers()
        for spec in self._topology.nodes:
            self._hand_over_keys(spec, containers[spec.name])
        self._run_compose("start")

    def _wait_for_ssh(self, names: Sequence[str]) -> None:
        for name in names:
            sshd.wait(name, self._address(self._topology.node(name)), timeout_s=BOOT_S)

    def cut_power(self, names: Sequence[str]) -> None:
        containers = existing(self._containers(), names)
        with ThreadPoolExecutor(max_workers=len(containers) or 1) as pool:
            list(pool.map(_kill, containers))

    def restore_power(self, names: Sequence[str]) -> None:
        containers = existing(self._containers(), names)
        for container in containers:
            if container.status == "paused":
                container.unpause()
            container.start()
        self._wait_for_ssh(names)

    def down(self, *, purge: bool, tell: Tell = nobody) -> None:
        if self._compose.exists() or self._containers():
            if purge:
                self._run_compose("down", "--volumes", "--remove-orphans", "--timeout", "0")
            else:
                self._stop(tell)
        if purge:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _stop(self, tell: Tell) -> None:
        before = [name for name, each in self._containers().items() if each.status == "running"]
        self._run_compose("stop")
        after = self._containers()
        for name in before:
            if after[name].attrs["State"]["ExitCode"] == BY_SIGKILL:
                tell(f"{name} did not stop in time: killed")

    @property
    def _key(self) -> Path:
        return self._folder / "id_ed25519"

    def _host_key(self, spec: inventory.NodeSpec) -> tuple[str, str]:
        return keys.ensure(self._folder / f"host_{spec.name}_ed25519")

    def _address(self, spec: inventory.NodeSpec) -> str:
        return str(self._subnet[spec.host])

    def _images(self, tell: Tell) -> dict[str, str]:
        """Return the image of each node: those of some roles have what these bring."""
        kinds = {spec.name: _in_image(spec) for spec in self._topology.nodes}
        made = {
            scripts: image.ensure(self._client, tell, self._base, scripts)
            for scripts in dict.fromkeys(kinds.values())
        }
        return {name: made[scripts] for name, scripts in kinds.items()}

    @property
    def _base(self) -> str:
        return image.base(self._topology.table(Docker).system)

    def _services(self, images: Mapping[str, str]) -> dict[str, object]:
        """Return the compose file: what `docker/compose.yaml` leaves to the environment."""
        return {
            "name": self._project,
            "services": {
                spec.name: {
                    "extends": {"file": str(SERVICE), "service": "node"},
                    "image": images[spec.name],
                    "hostname": spec.name,
                    "networks": {"nodes": {"ipv4_address": self._address(spec)}},
                }
                for spec in self._topology.nodes
            },
            "networks": {"nodes": {"ipam": {"config": [{"subnet": str(self._subnet)}]}}},
        }

    def _containers(self) -> dict[str, Container]:
        label = f"com.docker.compose.project={self._project}"
        found = self._client.containers.list(all=True, filters={"label": label})
        return {each.labels["com.docker.compose.service"]: each for each in found}

    def _check_ours(self) -> None:
        """Refuse nodes whose keys and passwords are lost.

        Raises:
            ProviderError: there are nodes, and nothing of them in the state folder.
        """
        if not self._compose.exists() and self._containers():
            raise ProviderError(f"{self._folder} was removed while its nodes exist; {PURGE_HINT}")

    def _hand_over_keys(self, spec: inventory.NodeSpec, container: Container) -> None:
        """Put the node's own key and the one that may log in into a node that does not run."""
        if container.status == "running":
            return
        private, public = self._host_key(spec)
        _, login = keys.ensure(self._key)
        entries = {
            "etc/ssh/ssh_host_ed25519_key": Entry(private.encode()),
            "etc/ssh/ssh_host_ed25519_key.pub": Entry(public.encode(), 0o644),
            "home/ops/.ssh/authorized_keys": Entry(f"{login}\n".encode(), 0o600, USER_ID),
        }
        container.put_archive("/", tar(entries))

    def _check_subnet(self) -> None:
        """Refuse a subnet that another network of the engine has.

        Raises:
            ProviderError: it is taken.
        """
        for network in self._client.networks.list():
            if network.name == f"{self._project}_nodes":
                continue
            for config in (network.attrs["IPAM"] or {}).get("Config") or []:
                other = ip_network(config["Subnet"])
                if isinstance(other, IPv4Network) and other.overlaps(self._subnet):
                    raise ProviderError(
                        f"the subnet {self._subnet} is taken by the Docker network "
                        f"`{network.name}` ({config['Subnet']}); set [docker] subnet in the "
                        "inventory to another one"
                    )

    def _check_made(self) -> None:
        """Refuse nodes that were made with other addresses, or of another system.

        Raises:
            ProviderError: a node was.
        """
        containers = self._containers()
        for spec in self._topology.nodes:
            system = containers[spec.name].labels.get(image.SYSTEM, self._base)
            if system != self._base:
                raise ProviderError(
                    f"{spec.name} was made of {system}, the inventory says {self._base}; "
                    f"{PURGE_HINT}"
                )
            networks = containers[spec.name].attrs["NetworkSettings"]["Networks"]
            settings = networks[f"{self._project}_nodes"]
            made = settings["IPAMConfig"]["IPv4Address"]
            if made != self._address(spec):
                raise ProviderError(
                    f"{spec.name} was made with the address {made}, the inventory says "
                    f"{self._address(spec)}; {PURGE_HINT}"
                )

    def _run_compose(self, *words: str) -> None:
        # Without the file compose finds what it made by its labels; that is enough to remove it.
        file = ("-f", str(self._compose)) if self._compose.exists() else ()
        try:
            proc.run("docker", "compose", *file, "-p", self._project, *words, timeout_s=300)
        except CommandFailed as error:
            raise ProviderError(_in_words(error.output)) from None


def _in_image(spec: inventory.NodeSpec) -> tuple[str, ...]:
    """Return the scripts whose work the image of a node has done."""
    return tuple(script for role in roles.of(spec) if role.in_image for script in role.prepare)


def _without(error: DockerException) -> str:
    """Return why the engine does not serve this user, and the ways on."""
    found = engine.find()
    why = f"the Docker engine on {found.socket}: {error}" if found.answers else found.refusal
    return f"{why}; `--provider local` does without"


def _kill(container: Container) -> None:
    if container.status == "running":
        # Killed alone, its kernel would end every connection in good order first.
        container.exec_run(UNPLUG)
        container.kill()


def _in_words(output: str) -> str:
    """Return the line of compose's output that says what is wrong."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    text = next((line for line in reversed(lines) if "rror" in line), (lines or ["no output"])[-1])
    if "Pool overlaps" in text:
        return f"the subnet of the inventory is taken on this machine ({text})"
    if any(words in output for words in NO_COMPOSE):
        return "Docker Compose v2 is missing; `sudo ./inv engine.install` installs it"
    return f"docker compose: {text}"
