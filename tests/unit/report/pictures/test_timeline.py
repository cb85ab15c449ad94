from itertools import combinations
from random import Random
from typing import Any

import pytest

from redis_ha.checkers.drill import parse
from redis_ha.report.pictures import timeline
from redis_ha.report.pictures.axis import PAGE_WIDTH
from redis_ha.report.pictures.timeline import TimelinePicture
from tests import drills
from tests.drills import one_round


def picture(**changes: Any) -> TimelinePicture:
    (only,) = parse(drills.drill([one_round(Random(1), **changes)])).rounds
    return timeline.build(only)


ROUNDS = [each for drill in drills.twenty() for each in parse(drill).rounds]


@pytest.mark.parametrize("each", ROUNDS, ids=map(str, range(len(ROUNDS))))
def test_labels_stand_apart_and_within_the_picture(each: Any) -> None:
    made = timeline.build(each)
    boxes = [label.box(made.floor) for label in made.labels]
    assert not any(one.meets(other) for one, other in combinations(boxes, 2))
    assert all(box.right <= PAGE_WIDTH and 0 <= box.top < box.bottom <= made.floor for box in boxes)


def test_every_moment_of_a_failover_is_marked() -> None:
    kinds = [label.moment.kind for label in picture().labels]
    assert kinds.count("phase") == 5
    assert {"fault", "write", "predicted", "healed"} <= set(kinds)


def test_what_was_never_interrupted_has_no_first_write() -> None:
    (only,) = parse(drills.drill([drills.uninterrupted(Random(1))])).rounds
    assert "write" not in {label.moment.kind for label in timeline.build(only).labels}


def test_losses_have_a_lane_per_kind_of_client() -> None:
    windows = [
        {"from_s": 0.1, "to_s": 0.5, "count": 12, "node": "redis1", "client": "naive"},
        {"from_s": 0.6, "to_s": 0.6, "count": 1, "node": "redis1", "client": "naive"},
        {"from_s": 0.1, "to_s": 0.5, "count": 3, "node": "redis1", "client": "role"},
    ]
    gap, naive, role = picture(losses=windows).lanes
    assert (gap.kind, naive.text, role.text) == ("gap", "13 lost", "3 lost")
    assert (naive.name, len(naive.bars)) == ("naive", 2)
    assert all(bar.width >= 2 for bar in naive.bars)
    assert len({lane.y for lane in (gap, naive, role)}) == 3


def test_the_name_of_a_lane_fits_beside_the_axis() -> None:
    window = {"from_s": 0.1, "to_s": 0.5, "count": 1, "client": "a very long kind of client"}
    assert len(picture(losses=[window]).lanes[1].name) <= timeline.NAME


def test_a_record_without_series_has_marks_and_no_panels() -> None:
    made = picture(series=None, gaps=[])
    assert (made.throughput, made.latency, made.lanes) == (None, None, ())
    assert len(made.labels) > 5


def test_a_convergence_long_after_does_not_squeeze_the_rest() -> None:
    made = picture(converged_s=58.0)
    assert not any("converged" in label.moment.text for label in made.labels)


def test_nothing_known_is_still_a_picture() -> None:
    (only,) = parse(drills.drill([{"verdict": "unknown"}])).rounds
    assert [label.moment.text for label in timeline.build(only).labels] == ["fault"]


def test_failed_writes_stand_on_the_acknowledged_ones() -> None:
    counted = {"from_s": 0, "step_s": 0.1, "acknowledged": [10, 20], "failed": [10]}
    made = picture(series=counted)
    assert made.throughput is not None
    tops = dict(made.throughput.paths)
    bottom = f"{made.throughput.bottom:g}"
    assert tops["failed"].split("V")[1:3] != tops["acknowledged"].split("V")[1:3]
    assert tops["failed"].split("V")[2] == tops["acknowledged"].split("V")[2]
    assert tops["failed"].endswith(f"V{bottom}Z")
