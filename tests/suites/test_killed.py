"""Commands that are killed at what they do: named afterwards, put back by `up`, no write lost."""

from pathlib import Path
from secrets import token_hex

import pytest

from redis_ha.intents import LASTS
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.wait import wait_until
from tests import periods
from tests.contract.inv import Inv
from tests.suites.killing import COMES_S, MOMENTARY, confirmed_writes, entries, is_changed, killed

KINDS = {
    ("up",): "provision",
    ("provision.redis",): "provision",
    ("switchover",): "switchover",
    ("restart", "--rolling"): "restart",
    ("failover", "--fault", "kill"): "held",
    ("failover", "--fault", "hang"): "stopped",
    ("failover", "--fault", "partition"): "cut",
}
"""The kind of change at which each command is killed."""
ON_MACHINES = {"provision", "cut"}
"""What differs there; everything on machines is for the night."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "words" in metafunc.fixturenames:
        on_machines = metafunc.config.getoption("--provider") != "local"
        chosen = [
            words
            for words, kind in KINDS.items()
            if (kind in ON_MACHINES if on_machines else kind != "cut")
        ]
        metafunc.parametrize("words", chosen, ids=" ".join)


def test_what_a_killed_command_left_is_named_and_put_back(
    inv: Inv, running: Environment, words: tuple[str, ...], tmp_path: Path
) -> None:
    kind = KINDS[words]
    with periods.quick(running), confirmed_writes(running, tmp_path / "history.csv"):
        with inv.start(*words) as process:
            assert killed(process, lambda: is_changed(running, kind))
        said = inv("status", "--json").record["left"]
        line = f"{' '.join(words)} --provider"
        assert kind in MOMENTARY or any(line in each for each in said), said
        see_the_doctor_agree(inv, said)
        if kind in LASTS:
            told_by_nodes_alone(inv, running, line)
        mended = inv("up")
        assert mended.status == 0, mended.err
    after = inv("status", "--json")
    assert (after.status, after.record["left"]) == (0, [])
    assert not entries(running)


def examined(inv: Inv) -> list[str]:
    """Return what `doctor` says is left."""
    details = [each["detail"] for each in inv("doctor", "--json").record if "detail" in each]
    return [each for each in details if "left by `" in each]


def see_the_doctor_agree(inv: Inv, said: list[str]) -> None:
    """See that `doctor` says what `status` did, or that it has ended since: writers are let go."""
    found = examined(inv)
    assert found == said or found == inv("status", "--json").record["left"]


def told_by_nodes_alone(inv: Inv, environment: Environment, line: str) -> None:
    """See that another machine, which has no entry of it, is told as well."""
    environment.intents.forget()
    said = inv("status", "--json").record["left"]
    assert any(line in each and "another machine" in each for each in said), said
    see_the_doctor_agree(inv, said)


def test_an_upload_that_nobody_wrote_down_is_named_and_goes(inv: Inv, running: Environment) -> None:
    node = running.redis_nodes[-1]
    folder = node.path(f"/tmp/redis-ha.{token_hex(8)}")
    node.run("mkdir", folder)
    node.run("touch", "-d", "2 hours ago", folder)
    (said,) = inv("status", "--json").record["left"]
    assert said.startswith(f"{node.name}: has the upload folder {folder}; left of 2")
    assert inv("provision").status == 0
    assert inv("status", "--json").record["left"] == []


def test_a_followed_log_is_followed_no_longer_on_the_node(inv: Inv, running: Environment) -> None:
    node = running.sentinel_nodes[0]
    with inv.start("logs.sentinel", "--follow") as process:
        wait_until(lambda: follows(node), what="a log is followed", timeout_s=COMES_S)
        process.kill()
        process.communicate()
    wait_until(lambda: not follows(node), what="nothing follows it", timeout_s=COMES_S)


def follows(node: Node) -> bool:
    """Say whether a process of the node prints its Sentinel's log as it grows."""
    last = node.units.log_command("sentinel", 0, follow=True)[-1]
    words = 'grep -qas -e "$1" /proc/[0-9]*/cmdline'
    return node.run("bash", "-c", words, "grep", f"[{last[0]}]{last[1:]}", check=False).ok
