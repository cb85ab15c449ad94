"""redis_ha/report/judging.py: verdicts from evidence, whatever the record says."""

import gzip
import json
import lzma
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from redis_ha.checkers import Verdict, evidence
from redis_ha.errors import RedisHaError
from redis_ha.measure import packed
from redis_ha.report import judging
from tests import drills
from tests.unit import kept
from tests.unit.builders import operation
from tests.unit.kept import keep, lacking, seen


def only(folder: Path) -> judging.Review:
    (review,) = judging.row(folder).reviews
    return review


def test_what_was_recorded_comes_out_again(tmp_path: Path) -> None:
    recorded = keep(tmp_path)
    review = only(tmp_path)
    assert recorded.verdict is Verdict.VALID
    assert review.today.as_json() == recorded.as_json()
    assert (review.differs, review.changes(0)) == (False, [])
    assert judging.row(tmp_path).is_valid


def test_a_record_can_be_judged_by_itself_and_beside_its_folder_of_histories(
    tmp_path: Path,
) -> None:
    keep(tmp_path)
    (tmp_path / "histories").mkdir()
    for file in tmp_path.glob("kill-1.*"):
        file.rename(tmp_path / "histories" / file.name)
    assert judging.row(tmp_path / "01-kill-master.json").is_valid


PACKINGS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": (".gz", gzip.compress),
    "xz": (".xz", lzma.compress),
    "not at all": ("", bytes),
}


@pytest.mark.parametrize(("ending", "pack"), PACKINGS.values(), ids=PACKINGS)
def test_files_may_be_packed_otherwise_than_the_record_calls_them(
    ending: str, pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    keep(tmp_path)
    for file in tmp_path.glob("kill-1.*"):
        text = packed.read(file)
        file.unlink()
        (tmp_path / f"{file.stem}{ending}").write_bytes(pack(text))
    assert judging.row(tmp_path).is_valid


def test_an_acknowledged_write_that_nobody_has_is_lost_and_invalid(tmp_path: Path) -> None:
    keep(tmp_path)
    tampered = seen(survivors=lacking("before:7"))
    packed.save(tmp_path / tampered.file, evidence.to_bytes(tampered))
    review = only(tmp_path)
    (done,) = review.today.rounds
    assert (done.writes.lost, done.verdict, review.today.verdict) == (1, "invalid", "invalid")
    assert review.differs
    assert review.changes(0) == ["writes", "clients", "losses", "verdict"]
    assert not judging.row(tmp_path).is_valid


def test_a_write_that_the_history_gains_is_lost(tmp_path: Path) -> None:
    keep(tmp_path)
    more = kept.as_csv([*kept.operations(), operation(104.05, "redis2", key="nowhere")])
    (tmp_path / "kill-1.csv.gz").write_bytes(gzip.compress(more))
    assert only(tmp_path).today.rounds[0].writes.lost == 1


def test_a_verdict_that_the_record_made_up_is_found(tmp_path: Path) -> None:
    wrong = seen(survivors=lacking("before:7"))
    keep(tmp_path, wrong)
    path = tmp_path / "01-kill-master.json"
    record = json.loads(path.read_text())
    record["verdict"] = record["rounds"][0]["verdict"] = "valid"
    path.write_text(json.dumps(record))
    review = only(tmp_path)
    assert (review.recorded.verdict, review.today.verdict) == ("valid", "invalid")
    assert review.differs


def spoilt(folder: Path, how: str) -> None:
    """Take the evidence away, or damage it."""
    history, file = folder / "kill-1.csv.gz", folder / "kill-1.json.xz"
    match how:
        case "no history":
            history.unlink()
        case "no evidence":
            file.unlink()
        case "half a history":
            history.write_bytes(history.read_bytes()[:-20])
        case "another history":
            history.write_bytes(gzip.compress(b"client,key\nsentinel-1,a\n"))
        case "a history that no program wrote":
            history.write_bytes(gzip.compress(b"a" * 200_000))
        case "half the evidence":
            file.write_bytes(file.read_bytes()[:-20])
        case "another file":
            file.write_bytes(lzma.compress(b'{"name": "kill-1"}'))


SPOILT = {
    "no history": "kill-1.csv.gz: this history was not kept: nothing to judge by",
    "no evidence": "kill-1.json.xz: this evidence was not kept: nothing to judge by",
    "half a history": "kill-1.csv.gz: damaged: Compressed file ended",
    "another history": "kill-1.csv.gz: damaged: not enough values",
    "a history that no program wrote": "kill-1.csv.gz: damaged: field larger than",
    "half the evidence": "kill-1.json.xz: damaged: Compressed data ended",
    "another file": "kill-1.json.xz: damaged: strike: is required",
}


@pytest.mark.parametrize(("how", "why"), SPOILT.items(), ids=SPOILT)
def test_without_evidence_nothing_is_known(how: str, why: str, tmp_path: Path) -> None:
    keep(tmp_path)
    spoilt(tmp_path, how)
    review = only(tmp_path)
    (done,) = review.today.rounds
    assert (done.verdict, review.today.verdict) == ("unknown", "unknown")
    assert (done.writes.acknowledged, review.changes(0)) == (0, ["verdict", "problems"])
    assert why in done.problems[0]
    assert not judging.row(tmp_path).is_valid


def test_the_record_of_an_older_version_cannot_be_judged(tmp_path: Path) -> None:
    drills.write(tmp_path, [drills.old_record()])
    (done,) = only(tmp_path).today.rounds
    assert done.problems == ("the record names no evidence: nothing to judge by",)


def test_what_was_not_run_stays_so_and_proves_nothing(tmp_path: Path) -> None:
    drills.write(tmp_path, [drills.not_applicable()])
    assert (only(tmp_path).differs, judging.row(tmp_path).is_valid) == (False, False)


def test_a_drill_that_broke_off_stays_unknown(tmp_path: Path) -> None:
    keep(tmp_path, reason="redis2 does not answer")
    assert (only(tmp_path).today.verdict, only(tmp_path).differs) == ("unknown", False)


def test_a_comparison_decides_nothing_but_has_to_come_out_as_recorded(tmp_path: Path) -> None:
    keep(tmp_path / "row")
    lossy = replace(seen(survivors=lacking("before:7")), name="kill-2")
    keep(tmp_path / "other", lossy, comparison=True)
    (tmp_path / "other/01-kill-master.json").rename(tmp_path / "row/02-kill-comparison.json")
    for file in (tmp_path / "other").glob("kill-2.*"):
        file.rename(tmp_path / "row" / file.name)
    assert judging.row(tmp_path / "row").is_valid
    sound = replace(seen(), name="kill-2")
    packed.save(tmp_path / "row" / sound.file, evidence.to_bytes(sound))
    assert not judging.row(tmp_path / "row").is_valid


def test_where_there_are_no_records_there_is_nothing_to_judge(tmp_path: Path) -> None:
    with pytest.raises(RedisHaError, match="no records of drills here"):
        judging.row(tmp_path)
    with pytest.raises(RedisHaError, match="no such file or folder"):
        judging.row(tmp_path / "nowhere")
