"""What real servers refuse is told as that by every command that meets it, and is never silence."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from redis_ha.errors import RedisHaError, Refused, Unhealthy
from redis_ha.nodes.environment import Environment
from redis_ha.provision.provisioning import converge
from redis_ha.services import cluster, health, settling, switchover
from redis_ha.services.client import redis_of
from redis_ha.suites import failover
from redis_ha.suites.plan import Plan
from tests.contract.inv import Inv
from tests.suites import refusing
from tests.suites.refusing import Refuse

pytestmark = pytest.mark.timeout(120)


def is_called_silent(name: str, said: str) -> bool:
    """Say whether a server that answers is called one that does not."""
    return "does not answer" in said or f"{name} is down" in said


@dataclass(frozen=True)
class Case:
    """How a server is made to refuse, and what everybody says of it.

    Args:
        on: the server that refuses, `master` or `replica`.
        status: of the commands that it stops.
    """

    refuse: Refuse
    says: str
    on: str = "master"
    status: int = 1


CASES = {
    "OOM": Case(refusing.out_of_memory, "MiB and nothing may be evicted (noeviction) (OOM)"),
    "MISCONF": Case(refusing.snapshot_failed, "its last snapshot failed (MISCONF)"),
    "NOREPLICAS": Case(
        refusing.too_few_replicas,
        "`min-replicas-to-write` is 3 (NOREPLICAS); set it to 2 at most",
    ),
    "BUSY": Case(refusing.busy, "is busy with a script or function"),
    "BUSY replica": Case(refusing.busy, "is busy with a script or function", on="replica"),
    "NOPERM": Case(refusing.denied, "denies this tool's user a right"),
    "WRONGPASS": Case(
        refusing.another_password, "refuses the password of this environment", status=2
    ),
    "max clients": Case(refusing.too_many_clients, "takes no more connections"),
}

TLS = {"TLS replica": Case(refusing.tls_only, "speaks TLS, this environment does not", "replica")}
"""On machines: the local servers are built without it."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        is_local = metafunc.config.getoption("--provider") == "local"
        cases = CASES if is_local else {**CASES, **TLS}
        metafunc.parametrize("case", cases.values(), ids=cases)


def status(environment: Environment, _: Path) -> None:
    """Do what `./inv status` does with what it sees."""
    if problems := health.problems(cluster.look(environment)):
        raise Unhealthy("; ".join(problems))


def up(environment: Environment, _: Path) -> None:
    converge(environment, print)


def change_master(environment: Environment, _: Path) -> None:
    switchover.run(environment)


def break_master(environment: Environment, folder: Path) -> None:
    failover.run(environment, Plan("kill", folder))


COMMANDS: dict[str, Callable[[Environment, Path], None]] = {
    "status": status,
    "up": up,
    "switchover": change_master,
    "failover": break_master,
}
PROCESSES = {"status": "NOREPLICAS", "up": "BUSY", "switchover": "max clients"}
"""What the commands meet as processes of their own: one reply each, for each waits for 5 s.

They come before the rest: Sentinels connect anew to a server that was busy, which looks like a
refused login where it has refused one a moment ago."""


@pytest.fixture
def environment(running: Environment) -> Environment:
    """Leave the environment to the commands, which hold it themselves."""
    return running


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch, environment: Environment) -> None:
    """Give up soon on what no time mends, and begin with what is well."""
    monkeypatch.setattr(settling, "STUCK_S", 0.5)
    settling.wait_healthy(environment)


def refusing_server(environment: Environment, case: Case) -> str:
    seen = cluster.look(environment)
    return str(seen.master) if case.on == "master" else seen.replicas[0].name


def test_commands_end_with_the_documented_status(inv: Inv, environment: Environment) -> None:
    for command, met in [*PROCESSES.items(), *((each, "WRONGPASS") for each in COMMANDS)]:
        case = CASES[met]
        name = refusing_server(environment, case)
        with refusing.served(environment, name) as server, case.refuse(server):
            said = inv(command)
        assert said.status == case.status, command
        assert name in said.error, command
        assert case.says in said.error, command
        assert not is_called_silent(name, said.out + said.err), command
        settling.wait_healthy(environment)


def test_it_is_told_by_every_command(environment: Environment, case: Case, tmp_path: Path) -> None:
    master = cluster.look(environment).master
    name = refusing_server(environment, case)
    with refusing.served(environment, name) as server, case.refuse(server):
        for command, run in COMMANDS.items():
            with pytest.raises(RedisHaError) as caught:
                run(environment, tmp_path)
            said = str(caught.value)
            assert name in said, command
            assert case.says in said, command
            assert not is_called_silent(name, said), command
            assert caught.value.exit_status == case.status, command
    assert settling.wait_healthy(environment).master == master


def test_a_replica_that_loads_is_waited_for(environment: Environment) -> None:
    before = cluster.look(environment)
    name = before.replicas[0].name
    refusing.fill(environment, str(before.master))
    with refusing.served(environment, name) as server, refusing.loading(server):
        said = "; ".join(health.problems(cluster.look(environment)))
        assert f"{name} loads its data" in said
        assert not is_called_silent(name, said)
        assert health.is_healthy(converge(environment, print))


def test_a_replica_takes_no_write_and_says_so(environment: Environment) -> None:
    replica = environment.node(cluster.look(environment).replicas[0].name)
    with (
        pytest.raises(Refused, match=r"is a replica and takes no writes; .*SET: READONLY"),
        redis_of(environment, replica) as client,
    ):
        client.set("redis-ha:refusals", "1")


def test_a_replica_that_serves_no_old_data_says_so(environment: Environment) -> None:
    before = cluster.look(environment)
    replica = environment.node(before.replicas[0].name)
    with refusing.served(environment, replica.name) as server, refusing.cut_off(server):
        (said,) = health.problems(cluster.look(environment))
        assert said.startswith(f"{replica.name}: the link to its master is ")
        with (
            pytest.raises(Refused, match=r"has lost its master and serves no old data; .*MASTERD"),
            redis_of(environment, replica) as client,
        ):
            client.get("redis-ha:refusals")
