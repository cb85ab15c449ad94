"""What a planned change of master cost: how long writers were held, and who wrote again when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from redis_ha.checkers.evidence import Evidence
from redis_ha.measure.figures import Seconds
from redis_ha.measure.history import History
from redis_ha.services.switchover import Switchover


@dataclass(frozen=True, kw_only=True)
class Handover:
    """A planned change of master under the load."""

    old_master: str
    """Who was master."""
    new_master: str
    """Who took over."""
    at_s: float
    """When writers were held from."""
    held_s: float
    """For how long they were, at the most."""
    named_s: Seconds = None
    """When all Sentinels named the new master, after `at_s`; null where one did not in time."""
    was_asked_early: bool | None = None
    """The Sentinel asked the new master for its role just before the promotion, and again only a
    second later: writers stall for that second. null where the servers saw to it all themselves
    (COORDINATED)."""
    again_s: dict[str, Seconds] = field(default_factory=dict)
    """When each kind of client wrote to another node than the old master, after `at_s`; null for
    never."""


def of(seen: Evidence, history: History, kinds: Sequence[str]) -> Iterator[Handover]:
    """Yield the planned changes of a round; times are seconds after its fault.

    Args:
        kinds: of client, that wrote.
    """
    for done in seen.switchovers:
        timing = done.timing
        yield Handover(
            old_master=done.old_master,
            new_master=done.new_master,
            at_s=seen.since(timing.at_s),
            held_s=timing.held_s,
            named_s=timing.named_s,
            was_asked_early=timing.was_asked_early,
            again_s=dict(_again(done, history, kinds)),
        )


def _again(
    done: Switchover, history: History, kinds: Sequence[str]
) -> Iterator[tuple[str, float | None]]:
    at_s = done.timing.at_s
    for kind in kinds:
        first = history.acknowledged_elsewhere(done.old_master, at_s, {kind})
        yield kind, None if first is None else first.ended_s - at_s
