"""Rows of drills, and what is left after one that was broken off, from outside."""

import json
import signal
from pathlib import Path

import pytest

from redis_ha.measure import packed
from redis_ha.render import PROJECT
from redis_ha.wait import wait_until
from tests.contract.inv import Inv, run


def roles(inv: Inv) -> list[str]:
    return sorted(node["role"] for node in inv("status", "--json").record["nodes"])


def wait_for_the_blow(inv: Inv) -> None:
    wait_until(
        lambda: roles(inv),
        accept=lambda seen: "down" in seen,
        what="the fault strikes",
        timeout_s=60,
    )


def test_a_row_of_drills_leaves_records_and_a_report(inv: Inv) -> None:
    said = inv("drill", "--faults", "power,sentinel-kill:redis2:26379")
    assert said.status == 0, said.err
    (page,) = [line for line in said.err.splitlines() if line.endswith("report.html")]
    folder = PROJECT / Path(page.removeprefix("record: ")).parent
    records = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    assert [(each["fault"], each["verdict"]) for each in records] == [
        ("power", "not applicable"),
        ("sentinel-kill", "valid"),
    ]
    assert "no power to cut" in records[0]["reason"]
    assert [len(each["rounds"]) for each in records] == [0, 1]
    (history,) = folder.glob("*.csv.gz")
    assert records[1]["rounds"][0]["history"] == history.name
    again = run("judge", str(folder))
    assert again.status == 0, again.err
    assert again.out.splitlines()[0] == ("valid, as recorded: 2 drills: 1 valid, 1 not applicable.")
    assert not any(secret in page for secret in inv.secrets for page in texts(folder))


def texts(folder: Path) -> list[str]:
    """Return what the files hold, packed ones too: no password is in any of them."""
    return [packed.read(path).decode() for path in folder.iterdir()]


def test_a_drill_that_is_ended_heals(inv: Inv) -> None:
    with inv.start("failover", "--fault", "host") as process:
        wait_for_the_blow(inv)
        process.send_signal(signal.SIGTERM)  # which is taken for a Ctrl-C
        _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert said.splitlines()[-1] == "redis-ha: interrupted; the same command goes on from here"
    assert "down" not in roles(inv)
    assert inv("heal").status == 0


def test_what_a_killed_drill_left_is_healed(inv: Inv) -> None:
    with inv.start("failover", "--fault", "hang") as process:
        wait_for_the_blow(inv)
        process.kill()
        process.communicate(timeout=60)
    assert "down" in roles(inv)
    said = inv("heal")
    assert said.status == 0, said.err
    assert said.out.startswith("healthy: ")
    assert roles(inv) == ["master", "replica", "replica"]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--faults", ","), "--faults: name at least one, or all"),
        (("--faults", ""), "`--faults` needs a value: --faults FAULTS"),
        (("--faults", "kill", "--compare", "hang"), "--compare: hang: not among --faults"),
        (("--rounds", "0"), "--rounds: takes a whole number from 1 to 1000, not `0`"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused(inv: Inv, words: tuple[str, ...], line: str) -> None:
    said = inv("drill", *words)
    assert (said.status, said.out) == (2, "")
    assert line in said.error


def test_what_is_refused_leaves_no_folder(inv: Inv) -> None:
    before = set((PROJECT / "reports").glob("drill-*"))
    assert inv("drill", "--faults", "kill,nope").status == 2
    assert set((PROJECT / "reports").glob("drill-*")) == before
