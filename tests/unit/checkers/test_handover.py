"""redis_ha/checkers/handover.py: what a planned change of master cost whom."""

from dataclasses import replace

from redis_ha.checkers import evidence, handover
from redis_ha.checkers.judgement import judged
from redis_ha.measure.history import History
from redis_ha.services.switchover import Switchover, Timing
from tests.unit.builders import operation
from tests.unit.kept import FAULT_S, operations, seen

DONE = Switchover("redis1", "redis2", Timing(FAULT_S + 1, 0.2, 0.3, was_asked_early=True))


def test_it_says_when_each_kind_wrote_to_another_node() -> None:
    back = operation(FAULT_S + 1.5, "redis2", client="role-1")
    stayed = operation(FAULT_S + 1.6, "redis1", client="naive-1")
    given = replace(seen(), switchovers=(DONE,))
    (found,) = handover.of(given, History([back, stayed]), ["role", "naive"])
    assert (found.old_master, found.new_master) == ("redis1", "redis2")
    assert (found.at_s, found.held_s, found.named_s) == (1.0, 0.2, 0.3)
    assert found.was_asked_early
    assert found.again_s == {"role": 0.5, "naive": None}


def test_it_is_kept_with_the_evidence_and_judged_from_there() -> None:
    kept = evidence.from_bytes(evidence.to_bytes(replace(seen(), switchovers=(DONE,))))
    (found,) = judged(kept, History(operations())).switchovers
    assert (found.new_master, found.was_asked_early) == ("redis2", True)
    assert judged(seen(), History(operations())).switchovers == ()
