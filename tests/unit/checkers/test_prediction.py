from dataclasses import replace
from itertools import pairwise

import pytest

from redis_ha.checkers.prediction import Prediction, late_phase, of, of_switchover
from redis_ha.measure.events import Phases
from redis_ha.services.recovery import Situation


def situation(
    silent: bool, left: int, min_replicas: int, down_after_ms: int = 2000, quorum: int = 2
) -> Situation:
    return Situation(
        down_after_s=down_after_ms / 1000,
        quorum=quorum,
        is_silent=silent,
        sentinels_left=left,
        min_replicas=min_replicas,
    )


CRASH = situation(False, 3, 1)


@pytest.mark.parametrize(
    ("down_after_ms", "given", "seconds"),
    [
        (1000, situation(False, 3, 0), 2.20),
        (1000, CRASH, 2.27),
        (2000, CRASH, 3.27),
        (2000, situation(False, 2, 1), 3.27),
        (1000, situation(True, 3, 0), 2.80),
        (2000, situation(True, 3, 1), 3.87),
        (2000, situation(True, 2, 1), 4.04),
        (400, situation(True, 3, 1), 1.97),
    ],
    ids=[
        *("no replica needed", "a crash", "later down", "a crash of a host", "a hang"),
        *("a hang, later down", "a machine gone", "pings as often as down-after"),
    ],
)
def test_the_prediction_follows_settings_and_fault(
    down_after_ms: int, given: Situation, seconds: float
) -> None:
    found = of(replace(given, down_after_s=down_after_ms / 1000))
    assert found.first_write_s == pytest.approx(seconds, abs=0.005)
    assert found.low_s < found.first_write_s < found.high_s


def test_a_higher_quorum_waits_for_later_pings() -> None:
    every = [of(situation(True, 3, 1, quorum=each)).first_write_s for each in (1, 2, 3)]
    assert [round(after - before, 2) for before, after in pairwise(every)] == [
        0.25,
        0.25,
    ]


def test_the_phases_lead_up_to_the_first_write() -> None:
    times = list(vars(of(CRASH).phases).values())
    assert times == sorted(times)
    assert times[0] == pytest.approx(2.1)


def test_a_switchover_stalls_until_the_sentinels_name_the_new_master() -> None:
    assert of_switchover().first_write_s == pytest.approx(0.33)
    assert of_switchover().high_s == pytest.approx(1.3)


PREDICTED = of(CRASH)
ON_TIME = PREDICTED.phases


@pytest.mark.parametrize(
    ("seen", "phase"),
    [
        (ON_TIME, None),
        (Phases(2.1, 2.2, 2.3, 2.4, 3.2, 3.6), None),
        (Phases(2.1, 2.2, 2.3, 2.4, 3.2, 9.0), "first_write"),
        (Phases(2.1, 2.2, 8.2, 8.4, 9.2, 9.3), "elected"),
        (Phases(6.1, 6.2, 6.3, 6.4, 7.2, 7.3), "sdown"),
        (Phases(None, None, None, 7.0, 7.8, 7.9), "promoted"),
        (Phases(0.1, 0.2, 0.3, 0.4, 1.2, 1.3), "sdown"),
    ],
    ids=[
        *("on time", "within the band", "late clients", "a late election", "found late"),
        *("phases not seen", "early"),
    ],
)
def test_the_phase_that_left_the_band_is_named(seen: Phases, phase: str | None) -> None:
    assert late_phase(PREDICTED, seen, seen.first_write_s or 0.0) == phase


def test_a_stall_is_held_against_the_band_and_not_the_time_until_it_began() -> None:
    late = Phases(elected_s=40.0, promoted_s=40.1, visible_s=41.0, first_write_s=41.1)
    assert late_phase(of_switchover(), late, recovery_s=1.1) is None
    assert late_phase(of_switchover(), late, recovery_s=2.0) == "elected"
    assert late_phase(of_switchover(), Phases(), recovery_s=2.0) is None


def test_a_band_has_two_ends() -> None:
    assert Prediction(ON_TIME, 1.0, 2.0).band_s == (1.0, 2.0)
