from ipaddress import IPv4Network
from pathlib import Path
from types import SimpleNamespace

import pytest
from docker.errors import DockerException

from redis_ha import inventory, proc, state
from redis_ha.errors import CommandFailed, ProviderError
from redis_ha.providers import Powered, Ssh, docker, sshd
from redis_ha.providers.docker import DockerProvider
from redis_ha.providers.subnet import subnet_of
from tests.unit.providers.sockets import answering


class Engine:
    """What the provider asks an engine for."""

    def __init__(self) -> None:
        self.found: list[SimpleNamespace] = []
        self.taken: list[SimpleNamespace] = []
        self.done: list[str] = []
        self.containers = SimpleNamespace(list=lambda **_: self.found)
        self.networks = SimpleNamespace(list=lambda: self.taken)

    def network(self, name: str, *subnets: str) -> None:
        config = [{"Subnet": subnet} for subnet in subnets]
        self.taken.append(SimpleNamespace(name=name, attrs={"IPAM": {"Config": config}}))

    def container(
        self, provider: DockerProvider, name: str, address: str, status: str = "running"
    ) -> None:
        settings = {f"{provider._project}_nodes": {"IPAMConfig": {"IPv4Address": address}}}
        self.found.append(
            SimpleNamespace(
                labels={"com.docker.compose.service": name},
                status=status,
                attrs={"NetworkSettings": {"Networks": settings}},
                exec_run=lambda command: self.done.append(f"{name}: {command}"),
                **{
                    verb: lambda verb=verb: self.done.append(f"{name}: {verb}")
                    for verb in ("kill", "start", "unpause")
                },
            )
        )


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def provider(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> DockerProvider:
    monkeypatch.setattr(state, "fingerprint", lambda *_: 0x0A07)
    made = DockerProvider(inventory.load("default"))
    made.__dict__["_client"] = engine
    return made


@pytest.mark.parametrize(
    ("pool", "number", "subnet"),
    [
        ("10.213.0.0/16", 7, "10.213.7.0/24"),
        ("10.213.0.0/16", 256 + 7, "10.213.7.0/24"),
        ("10.213.4.0/22", 7, "10.213.7.0/24"),
        ("10.213.9.0/24", 7, "10.213.9.0/24"),
        ("10.213.9.0/26", 7, "10.213.9.0/26"),
    ],
)
def test_a_checkout_takes_its_own_part_of_a_pool(pool: str, number: int, subnet: str) -> None:
    assert subnet_of(IPv4Network(pool), number) == IPv4Network(subnet)


@pytest.mark.parametrize(
    ("last_host", "subnet"),
    [
        (254, "10.213.7.0/24"),
        (255, "10.213.14.0/23"),
        (1022, "10.213.28.0/22"),
        (40000, "10.213.0.0/16"),
    ],
)
def test_a_part_has_room_for_every_node(last_host: int, subnet: str) -> None:
    taken = subnet_of(IPv4Network("10.213.0.0/16"), 7, last_host)
    assert taken == IPv4Network(subnet)
    assert taken.num_addresses > last_host + 1


def test_nodes_have_fixed_addresses_and_are_reached_over_ssh(provider: DockerProvider) -> None:
    hosts = {host.spec.name: host for host in provider.hosts()}
    assert {name: host.address for name, host in hosts.items()} == {
        "redis1": "10.213.7.11",
        "redis2": "10.213.7.12",
        "redis3": "10.213.7.13",
        "web1": "10.213.7.21",
    }
    access = hosts["redis2"].access
    assert isinstance(access, Ssh)
    assert (access.address, access.user, access.port) == ("10.213.7.12", "ops", 22)


IMAGES = ("redis1", "redis2", "redis3", "web1")


def test_the_compose_file_has_every_node_with_its_address(provider: DockerProvider) -> None:
    content = provider._services(dict.fromkeys(IMAGES, "an-image:1"))
    assert content["name"] == provider._project
    assert content["services"]["redis1"] == {  # type: ignore[index]
        "extends": {"file": str(docker.SERVICE), "service": "node"},
        "image": "an-image:1",
        "hostname": "redis1",
        "networks": {"nodes": {"ipv4_address": "10.213.7.11"}},
    }
    assert list(content["services"]) == list(IMAGES)  # type: ignore[call-overload]
    assert content["networks"] == {"nodes": {"ipam": {"config": [{"subnet": "10.213.7.0/24"}]}}}
    assert docker.SERVICE.is_file()


@pytest.mark.parametrize(
    ("states", "up"),
    [
        (["running"] * 4, True),
        (["running"] * 3, False),
        (["running"] * 3 + ["exited"], False),
        ([], False),
    ],
    ids=["all run", "one is missing", "one has ended", "none"],
)
def test_the_nodes_are_up_when_every_one_runs(
    states: list[str], up: bool, provider: DockerProvider, engine: Engine
) -> None:
    for host, status in zip(provider.hosts(), states, strict=False):
        engine.container(provider, host.spec.name, host.address, status)
    assert provider.is_up() is up


def test_a_taken_subnet_is_refused_with_who_has_it(
    provider: DockerProvider, engine: Engine
) -> None:
    engine.network("other", "fd00::/64", "10.213.0.0/20")
    with pytest.raises(ProviderError) as caught:
        provider._check_subnet()
    assert str(caught.value) == (
        "the subnet 10.213.7.0/24 is taken by the Docker network `other` (10.213.0.0/20); "
        "set [docker] subnet in the inventory to another one"
    )


def test_the_own_network_and_others_elsewhere_are_no_hindrance(
    provider: DockerProvider, engine: Engine
) -> None:
    engine.network(f"{provider._project}_nodes", "10.213.7.0/24")
    engine.network("other", "10.213.8.0/24")
    engine.taken.append(SimpleNamespace(name="host", attrs={"IPAM": {"Config": None}}))
    engine.taken.append(SimpleNamespace(name="none", attrs={"IPAM": None}))
    provider._check_subnet()


def test_nodes_made_with_another_address_are_refused_with_what_to_do(
    provider: DockerProvider, engine: Engine
) -> None:
    Path(provider._compose).write_text("{}")
    for host in provider.hosts():
        moved = host.spec.name == "redis2"
        engine.container(provider, host.spec.name, "10.213.7.99" if moved else host.address)
    with pytest.raises(ProviderError) as caught:
        provider.up(pytest.fail)
    assert str(caught.value) == (
        "redis2 was made with the address 10.213.7.99, the inventory says 10.213.7.12; "
        "`./inv down --purge` removes them"
    )


def test_nodes_that_run_are_left_alone_once_they_accept_ssh(
    provider: DockerProvider, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(provider._compose).write_text("{}")
    for host in provider.hosts():
        engine.container(provider, host.spec.name, host.address)
    answers = iter([False] + [True] * 4)
    monkeypatch.setattr("redis_ha.providers.sshd.accepts", lambda *_: next(answers))
    provider.up(pytest.fail)  # it has nothing to tell
    assert not list(answers)


def test_without_an_engine_the_error_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise DockerException("no socket")

    monkeypatch.setattr("docker.from_env", refuse)
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent")
    with pytest.raises(ProviderError, match=r"no Docker engine answers: .*engine\.install"):
        DockerProvider(inventory.load("default")).is_up()


def test_an_engine_that_answers_and_does_not_serve_is_told_in_its_own_words(
    monkeypatch: pytest.MonkeyPatch, socket_path: Path
) -> None:
    def refuse(**_: object) -> None:
        raise DockerException("client version 1.52 is too new")

    monkeypatch.setattr("docker.from_env", refuse)
    words = r"^the Docker engine on engine.sock: client version 1.52 is too new; `--provider local`"
    with answering(socket_path), pytest.raises(ProviderError, match=words):
        DockerProvider(inventory.load("default")).is_up()


NO_COMPOSE = "Docker Compose v2 is missing; `sudo ./inv engine.install` installs it"


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (
            "unknown shorthand flag: 'f' in -f\n\nUsage:  docker [OPTIONS] COMMAND [ARG...]\n\n"
            "Run 'docker --help' for more information",
            NO_COMPOSE,
        ),
        ("unknown shorthand flag: 'f' in -f\nSee 'docker --help'.\n", NO_COMPOSE),
        ("docker: unknown command: docker compose\n\nRun 'docker --help'", NO_COMPOSE),
        ("docker: 'compose' is not a docker command.\nSee 'docker --help'", NO_COMPOSE),
        (
            " Network x Creating\nfailed to create network x: Error response from daemon: "
            "invalid pool request: Pool overlaps with other one on this address space\n",
            "the subnet of the inventory is taken on this machine (failed to create network x: "
            "Error response from daemon: invalid pool request: Pool overlaps with other one on "
            "this address space)",
        ),
        (
            "Container a Starting\nError response from daemon: no space left\nContainer b Stopped",
            "docker compose: Error response from daemon: no space left",
        ),
        ("one\n two \n\n", "docker compose: two"),
        ("", "docker compose: no output"),
    ],
    ids=["no v2", "no v2, older", "no v2, newer", "no v2, oldest", "pool", "error", "last", "none"],
)
def test_what_compose_says_becomes_one_clear_line(
    output: str, words: str, provider: DockerProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*argv: str, **_: object) -> None:
        raise CommandFailed("here", argv, 1, output)

    monkeypatch.setattr(proc, "run", fail)
    with pytest.raises(ProviderError) as caught:
        provider._run_compose("up")
    assert str(caught.value) == words


@pytest.mark.parametrize(
    ("purge", "word", "kept"), [(False, "stop", True), (True, "down", False)], ids=["stop", "purge"]
)
def test_down_stops_the_nodes_and_purge_removes_everything(
    purge: bool, word: str, kept: bool, provider: DockerProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[str, ...]] = []
    monkeypatch.setattr(provider, "_run_compose", lambda *words: calls.append(words))
    provider.down(purge=False)
    assert calls == []  # there is no compose file yet
    Path(provider._compose).write_text("{}")
    provider.down(purge=purge)
    assert [call[0] for call in calls] == [word]
    assert provider._folder.exists() is kept


def test_a_node_that_does_not_stop_in_time_is_told(
    provider: DockerProvider, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes(provider, engine, "running", "running", "exited")
    for container, status in zip(engine.found, (137, 0, 137), strict=True):
        container.attrs["State"] = {"ExitCode": status}
    monkeypatch.setattr(provider, "_run_compose", lambda *_: None)
    told: list[str] = []
    provider.down(purge=False, tell=told.append)
    assert told == ["redis1 did not stop in time: killed"]


def test_nodes_that_outlived_the_state_folder_can_only_be_purged(
    provider: DockerProvider, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.container(provider, "redis1", "10.213.7.11")
    with pytest.raises(ProviderError, match=r"was removed .*down --purge"):
        provider.up(pytest.fail)
    calls: list[tuple[str, ...]] = []
    monkeypatch.setattr(proc, "run", lambda *argv, **_: calls.append(argv))
    provider.down(purge=True)
    assert calls[0][:5] == ("docker", "compose", "-p", provider._project, "down")


def nodes(provider: DockerProvider, engine: Engine, *states: str) -> list[str]:
    hosts = provider.hosts()[: len(states)]
    for host, status in zip(hosts, states, strict=True):
        engine.container(provider, host.spec.name, host.address, status)
    return [host.spec.name for host in hosts]


def test_power_is_cut_without_a_good_bye(provider: DockerProvider, engine: Engine) -> None:
    names = nodes(provider, engine, "running", "exited")
    assert isinstance(provider, Powered)
    provider.cut_power(names)
    assert engine.done == ["redis1: ip link set eth0 down", "redis1: kill"]


def test_power_comes_back_in_the_order_asked_for(
    provider: DockerProvider, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes(provider, engine, "exited", "paused", "running")

    def accepts(address: str, port: int) -> bool:
        engine.done.append(address)
        return True

    monkeypatch.setattr(sshd, "accepts", accepts)
    provider.restore_power(["redis3", "redis2", "redis1"])
    starts = ["redis3: start", "redis2: unpause", "redis2: start", "redis1: start"]
    assert engine.done == [*starts, "10.213.7.13", "10.213.7.12", "10.213.7.11"]


def test_a_node_that_was_never_made_has_no_power(provider: DockerProvider, engine: Engine) -> None:
    nodes(provider, engine, "running")
    with pytest.raises(ProviderError, match=r"^there is no node redis2; `./inv up` makes it$"):
        provider.restore_power(["redis1", "redis2"])
    assert engine.done == []
