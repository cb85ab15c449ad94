"""The kept row of docs/evidence/: judged again, and again with a write taken away."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from redis_ha.checkers import Verdict, evidence
from redis_ha.checkers.drill import Drill
from redis_ha.checkers.evidence import Evidence
from redis_ha.measure import packed
from redis_ha.measure.clients import CONFIRMED
from redis_ha.measure.history import History
from redis_ha.render import PROJECT
from redis_ha.report import files, judging, reading

FOLDER = PROJECT / "docs/evidence"
MOST_BYTES = 2_000_000
KEPT = reading.drills(FOLDER)


def test_it_is_small_enough_to_be_kept() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= MOST_BYTES


def test_every_verdict_comes_out_as_recorded() -> None:
    row = judging.row(FOLDER)
    assert [outcomes(each.today) for each in row.reviews] == [outcomes(each) for each in KEPT]
    assert row.is_valid


def outcomes(drill: Drill) -> list[tuple[object, ...]]:
    """Return what may not change when a prediction gets better: verdicts, losses, problems."""
    return [
        (drill.title, each.verdict, each.writes, each.new_master, each.problems)
        for each in drill.rounds
    ]


def test_it_shows_faults_of_machines_and_one_that_loses_writes() -> None:
    assert {"kill", "hang", "power", "partition"} <= {each.fault for each in KEPT}
    lossy = [each for each in KEPT if each.verdict is Verdict.INVALID]
    assert lossy
    assert all(each.comparison for each in lossy)


def test_the_report_beside_it_is_of_these_records() -> None:
    made = files.texts(reading.records(FOLDER), FOLDER)
    assert len(made) == 3
    stale = [path.name for path, text in made.items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "renew them: ./inv report --from docs/evidence"


def alone(fault: str, folder: Path) -> Drill:
    """Copy the files of one drill; return it."""
    drill = next(each for each in KEPT if each.fault == fault and not each.comparison)
    (record,) = (path for path in FOLDER.glob(f"*-{fault}-{drill.target}.json"))
    for name in (record.name, drill.rounds[0].history, drill.rounds[0].evidence):
        shutil.copy(FOLDER / str(name), folder)
    return drill


def acknowledged(history: Path) -> str:
    """Return the key of a careful client's write that was acknowledged."""
    read = History()
    read.read(packed.read(history).decode().splitlines())
    return next(one.key for one in read.writes(CONFIRMED) if one.acknowledged)


def without(key: str, seen: Evidence) -> Evidence:
    return replace(seen, survivors={name: has - {key} for name, has in seen.survivors.items()})


@pytest.mark.parametrize("fault", ["kill", "partition", "switchover"])
def test_one_acknowledged_write_less_and_the_judge_says_lost(fault: str, tmp_path: Path) -> None:
    drill = alone(fault, tmp_path)
    assert judging.row(tmp_path).is_valid
    path = tmp_path / str(drill.rounds[0].evidence)
    seen = evidence.from_bytes(packed.read(path))
    key = acknowledged(tmp_path / str(drill.rounds[0].history))
    packed.save(path, evidence.to_bytes(without(key, seen)))
    (review,) = judging.row(tmp_path).reviews
    assert (review.recorded.lost, review.today.lost) == (0, 1)
    assert (review.differs, review.today.verdict) == (True, "invalid")
