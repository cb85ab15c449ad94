from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from redis_ha.errors import CommandFailed, TimedOut, Unhealthy
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.local import LocalNode
from redis_ha.proc import OnLine, Result
from redis_ha.providers import Tell
from redis_ha.provision import configuration, provisioning, selection
from redis_ha.provision.steps import OnStep, Step
from redis_ha.services import cluster, keeping, switchover
from redis_ha.services.snapshot import RedisView, Snapshot
from redis_ha.services.switchover import Switchover, Timing
from tests.unit.builders import (
    NAMES,
    folders,
    make_folders,
    redis_view,
    sentinel_view,
    snapshot,
)
from tests.unit.looks import Looks


def provision(environment: Environment, on_step: OnStep, **how: Any) -> Snapshot | None:
    """Provision what all needs."""
    return provisioning.provision(environment, selection.required(), on_step, **how)


@dataclass
class Scripts:
    """What the provision scripts of all nodes were called with, and what they say."""

    calls: list[tuple[str, str, list[str]]] = field(default_factory=list)
    fails: str = ""
    says: tuple[str, ...] = ("some words", ":: first ok", ":: second changed")
    kept: list[str] = field(default_factory=list)

    def run(
        self,
        node: LocalNode,
        *argv: str,
        sudo: bool = False,
        check: bool = True,
        timeout_s: float = 60,
        on_line: OnLine | None = None,
    ) -> Result:
        if argv[0] == "find":
            return Result(argv, 0, "")
        shell, script, *flags = argv
        name = Path(script).name
        assert (shell, sudo) == ("bash", True)
        assert Path(script).is_file()
        self.calls.append((node.name, name, flags))
        for line in self.says:
            if on_line:
                on_line(line)
        if self.fails == f"{node.name} {name}":
            raise CommandFailed(node.name, argv, 2, "no space left")
        return Result(argv, 0, "")


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    built = folders(tmp_path)
    make_folders(built)
    return built


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> Scripts:
    made = Scripts()

    def run(node: LocalNode, *argv: str, **how: Any) -> Result:
        return made.run(node, *argv, **how)

    def keep(_: Environment, node: Node, __: Tell) -> list[str]:
        assert configured(made) == []
        made.kept.append(node.name)
        return ["user app"] if node.name == "redis1" else []

    monkeypatch.setattr(LocalNode, "run", run)
    monkeypatch.setattr(keeping, "keep", keep)
    return made


DOWN = snapshot(
    [redis_view(name, "down", link=None, follows=None) for name in NAMES],
    [sentinel_view(name, master=None, error="down") for name in NAMES],
)


def seen(monkeypatch: pytest.MonkeyPatch, *snapshots: Snapshot) -> None:
    """Let the cluster look like this, one snapshot after the other, the last one for ever."""
    left = list(snapshots)
    monkeypatch.setattr(
        cluster, "look", lambda environment: left.pop(0) if len(left) > 1 else left[0]
    )


def test_steps_are_read_from_what_the_scripts_say(
    environment: Environment, scripts: Scripts, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen(monkeypatch, DOWN)
    steps: list[Step] = []
    provision(environment, steps.append)
    told = [(step.step, step.result) for step in steps if step.node == "redis2"]
    assert told == [("first", "ok"), ("second", "changed")] * 2
    assert {step.node for step in steps} == set(NAMES)  # web1 has nothing of Redis
    assert all(step.seconds >= 0 for step in steps)


def test_scripts_get_files_processes_and_the_nodes_flags(
    environment: Environment, scripts: Scripts, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen(monkeypatch, DOWN)
    provision(environment, lambda step: None)
    root = Path(environment.node("redis2").path(""))
    calls = [(name, flags) for node, name, flags in scripts.calls if node == "redis2"]
    first, trial, second = calls
    assert first == ("1-provision.sh", ["--root", str(root)])
    assert (trial[0], *trial[1][::2]) == ("try.sh", "--redis", "--sentinel", "--root")
    assert second[0] == "2-configure.sh"
    assert second[1][0] == "--files"
    assert second[1][2:] == [
        *("--process", "redis=redis.service,redis-server.service"),
        *("--process", "sentinel=redis-sentinel.service"),
        *("--root", str(root)),
        *("--supervisor", str(root.parent / "supervisord.conf"), "--node", "redis2"),
    ]


@pytest.mark.parametrize("script", ["1-provision.sh", "2-configure.sh"])
def test_a_script_that_fails_is_a_failed_step_and_an_error(
    script: str, environment: Environment, scripts: Scripts, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen(monkeypatch, DOWN)
    scripts.fails = f"redis2 {script}"
    steps: list[Step] = []
    with pytest.raises(CommandFailed, match=r"^redis2: .* no space left$"):
        provision(environment, steps.append)
    assert [(step.node, step.step) for step in steps if step.result == "failed"] == [
        ("redis2", script)
    ]


def changed_on(environment: Environment, *names: str) -> None:
    """Let the nodes hold what is wanted while redis2 is master, but for these."""
    for name in NAMES:
        node = environment.node(name)
        for file in configuration.read(environment, node, "redis2", selection.required()):
            text = f"protected-mode no\n{file.due}" if name in names else file.due
            Path(node.path(file.path)).write_text(text)


HEALTHY = snapshot(
    [
        redis_view("redis1", follows="10.0.0.2"),
        redis_view("redis2", "master"),
        redis_view("redis3", follows="10.0.0.2"),
    ],
    [
        sentinel_view(name, master="redis2", replicas=(("redis1", 50), ("redis3", 100)))
        for name in NAMES
    ],
)
TWO_MASTERS = snapshot([redis_view("redis1", "master"), *HEALTHY.nodes[1:]])


def configured(scripts: Scripts) -> list[str]:
    return [node for node, name, _ in scripts.calls if name == "2-configure.sh"]


def test_each_node_is_back_before_the_next_is_touched(
    environment: Environment, scripts: Scripts, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed_on(environment, *NAMES)
    at: list[list[str]] = []

    def look(_: Environment) -> Snapshot:
        at.append(configured(scripts))
        return HEALTHY

    monkeypatch.setattr(cluster, "look", look)
    provision(environment, lambda step: None, in_place=True)
    assert sorted(map(tuple, at), key=len)[-4:] == [
        (),
        ("redis1",),
        ("redis1", "redis3"),
        ("redis1", "redis3", "redis2"),
    ]


def test_a_node_that_does_not_come_back_ends_the_run(
    environment: Environment, scripts: Scripts, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed_on(environment, *NAMES)
    loading = snapshot(
        [redis_view("redis1", link="down", follows="10.0.0.2"), *HEALTHY.nodes[1:]],
        HEALTHY.sentinels,
    )
    seen(monkeypatch, HEALTHY, HEALTHY, loading)
    monkeypatch.setattr(provisioning, "SETTLE_S", 0)
    with pytest.raises(TimedOut, match=r"redis1 in sync again.*redis1: the link .* down"):
        provision(environment, lambda step: None)
    assert configured(scripts) == ["redis1"]


def test_a_sentinel_without_quorum_is_not_back(
    environment: Environment, scripts: Scripts, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed_on(environment, "redis3")
    lonely = [
        *HEALTHY.sentinels[:2],
        sentinel_view("redis3", master="redis2", quorum_ok=False),
    ]
    seen(monkeypatch, HEALTHY, HEALTHY, snapshot(HEALTHY.nodes, lonely))
    monkeypatch.setattr(provisioning, "SETTLE_S", 0)
    with pytest.raises(TimedOut, match="Sentinel redis3:26379 sees no quorum"):
        provision(environment, lambda step: None)


def test_without_a_change_all_nodes_are_looked_at_side_by_side(
    environment: Environment, scripts: Scripts, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed_on(environment)
    seen(monkeypatch, HEALTHY, HEALTHY, DOWN)  # nobody waits for anything: DOWN is not looked at
    provision(environment, lambda step: None)
    assert sorted(configured(scripts)) == list(NAMES)
    assert scripts.kept == []


@pytest.mark.parametrize("is_left", [False, True], ids=["a change", "left by another run"])
def test_what_a_server_has_in_memory_is_kept_before_it_is_restarted(
    is_left: bool, environment: Environment, scripts: Scripts, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed_on(environment, *([] if is_left else ["redis1", "redis3"]))
    for name in ("redis1", "redis3"):
        due = Path(environment.node(name).path("/var/lib/redis-ha/due/redis"))
        due.parent.mkdir(parents=True)
        due.write_text("restart\n" if is_left else "")
    seen(monkeypatch, HEALTHY)
    steps: list[Step] = []
    provision(environment, steps.append)
    assert sorted(scripts.kept) == ["redis1", "redis3"]
    assert [step.node for step in steps if step.step == "memory"] == ["redis1"]
    provision(environment, steps.append, is_check=True)
    assert len(scripts.kept) == 2


def test_a_failover_that_is_under_way_may_end_first(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen(monkeypatch, TWO_MASTERS, TWO_MASTERS, HEALTHY)
    assert provisioning.calm(environment, None) is HEALTHY


def test_a_cluster_that_gets_no_calm_is_taken_as_it_is_now(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provisioning, "CALM_S", 0)
    now = snapshot(HEALTHY.nodes, [*HEALTHY.sentinels[:2], sentinel_view("redis3", epoch=0)])
    seen(monkeypatch, now)
    assert provisioning.calm(environment, None) is now


@pytest.mark.parametrize("looks", [DOWN, HEALTHY], ids=["nothing runs", "healthy"])
def test_nothing_is_waited_for_where_no_failover_is_under_way(
    looks: Snapshot, environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", pytest.fail)
    seen(monkeypatch, looks)
    assert provisioning.calm(environment, None) is looks


def with_down(name: str) -> list[RedisView]:
    """Return the healthy nodes, but for one that does not run."""
    down = redis_view(name, "down", link=None, follows=None)
    return [down if view.name == name else view for view in HEALTHY.nodes]


def test_a_master_that_is_down_is_replaced_by_the_sentinels_before_anything_is_decided(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To start a node without its data as master would take the data from the replicas as well."""
    lost = snapshot(with_down("redis2"), HEALTHY.sentinels)
    taken_over = snapshot(
        [redis_view("redis1", "master"), *with_down("redis2")[1:]],
        [sentinel_view(name, master="redis1") for name in NAMES],
    )
    seen(monkeypatch, lost, lost, taken_over)
    assert provisioning.calm(environment, lost) is taken_over


def test_a_replica_that_is_down_is_not_waited_for(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", pytest.fail)
    looks = snapshot(with_down("redis3"), HEALTHY.sentinels)
    seen(monkeypatch, looks)
    assert provisioning.calm(environment, None) is looks


def test_a_check_asks_the_scripts_and_says_the_order(
    environment: Environment, scripts: Scripts, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed_on(environment, "redis2", "redis3")
    seen(monkeypatch, HEALTHY)
    monkeypatch.setattr("time.sleep", pytest.fail)
    told: list[str] = []
    provision(environment, lambda step: None, tell=told.append, is_check=True)
    assert told == [
        "1. redis1: no file changes",
        "2. redis3: redis.conf, sentinel.conf changes; redis, sentinel restarts",
        "3. a switchover: redis2 is restarted as a replica",
        "3. redis2 (master): redis.conf, sentinel.conf changes; redis, sentinel restarts",
    ]
    assert all(flags[0] == "--check" for _, name, flags in scripts.calls if name != "try.sh")
    assert len(scripts.calls) == 2 * len(NAMES) + 2  # those that change are tried


ASKED: dict[str, tuple[Callable[[Environment, OnStep], object], str, int]] = {
    "provision": (provision, "ok", 1),
    "up": (provisioning.converge, "ok", 1),
    "provision, packages changed": (provision, "changed", 1 + 1),  # they may have taken long
    "up, packages changed": (provisioning.converge, "changed", 1 + 1 + 1),
}


@pytest.mark.parametrize("case", ASKED)
def test_the_cluster_is_asked_once_and_after_each_change(
    case: str, environment: Environment, scripts: Scripts, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, result, count = ASKED[case]
    changed_on(environment)
    scripts.says = (f":: first {result}",)
    looks = Looks(monkeypatch, HEALTHY)
    work(environment, lambda step: None)
    assert looks.count == count


def test_a_step_is_recorded_with_milliseconds() -> None:
    record = Step("redis1", "packages", "ok", 1.23456).as_json()
    wanted = {"node": "redis1", "step": "packages", "result": "ok", "seconds": 1.235}
    assert record | wanted == record


def handing_over(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, switch: Callable[..., object]
) -> list[str]:
    """Provision a change of every node whose master is redis2; return what was told."""
    changed_on(environment, *NAMES)
    seen(monkeypatch, HEALTHY)
    monkeypatch.setattr(switchover, "run", switch)
    told: list[str] = []
    provision(environment, lambda step: None, tell=told.append)
    return told


def test_a_master_hands_over_before_its_restart(
    environment: Environment, scripts: Scripts, monkeypatch: pytest.MonkeyPatch
) -> None:
    before: list[str] = []

    def switch(_: Environment) -> Switchover:
        before.extend(configured(scripts))
        return Switchover("redis2", "redis1", Timing(0, 0.2))

    told = handing_over(environment, monkeypatch, switch)
    assert sorted(before) == ["redis1", "redis3"]
    assert configured(scripts)[-1] == "redis2"
    (line,) = told
    assert line.startswith("redis1 is master, it was redis2; writers were held for 0.20 s")
    assert line.endswith("; redis2 is restarted as a replica")


def test_a_master_that_nobody_can_follow_is_restarted_in_its_place(
    environment: Environment, scripts: Scripts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Environment) -> Switchover:
        raise Unhealthy("no replica can be made master")

    told = handing_over(environment, monkeypatch, refuse)
    assert configured(scripts)[-1] == "redis2"
    assert told == ["redis2 is restarted as master: no replica can be made master"]
