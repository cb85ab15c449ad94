from dataclasses import astuple, replace

import pytest

from redis_ha.measure.events import Event, Phases, elections, phases

SWITCH = "mymaster 10.0.0.1 6379 10.0.0.2 6379"
EVENTS = [
    Event(10.0, "redis1", "role", "down"),
    Event(12.0, "redis2:26379", "+sdown", "master mymaster 10.0.0.1 6379"),
    Event(12.1, "redis3:26379", "+sdown", "master mymaster 10.0.0.1 6379"),
    Event(12.2, "redis2:26379", "+odown", "master mymaster 10.0.0.1 6379 #quorum 2/2"),
    Event(12.3, "redis2:26379", "+elected-leader", "master mymaster 10.0.0.1 6379"),
    Event(12.5, "redis2", "role", "master"),
    Event(13.0, "redis2:26379", "+switch-master", SWITCH),
    Event(13.1, "redis3:26379", "+switch-master", SWITCH),
]


def split(events: list[Event], first_write_s: float | None = 13.2) -> list[float | None]:
    found = phases(events, 10.0, "redis1", first_write_s)
    return [None if value is None else round(value, 3) for value in astuple(found)]


def test_each_phase_counts_from_the_fault_to_its_first_event() -> None:
    assert split(EVENTS) == [2.0, 2.2, 2.3, 2.5, 3.0, 3.2]


def test_a_phase_that_did_not_happen_is_none() -> None:
    assert split(EVENTS[:3], None) == [2.0, None, None, None, None, None]
    assert phases([], 10.0, "redis1", None) == Phases()


NO_PHASES = {
    "before the fault": [replace(event, at_s=event.at_s - 5) for event in EVENTS],
    "of replicas and Sentinels": [
        Event(11, "redis2:26379", "+sdown", "slave 10.0.0.3:6379 @ mymaster 10.0.0.1 6379"),
        Event(11, "redis2:26379", "+sdown", "sentinel 5b6e 10.0.0.1 26379 @ mymaster"),
        Event(11, "redis2:26379", "-sdown", "master mymaster 10.0.0.1 6379"),
    ],
    "the old master's own word": [
        Event(11, "redis1", "role", "down"),
        Event(12, "redis1", "role", "master"),
    ],
    "another role": [Event(11, "redis3", "role", "slave")],
}


@pytest.mark.parametrize("events", NO_PHASES.values(), ids=NO_PHASES)
def test_what_is_not_of_the_recovery_is_ignored(events: list[Event]) -> None:
    assert split(events, None) == [None] * 6


def test_an_election_is_what_was_voted_in_one_epoch() -> None:
    def vote(at_s: float, node: str, leader: str, epoch: int) -> Event:
        return Event(at_s, f"{node}:26379", "+vote-for-leader", f"{leader} {epoch}")

    before = vote(9.0, "redis1", "aa01", 4)
    split_vote = [vote(12.2, "redis2", "aa02", 5), vote(12.2, "redis3", "aa03", 5)]
    again = [vote(32.8, "redis2", "aa02", 6), vote(32.9, "redis3", "aa02", 6)]
    assert elections([*EVENTS, before], 10.0) == 0
    assert elections([before, *split_vote], 10.0) == 1
    assert elections([before, *split_vote, *again], 10.0) == 2
