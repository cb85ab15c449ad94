"""Figures in the documentation are those of the program."""

import re
from dataclasses import dataclass, replace

import pytest

from redis_ha import version
from redis_ha.checkers import durability, limits, memory_rules, prediction
from redis_ha.faults import FAULTS, network
from redis_ha.inventory import Inventory, load
from redis_ha.measure import clients
from redis_ha.measure.load import LOADS
from redis_ha.services import proxy, recovery, sentinel, switchover, web_waits
from redis_ha.services.recovery import Situation
from redis_ha.suites import failover
from tests.unit.docs.pages import Page, page

DEFAULT: Inventory = load("default")
CRASH = Situation(
    down_after_s=DEFAULT.sentinel.down_after_s,
    quorum=DEFAULT.sentinel.quorum,
    is_silent=False,
    sentinels_left=3,
    min_replicas=1,
)
WAITS = web_waits.of(DEFAULT)
KILLED, HUNG = prediction.of(CRASH), prediction.of(replace(CRASH, is_silent=True))
WRITES_PER_S = sum(each.writers * each.rate_per_s for each in LOADS)
README, DRILLS, DECISIONS = "README.md", "docs/drills.md", "docs/decisions.md"


@dataclass(frozen=True)
class Figure:
    """A number in a sentence, and what it has to be.

    Args:
        sentence: a pattern; its one group is the number.
    """

    page: str
    sentence: str
    value: float


FIGURES = [
    Figure(README, r"There are (\d+) faults", len(FAULTS)),
    Figure(README, r"writes ([\d ]+) unique keys a second", WRITES_PER_S),
    Figure(DRILLS, r"The load is ([\d ]+) unique writes a second", WRITES_PER_S),
    Figure(DRILLS, r"(\d+) % of the packets", network.LOST_PERCENT),
    Figure(DRILLS, r"waits for ([\d.]+) s at most", clients.TIMEOUT_S),
    Figure(DRILLS, r"which waits for (\d+) s,", clients.NAIVE_TIMEOUT_S),
    Figure(DRILLS, r"all in place again within (\d+) s", failover.RECOVERS_S),
    Figure(DRILLS, r"fewer than (\d+) writes were acknowledged", durability.ENOUGH),
    Figure(DRILLS, r"visible at D \+ ([\d.]+) s", (KILLED.phases.visible_s or 0) - 2),
    Figure(DRILLS, r"takes writes ([\d.]+) s later", recovery.REPLICA_S),
    Figure(DRILLS, r"ping interval \((\d+) s,", sentinel.PING_S),
    Figure(DRILLS, r"and ([\d.]+) s for the clients' timeout", recovery.TIMEOUT_S),
    Figure(DRILLS, r"that is ([\d.]+) s for a crash", KILLED.first_write_s),
    Figure(DRILLS, r"and ([\d.]+) s for a hang", HUNG.first_write_s),
    Figure(DECISIONS, r"The pause ends by itself after (\d+) s", switchover.PAUSE_S),
    Figure("docs/proxy.md", r"15 s at most, ([\d.]+) s", WAITS.hold_s),
    Figure("docs/proxy.md", r"predicted .*, (\d+) s at most", proxy.LONGEST_S),
    Figure("docs/web.md", r"\| for a master \| ([\d.]+) s", WAITS.hold_s),
    Figure("docs/web.md", r"\| for an answer of Redis \| ([\d.]+) s", WAITS.read_s),
    Figure("docs/web.md", r"\| for the lock of a session \| ([\d.]+) s", WAITS.lock_s),
    Figure("docs/web.md", r"\| for a page in all \| (\d+) s", WAITS.terminate_s),
    Figure("docs/web.md", r"\| for PHP \| (\d+) s", WAITS.fastcgi_s),
    Figure("docs/doctor.md", r"from (\d+) % of `maxmemory` on", 100 * limits.MEMORY),
    Figure("docs/doctor.md", r"from (\d+) % of `maxclients` on", 100 * limits.CLIENTS),
    Figure("docs/memory.md", r"above ([\d.]+), and worth", memory_rules.FRAGMENTED),
    Figure("docs/memory.md", r"and worth (\d+) MiB", memory_rules.WORTH_MIB),
    Figure("docs/production.md", r"short time \(([\d.]+) s here\)", clients.TIMEOUT_S),
]


def wrong(figure: Figure, written: Page) -> str | None:
    """Return what is wrong with a figure in a page; None when it is right."""
    found = re.search(figure.sentence.replace(" ", r"\s+"), written.text)
    if not found:
        return f"{written.name}: no `{figure.sentence}`"
    if float(found[1].replace(" ", "")) == pytest.approx(figure.value):
        return None
    return f"{written.name}: `{found[0]}`, where it is {figure.value:g}"


@pytest.mark.parametrize("figure", FIGURES, ids=lambda each: each.sentence)
def test_a_figure_is_that_of_the_program(figure: Figure) -> None:
    assert wrong(figure, page(figure.page)) is None


def test_a_figure_that_is_wrong_or_gone_is_found() -> None:
    figure = Figure("a.md", r"There are (\d+) faults", 19)
    assert wrong(figure, Page("a.md", "There are\n19 faults.")) is None
    assert wrong(figure, Page("a.md", "There are 18 faults.")) == (
        "a.md: `There are 18 faults`, where it is 19"
    )
    assert wrong(figure, Page("a.md", "Faults.")) == r"a.md: no `There are (\d+) faults`"


@pytest.mark.parametrize("name", [README, "docs/requirements.md"])
def test_the_oldest_servers_are_those_of_the_program(name: str) -> None:
    assert f"from {version.NEEDED} on" in page(name).text
