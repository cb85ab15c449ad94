"""What commands print and leave behind when they can do what they are asked."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from redis_ha.nodes.environment import opened
from redis_ha.report import REPORTS
from redis_ha.state import STATE
from tests.contract.conftest import NAME, Inv

NODE_KEYS = {
    "name",
    "address",
    "role",
    "port",
    "priority",
    "link",
    "offset",
    "lag_bytes",
    "version",
}
PHASES = {"sdown_s", "odown_s", "elected_s", "promoted_s", "visible_s", "first_write_s"}
WRITES = {"attempted", "acknowledged", "failed", "indeterminate", "lost", "recovered"}
ROUND = {"old_master", "new_master", "rto_s", "predicted_s", "phases", "writes", "verdict"}


def status_of(inv: Inv) -> dict[str, Any]:
    return dict(json.loads(inv("status", "--json").stdout))


def test_status(up: Inv) -> None:
    status = status_of(up)
    assert (status["provider"], status["inventory"]) == ("local", NAME)
    assert (status["healthy"], status["problems"], status["master"]) == (True, [], "redis1")
    assert [set(node) for node in status["nodes"]] == [NODE_KEYS] * 3
    assert [node["role"] for node in status["nodes"]] == ["master", "replica", "replica"]
    assert status["sentinels"] == [
        {"node": node, "port": 26379, "master": "redis1", "quorum_ok": True}
        for node in ("redis1", "redis2", "redis3")
    ]


def test_a_second_up_changes_nothing(up: Inv) -> None:
    done = up("up")
    assert done.returncode == 0
    assert ", 0 changed" in done.stderr


def test_provision_reports_each_step(up: Inv, tmp_path: Path) -> None:
    assert up("provision", "--json", str(tmp_path / "steps.json")).returncode == 0
    steps = json.loads((tmp_path / "steps.json").read_text())
    assert {frozenset(step) for step in steps} == {
        frozenset({"node", "step", "result", "seconds"}),
    }
    assert {step["result"] for step in steps} == {"ok"}
    assert {step["node"] for step in steps} == {"redis1", "redis2", "redis3"}


def test_a_degraded_cluster_is_status_1(up: Inv) -> None:
    with opened(str(up.inventory), "local") as environment:
        node = environment.node("redis3")
        node.units.hold("redis")
        node.units.kill("redis")
        try:
            done = up("status", "--json")
        finally:
            node.units.start("redis")
    assert done.returncode == 1
    assert json.loads(done.stdout)["healthy"] is False
    assert "redis3 is down" in done.stderr.splitlines()[-1]
    assert up("up").returncode == 0


def test_drift_is_status_1_and_mended(up: Inv) -> None:
    file = STATE / NAME / "local" / "redis2" / "etc" / "redis" / "redis.conf"
    file.write_text(file.read_text() + "maxclients 5000\n")
    done = up("diff", "--json")
    assert done.returncode == 1
    assert "drift on redis2" in done.stderr
    drifted = [entry for entry in json.loads(done.stdout)["files"] if entry["differences"]]
    assert [(entry["node"], entry["path"]) for entry in drifted] == [
        ("redis2", "/etc/redis/redis.conf")
    ]
    assert up("provision").returncode == 0
    assert up("diff").returncode == 0


@pytest.mark.timeout(120)
def test_failover_keeps_its_record(up: Inv, tmp_path: Path) -> None:
    done = up("failover", "--json", str(tmp_path / "drill.json"))
    assert done.returncode == 0, done.stderr
    drill = json.loads((tmp_path / "drill.json").read_text())
    assert drill["verdict"] == "valid"
    assert (drill["provider"], drill["fault"], drill["target"]) == ("local", "kill", "master")
    (only,) = drill["rounds"]
    assert set(only) >= ROUND
    assert (set(only["phases"]), set(only["writes"])) == (PHASES, WRITES)
    assert only["old_master"] == "redis1"
    assert only["new_master"] == "redis2" == status_of(up)["master"]
    provisioned = up("provision", "--json", "-")
    assert {step["result"] for step in json.loads(provisioned.stdout)} == {"ok"}


def test_commands_reach_the_nodes(up: Inv) -> None:
    done = up.bare(
        *("run", "--inventory", str(up.inventory), "--provider", "local"),
        *("--", "printf", "%s|", "a b", "$HOME", "it's"),
    )
    assert done.returncode == 0, done.stderr
    lines = [line.split("│", 1)[1].strip() for line in done.stdout.splitlines()]
    assert lines == ["a b|$HOME|it's|"] * 4
    assert up("run", "--node", "redis1").returncode == 2
    failing = up.bare("run", "--inventory", str(up.inventory), "--provider", "local", "--", "false")
    assert failing.returncode == 1
    assert "redis1 (status 1)" in failing.stderr


def test_logs_are_in_order_of_time(up: Inv) -> None:
    done = up("logs.sentinel", "--lines", "20")
    assert done.returncode == 0
    stamps = [line.split()[4] for line in done.stdout.splitlines() if "+sdown" in line]
    assert stamps
    assert stamps == sorted(stamps)
    assert len({line.split()[0] for line in done.stdout.splitlines()}) == 3


@pytest.mark.parametrize("words", [("render",), ("diff",), ("status",), ("provision",)])
def test_no_password_is_printed(up: Inv, passwords: list[str], words: tuple[str, ...]) -> None:
    done = up(*words)
    assert passwords
    assert [word for word in passwords if word in done.stdout + done.stderr] == []


def test_no_password_is_in_a_command_line_a_log_or_a_record(up: Inv, passwords: list[str]) -> None:
    del up
    shown = subprocess.run(("ps", "-eo", "args"), capture_output=True, text=True, check=True)
    logs = [path.read_text() for path in (STATE / NAME).rglob("*.log")]
    records = [path.read_text() for path in REPORTS.glob("*-local-*.json")]
    assert logs
    for word in passwords:
        assert not any(word in text for text in [shown.stdout, *logs, *records])


def test_only_their_owner_reads_files_with_passwords(up: Inv, passwords: list[str]) -> None:
    del up
    holding = [
        path
        for path in (STATE / NAME / "local").rglob("*")
        if path.is_file() and any(word in path.read_text(errors="replace") for word in passwords)
    ]
    assert len(holding) == 7
    assert {oct(path.stat().st_mode & 0o777) for path in holding} == {"0o600"}


@pytest.mark.timeout(120)
def test_ctrl_c_leaves_nothing_half_done(up: Inv) -> None:
    assert up("down", "--purge").returncode == 0
    done = up.interrupted("up", after="redis1: folders")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("redis-ha: interrupted")
    assert "Traceback" not in done.stderr
    assert up("up").returncode == 0
    assert status_of(up)["healthy"]
