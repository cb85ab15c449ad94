"""The proxy under plain writers: whom it leads to, whom it cuts off, how long it waits."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from redis_ha import faults, inventory, proc, roles
from redis_ha.errors import RedisHaError
from redis_ha.faults import scene
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.providers import redis_server
from redis_ha.provision import configuration, provisioning
from redis_ha.provision import proxy as configured
from redis_ha.roles.proxy import CONFIG, Proxy
from redis_ha.secrets import Secrets
from redis_ha.services import cluster, logs, proxy, running, settling, switchover
from redis_ha.services.client import ask, asking
from redis_ha.services.proxy import Belief
from redis_ha.tool import located
from redis_ha.wait import now_s, pause_until, wait_until
from tests.suites.through import KEPT, NEW, Connection, Record, reached, writing
from tests.unit.builders import environment as built
from tests.unit.builders import folder_host, make_folders

Keep = Callable[..., None]

LOST = "lost"
"""The fault that takes the whole machine."""
SOON_S = 1.0
"""A band around the 0.2 s that it takes on a machine that does nothing else."""
STOPPED_S = 1.0
"""The same around the 0.4 s after which nothing goes to a node that a majority stopped naming."""
STARTS = 12
CALM_S = 2.0

pytestmark = [pytest.mark.timeout(300), pytest.mark.usefixtures("led", "quick_sentinels")]


@pytest.fixture(scope="module")
def led(environment: Environment) -> Node:
    """Return the node with the proxy, which leads to the master."""
    provisioned(environment)
    (node,) = environment.nodes_with("proxy")
    return node


def provisioned(environment: Environment) -> None:
    provisioning.provision(environment, [roles.registry()["proxy"]], print)


@pytest.fixture(autouse=True)
def _whole(environment: Environment, quick_sentinels: None) -> Iterator[None]:
    settling.wait_healthy(environment)
    yield
    settling.wait_healthy(environment)


def staged(environment: Environment, fault: str, target: str = "") -> scene.Scene:
    kind, master = faults.named(fault), str(cluster.look(environment).master)
    return scene.make(environment, target or kind.target, kind.takes, master)


def _wait_acknowledged(record: Record, since_s: float, but: str = "") -> None:
    """Wait until both writers were acknowledged after a moment, by another node than one."""

    def later() -> set[str]:
        return {
            each.kind
            for each in record.writes
            if each.began_s > since_s and each.node not in (None, but)
        }

    wait_until(later, accept=lambda kinds: kinds == {KEPT, NEW}, what="writes again", timeout_s=15)


def went_on(record: Record, since_s: float, old: str) -> dict[str, float]:
    """Return how long after another master's return each writer was acknowledged again."""
    returned_s = record.returned_s(since_s, old)
    return {kind: record.first_s(kind, since_s, old) - returned_s for kind in (KEPT, NEW)}


def figures(record: Record, since_s: float, old: str) -> dict[str, float | int]:
    later = went_on(record, since_s, old)
    return {
        "no_master_s": round(record.returned_s(since_s, old) - since_s, 3),
        **{f"{kind}_later_s": round(value, 3) for kind, value in later.items()},
        **{f"{kind}_refused": len(record.refused(kind)) for kind in (KEPT, NEW)},
        "both": len(record.both()),
    }


def the_loss_of_the_machine(environment: Environment) -> str:
    """Return the fault in which it goes: without a word, where nodes have a power to cut."""
    return "power" if all(node.is_machine for node in environment.redis_nodes) else "host"


@pytest.mark.parametrize(("fault", "most"), [("kill", 0), ("hang", 30), (LOST, 30)])
def test_a_failover_is_waited_for_and_writers_go_on_at_once(
    environment: Environment, keep: Keep, fault: str, most: int
) -> None:
    fault = the_loss_of_the_machine(environment) if fault == LOST else fault
    made = staged(environment, fault)
    with writing(environment) as record, faults.strike(fault, made) as at_s:
        struck_s = now_s()  # what was under way before is lost with the master
        _wait_acknowledged(record, at_s, but=made.master)
    seen = figures(record, at_s, made.master)
    keep("proxy", {"fault": fault, **seen}, f"{fault}: {seen}")
    assert len([each for each in record.refused(NEW) if each.began_s > struck_s]) <= most
    assert 1 <= len(record.refused(KEPT)) <= 3
    assert max(went_on(record, at_s, made.master).values()) < SOON_S
    assert record.both() == []


def test_a_switchover_is_followed_without_a_reload(environment: Environment, keep: Keep) -> None:
    old = str(cluster.look(environment).master)
    with writing(environment) as record:
        began_s = now_s()
        done = switchover.run(environment, None)
        pause_until(now_s() + 1)
    seen = figures(record, began_s, old)
    keep("proxy", {"fault": "switchover", **seen}, f"switchover: {seen}")
    assert record.of(NEW)[-1].node == record.of(KEPT)[-1].node == done.new_master
    assert len(record.refused(NEW)) <= 3, "those of the 0.1 s until the proxy knew"
    assert max(went_on(record, began_s, old).values()) < SOON_S
    assert record.both() == []


def test_a_cut_off_master_gets_no_write_once_a_majority_stopped_naming_it(
    environment: Environment, keep: Keep
) -> None:
    made = staged(environment, "partition")
    with writing(environment) as record, faults.strike("partition", made) as at_s:
        _wait_acknowledged(record, at_s, but=made.master)
    named_s = record.last_named_s(made.master, at_s)
    late = [each.ended_s - named_s for each in record.writes if each.node == made.master]
    seen = {**figures(record, at_s, made.master), "late_s": round(max(late), 3)}
    keep("proxy", {"fault": "partition", **seen}, f"partition: {seen}")
    assert record.both() == []
    assert max(late) < STOPPED_S
    assert record.first_s(NEW, at_s, made.master) > 0


def test_a_start_answers_from_no_wrong_node(environment: Environment, led: Node) -> None:
    master = cluster.look(environment).master
    with writing(environment) as record:
        for _ in range(STARTS):
            led.units.restart("proxy")
            _wait_acknowledged(record, now_s())
    acknowledged = [each.node for each in record.writes if each.node]
    assert set(acknowledged) == {master}
    assert not [each for each in record.writes if "READONLY" in each.error]
    assert max(each.took_s for each in record.writes if each.node) < 2 * SOON_S


def test_a_kept_connection_does_not_outlive_a_reload_and_a_failover(
    environment: Environment, led: Node
) -> None:
    before = environment.topology.table(Proxy)
    other = replace(before, max_connections=before.max_connections + 1)
    old = str(cluster.look(environment).master)
    with reached(environment) as place:
        with closing(Connection(place, environment.secrets.redis)) as kept:
            assert environment.node_at(kept.server) is environment.node(old)
            with writing(environment) as record:
                provisioned(replace(environment, topology=environment.topology.having(other)))
            done = switchover.run(environment, None)
            with pytest.raises(OSError, match=r"closed|reset|[Bb]roken"):
                kept.ask("PING")
        with closing(Connection(place, environment.secrets.redis)) as fresh:
            assert environment.node_at(fresh.server) is environment.node(done.new_master)
    provisioned(environment)
    assert record.refused(NEW) == []
    assert len(record.refused(KEPT)) == 1


def test_it_names_nobody_without_a_majority_waits_for_the_grace_and_then_refuses_at_once(
    environment: Environment, led: Node, keep: Keep
) -> None:
    grace_s = proxy.grace_s(environment.topology)
    gone = environment.sentinel_nodes[: proxy.majority(environment.topology)]
    try:
        for node in gone:
            node.units.hold("sentinel")
            node.units.kill("sentinel")
        began_s = now_s()
        wait_until(
            lambda: proxy.ask(environment, led).master is None,
            what="the proxy has seen that they are gone",
            timeout_s=5,
        )
        with reached(environment) as place:
            with pytest.raises(OSError, match=r"closed|reset"):
                Connection(place, environment.secrets.redis)
            held_s = now_s() - began_s
            began_s = now_s()
            with pytest.raises(OSError, match=r"closed|reset"):
                Connection(place, environment.secrets.redis)
            refused_s = now_s() - began_s
            views = running.look(environment, cluster.look(environment))
            said = " ".join(running.problems(views))
    finally:
        for node in gone:
            node.units.start("sentinel")
    keep(
        "proxy",
        {"held_s": held_s, "refused_s": refused_s},
        f"held {held_s:.2f} s, then {refused_s:.3f} s",
    )
    assert "the proxy leads to nobody: 1 of 3 Sentinels name a master" in said
    assert grace_s - SOON_S < held_s < grace_s + 2 * SOON_S
    assert refused_s < 0.5
    with (
        reached(environment) as place,
        closing(Connection(place, environment.secrets.redis)) as back,
    ):
        assert back.ask("PING") == "PONG"


def clients(environment: Environment) -> dict[str, int]:
    """Return how many connections each server has."""
    found = {}
    for node in environment.server_nodes:
        for process in node.servers:
            password = environment.secrets[process.role]
            with asking(node.name, node.address, int(str(process.port)), password) as client:
                found[f"{node.name}:{process.name}"] = len(
                    str(ask(client, "CLIENT", "LIST")).splitlines()
                )
    return found


def lines(environment: Environment) -> list[logs.Line]:
    return [
        line
        for role in ("redis", "sentinel")
        for line in logs.merged(logs.sources(environment, role), 1000)
    ]


def test_its_checks_leave_no_lines_and_no_connections(environment: Environment) -> None:
    counted, written = clients(environment), lines(environment)
    pause_until(now_s() + CALM_S)
    later = clients(environment)
    assert {name: count for name, count in later.items() if count > counted[name] + 5} == {}
    assert lines(environment) == written


def test_its_log_has_no_secret(environment: Environment, led: Node) -> None:
    said = "\n".join(line for _, line in logs.merged(logs.sources(environment, "proxy"), 10_000))
    assert "redis/" in said
    assert environment.secrets.masked(said) == said


PASSWORDS = {
    "spaces": "pass word",
    "quotes": "\"two\" 'kinds'",
    "dollars": "$HOME ${PATH}",
    "backslashes": "back\\slash\\n",
    "comment": "#1 %d",
    "letters": "Zoë\u20ac",
}


@pytest.mark.parametrize("password", PASSWORDS.values(), ids=PASSWORDS)
def test_a_password_of_any_letters_opens_redis(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    monkeypatch.setattr(configured, "SOCKET_IN_FOLDER", f"unix@{tmp_path}/socket")
    made = apart(tmp_path, Secrets({"redis": password, "sentinel": "another"}))
    web, server = made.node("web1"), made.node("redis1")
    for file in configuration.read(made, web, "redis1", [roles.registry()["proxy"]]):
        written(web, file.path, file.text)
    quoted = password.replace("\\", r"\\").replace('"', r"\"")
    settings = f'bind {server.address}\nport 6379\nsave ""\nrequirepass "{quoted}"\n'
    config = written(server, "/etc/redis/redis.conf", settings)
    with (
        proc.background(str(redis_server.located()), config),
        proc.background(str(located("haproxy")), "-f", web.path(CONFIG)),
    ):
        wait_until(
            lambda: believed(made, web),
            accept=lambda found: bool(found and found.able == {"redis1"}),
            what="the proxy finds a master behind this password",
            timeout_s=10,
        )


def apart(folder: Path, secrets: Secrets) -> Environment:
    """Return an environment on addresses of its own, of which nothing runs."""
    default = inventory.load("default")
    alone = default.having(replace(default.redis, min_replicas_to_write=0))
    hosts = [folder_host(spec, folder, f"127.0.9.{spec.host}") for spec in alone.nodes]
    made = built(hosts, alone, folder)
    make_folders(made)
    made.__dict__["secrets"] = secrets
    return made


def written(node: Node, path: str, text: str) -> str:
    target = Path(node.path(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)
    return str(target)


def believed(made: Environment, node: Node) -> Belief | None:
    try:
        return proxy.ask(made, node)
    except RedisHaError:
        return None
