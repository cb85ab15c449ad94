"""The master is killed and hung under a writer: nothing that was acknowledged may be lost."""

from collections.abc import Callable
from statistics import median

import pytest

from redis_ha.nodes.environment import Environment
from redis_ha.suites import failover

Keep = Callable[..., None]


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("fault", "rounds"), [("kill", 5), ("hang", 3)])
def test_no_acknowledged_write_is_lost(
    environment: Environment, keep: Keep, fault: str, rounds: int
) -> None:
    drill = failover.run(environment, fault=fault, rounds=rounds, on_round=print)
    times = [each.rto_s for each in drill.rounds if each.rto_s is not None]
    recovery = f"writes again after {median(times):.2f} s" if times else "no recovery"
    keep("failover", drill.as_json(), f"{fault}: {recovery} (median of {len(times)} rounds)")
    assert len(drill.rounds) == rounds
    assert [(each.writes.lost, each.problems) for each in drill.rounds] == [(0, ())] * rounds
    assert drill.verdict == "valid"
    assert min(times) > environment.topology.sentinel.down_after_s


def test_every_phase_of_a_recovery_is_seen_in_order(environment: Environment) -> None:
    done = failover.one_round(environment, "kill", "master")
    phases = vars(done.phases)
    assert None not in phases.values(), phases
    in_order = ("sdown_s", "odown_s", "elected_s", "visible_s", "first_write_s")
    times = [phases[name] for name in in_order]
    assert times == sorted(times), phases
