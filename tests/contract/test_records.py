"""The records that others read: their keys, and the exit status that goes with them.

Keys may be added: those named here are there.
"""

import re
from pathlib import Path

import pytest

from tests.contract import documented
from tests.contract.inv import Inv

STATUS = {"provider", "inventory", "healthy", "problems", "master", "nodes", "sentinels"}
NODE = {"name", "address", "role", "port", "priority", "link", "offset", "lag_bytes", "version"}
SENTINEL = {"node", "port", "master", "quorum_ok"}
STEP = {"node", "step", "result", "seconds"}
DRILL = {"provider", "fault", "target", "down_after_ms", "verdict", "rounds"}
PROGRAM = {"name", "ok", "detail", "needed", "mend", "kind"}
SETTING = {*PROGRAM, "severity", "now", "where"}
ROUND = {"old_master", "new_master", "rto_s", "predicted_s", "phases", "writes", "verdict"}
PHASES = {"sdown_s", "odown_s", "elected_s", "promoted_s", "visible_s", "first_write_s"}
WRITES = {"attempted", "acknowledged", "failed", "indeterminate", "lost", "recovered"}


def test_status_of_a_healthy_cluster(inv: Inv) -> None:
    said = inv("status", "--json")
    record = said.record
    assert (said.status, record["healthy"], record["problems"]) == (0, True, [])
    assert set(record) >= STATUS
    assert all(set(node) >= NODE for node in record["nodes"])
    assert all(set(sentinel) >= SENTINEL for sentinel in record["sentinels"])
    assert (record["provider"], record["inventory"]) == ("local", "contract")
    roles = sorted((node["role"], node["link"]) for node in record["nodes"] if node["link"])
    assert roles == [("replica", "up")] * 2
    assert {sentinel["master"] for sentinel in record["sentinels"]} == {record["master"]}


def test_a_failover_and_what_comes_after(inv: Inv, tmp_path: Path) -> None:
    said = inv("failover", "--json", "-")
    record = said.record
    assert (said.status, record["verdict"]) == (0, "valid"), said.err
    assert set(record) >= DRILL
    (only,) = record["rounds"]
    assert set(only) >= ROUND
    assert set(only["phases"]) >= PHASES
    assert set(only["writes"]) >= WRITES
    assert only["writes"]["lost"] == 0 < only["writes"]["acknowledged"]
    again = inv("provision", "--json", str(tmp_path / "steps.json"))
    assert re.fullmatch(r"\d+ steps, 0 changed\n", again.out)
    assert inv("status", "--json").record["master"] == only["new_master"] != only["old_master"]


def test_status_of_a_degraded_cluster(inv: Inv) -> None:
    master = inv("status", "--json").record["master"]
    replica = "redis3" if master != "redis3" else "redis2"
    inv.supervisor("stop", f"{replica}:redis")  # which leaves it down
    try:
        said = inv("status", "--json")
        record = said.record
        assert (said.status, record["healthy"]) == (1, False)
        assert f"{replica} is down" in record["problems"]
        assert {node["name"]: node["role"] for node in record["nodes"]}[replica] == "down"
        assert f"{replica} is down" in said.error
    finally:
        up = inv("up")
    assert up.status == 0, up.err
    assert inv("status", "--json").record["master"] == master


def test_provisioning_again_changes_nothing(inv: Inv) -> None:
    said = inv("provision", "--json", "-")
    steps = said.record
    assert said.status == 0
    assert all(set(step) >= STEP for step in steps)
    assert {step["node"] for step in steps} >= {"redis1", "redis2", "redis3"}
    assert {step["result"] for step in steps} == {"ok"}


def test_drift_is_shown_and_mended(inv: Inv) -> None:
    assert inv("diff").status == 0
    file = inv.folder / "redis2/etc/redis/redis.conf"
    file.write_text(file.read_text() + "databases 32\n")
    said = inv("diff", "--json")
    record = said.record
    drifted = [each for each in record["files"] if each["differences"]]
    assert (said.status, record["drift"]) == (1, True)
    assert [(each["node"], each["path"]) for each in drifted] == [
        ("redis2", "/etc/redis/redis.conf")
    ]
    assert drifted[0]["differences"] == ["databases: 16, 32 instead of 16"]
    assert said.error == "redis-ha: drift on redis2; `./inv provision` mends it"
    mended = inv("provision", "--json", "-")
    changed = {(step["node"], step["step"]) for step in mended.record if step["result"] != "ok"}
    assert (mended.status, changed) == (0, {("redis2", "settings")})
    assert inv("diff", "--json").record["drift"] is False


def test_a_sentinel_that_lost_its_file_comes_back_as_the_same_one(inv: Inv) -> None:
    (inv.folder / "redis3/etc/redis/sentinel.conf").unlink()
    assert inv("diff").error.startswith("redis-ha: drift on redis3")
    assert inv("up").status == 0  # with as many Sentinels as before


def test_the_doctor_lists_programs_and_settings(inv: Inv) -> None:
    said = inv("doctor", "--json")
    kinds = {"program": PROGRAM, "setting": SETTING}
    assert said.status == 0, said.err
    assert all(set(each) >= kinds[each["kind"]] for each in said.record)
    settings = [each for each in said.record if each["kind"] == "setting"]
    assert [(each["name"], each["severity"]) for each in settings] == [
        ("client.retry_budget_ms", "note")
    ]


def test_a_setting_on_a_node_that_is_wrong_is_status_1(inv: Inv) -> None:
    file = inv.folder / "redis2/etc/redis/redis.conf"
    before = file.read_text()
    file.write_text(before.replace("appendonly yes", "appendonly no"))
    try:
        said = inv("doctor")
    finally:
        file.write_text(before)
    assert said.status == 1
    assert said.error == 'redis-ha: wrong: appendonly no, with save "" (redis2)'


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("status", ("status", "--json")),
        ("provision", ("provision", "--json", "-")),
        ("diff", ("diff", "--json")),
    ],
)
def test_the_page_of_records_has_every_field(
    section: str, words: tuple[str, ...], inv: Inv
) -> None:
    said = documented.fields(section)
    assert len(said) > 3
    assert documented.differences(said, inv(*words).record) == set()


def test_a_field_that_only_the_page_or_the_record_has_is_found() -> None:
    page = "\n## a\n\n| field | meaning |\n|---|---|\n| `x[].y`, `z` | w |\n| `e[].f` | w |\n"
    said = documented.fields("a", page)
    assert said == {"x[].y", "x[].z", "e[].f"}
    assert documented.differences(said, {"x": [{"y": 1, "z": 2}], "e": []}) == set()
    assert documented.differences(said, {"x": [{"y": 1, "b": 2}], "e": []}) == {"x[].z", "x[].b"}
