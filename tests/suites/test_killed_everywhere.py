"""Every command that changes something, every fault: killed at each of its entries in turn."""

from itertools import count
from pathlib import Path

import pytest

from redis_ha import faults
from redis_ha.nodes.environment import Environment
from redis_ha.suites.drill import LOSES
from tests.contract.inv import Inv
from tests.suites.killing import confirmed_writes, entries, has_begun, killed

pytestmark = pytest.mark.timeout(3600)  # `up` alone has a dozen entries, each brought up anew

NOT_APPLICABLE = 2
COMMANDS = [
    ("up",),
    ("provision",),
    ("switchover",),
    ("restart", "--rolling"),
    *(("failover", "--fault", name) for name in faults.FAULTS),
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_killed_at_any_entry_it_leaves_nothing_that_up_does_not_put_back(
    inv: Inv, running: Environment, words: tuple[str, ...], tmp_path: Path
) -> None:
    for number in count(1):
        file, may_lose = tmp_path / f"{number}.csv", words[-1] == LOSES
        with confirmed_writes(running, file, may_lose=may_lose):
            with inv.start(*words) as process:
                was_killed = killed(process, has_begun(running, number))
            mended = inv("up")
            assert mended.status == 0, mended.err
        after = inv("status", "--json")
        assert (after.status, after.record["left"], entries(running)) == (0, [], [])
        if not was_killed:  # it has no entry more
            break
    nothing_kept = process.returncode == NOT_APPLICABLE or words[-1] == LOSES
    assert nothing_kept or number > 1
