"""README and docs/results.md show the kept row; `GOLDEN=write pytest tests/unit/docs` does so."""

import os
import re

import pytest

from redis_ha.checkers.drill import Drill
from redis_ha.render import PROJECT
from tests.unit.docs import kept_row
from tests.unit.docs.pages import page

ROW = kept_row.drills()
KILL = next(drill for drill in ROW if drill.fault == "kill" and not drill.comparison)
PLACE = re.compile(r"(?<=<!-- kept row: begin -->\n).*?(?=<!-- kept row: end -->)", re.DOTALL)
SHOWN = {"README.md": kept_row.example(KILL), "docs/results.md": kept_row.results(ROW)}
NEAR_S = 0.5
"""How far one round may lie from the median of ten at another load."""


@pytest.mark.parametrize("name", SHOWN)
def test_a_page_shows_the_kept_row(name: str) -> None:
    text = page(name).text
    wanted = f"\n{SHOWN[name]}\n"
    if os.environ.get("GOLDEN") == "write":
        text = PLACE.sub(lambda _: wanted, text)
        (PROJECT / name).write_text(text, encoding="utf-8")
    assert PLACE.findall(text) == [wanted]


def test_the_row_is_what_the_pages_say_of_it() -> None:
    assert {(drill.provider, *drill.versions) for drill in ROW} == {("docker", "8.0.2")}
    assert {(len(drill.rounds), drill.environment["cores"]) for drill in ROW} == {(1, 2)}
    assert {done.load_share for drill in ROW for done in drill.rounds} == {0.1}
    assert {drill.settings["down_after_ms"] for drill in ROW} == {2000}


def test_the_example_tells_what_was_recorded() -> None:
    (done,) = KILL.rounds
    text = kept_row.example(KILL)
    assert f"| `write` | {done.rto_s:.2f} | {done.predicted_s:.2f} |" in text
    assert "0 are lost: the verdict is `valid`" in text


LOSSES = {"kill": "process", "host": "node", "power": "power", "partition": "network"}
"""What the first lines of the README name, by the fault that takes it."""


def recoveries(text: str) -> tuple[float, float]:
    """Return within how many seconds README says that writes go on: after a loss, a switchover."""
    found = re.findall(
        r"within about ([\d.]+) s|writes for about ([\d.]+) s", " ".join(text.split())
    )
    (lost, _), (_, planned) = found
    return float(lost), float(planned)


def median(series: str) -> float:
    """Return the median of a series of planned work, from its table in docs/results.md."""
    return next(float(row[2]) for row in page("docs/results.md").rows("series") if row[0] == series)


def test_the_first_lines_of_the_readme_are_borne_out() -> None:
    lost, planned = recoveries(page("README.md").text)
    seen = {each.fault: each.recovery_s or 0 for each in ROW if not each.comparison}
    assert max(seen[fault] for fault in LOSSES) == pytest.approx(lost, abs=NEAR_S)
    assert median("docker, Redis 8.0.2: `switchover`") == pytest.approx(planned, abs=0.06)
    assert recoveries("again within about 3 s, stops\nwrites for about 0.9 s") == (3, 0.9)


def test_how_long_the_commands_take_is_told_alike() -> None:
    """The README has the first three of the figures in docs/results.md."""
    took = [row[1] for row in page("docs/results.md").rows("what")]
    told = re.search(
        r"`\.venv` took (\d+) s; then `up` took (\d+) s .* and (\d+) s with docker",
        " ".join(page("README.md").text.split()),
    )
    assert told
    assert [*told.groups()] == took[:3]


@pytest.fixture
def ten_rounds() -> dict[str, list[str]]:
    """Return the figures of the longer row, by what stands in its first column."""
    return {row[0]: row[1:] for row in page("docs/results.md").rows("ten rounds of")}


def differences(row: list[Drill], longer: dict[str, list[str]]) -> list[str]:
    """Return where the kept row does not bear out the figures of a longer one."""
    found = []
    for drill in row:
        (done,) = drill.rounds
        name = kept_row.named(drill)
        if not (figures := longer.get(name)):
            continue
        median, _, predicted, lost, _ = figures
        if predicted and float(predicted) != pytest.approx(done.predicted_s, abs=0.005):
            found.append(f"{name}: predicted {predicted}, kept {done.predicted_s}")
        if abs(float(median) - (done.rto_s or 0)) > NEAR_S:
            found.append(f"{name}: median {median}, kept {done.rto_s}")
        if lost.startswith("0 of ") != (done.writes.lost == 0):
            found.append(f"{name}: lost {lost}, kept {done.writes.lost}")
    return found


def test_the_kept_row_bears_out_the_longer_one(ten_rounds: dict[str, list[str]]) -> None:
    assert len(ten_rounds.keys() & {kept_row.named(drill) for drill in ROW}) == len(ten_rounds) > 5
    assert differences(ROW, ten_rounds) == []


@pytest.mark.parametrize(
    ("figures", "difference"),
    [
        (["4.36", "4.39", "3.27", "0 of 9", "0"], "`kill`: median 4.36, kept 2.973"),
        (["3.36", "3.39", "3.29", "0 of 9", "0"], "`kill`: predicted 3.29, kept 3.27"),
        (["3.36", "3.39", "3.27", "2 of 9", "0"], "`kill`: lost 2 of 9, kept 0"),
    ],
)
def test_figures_that_the_kept_row_does_not_bear_out_are_found(
    figures: list[str], difference: str
) -> None:
    assert differences(ROW, {"`kill`": figures}) == [difference]
