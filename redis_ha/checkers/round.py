"""One strike of a fault and what came of it, as records have it."""

from dataclasses import dataclass, field

from redis_ha.checkers import Verdict
from redis_ha.checkers.availability import Gap
from redis_ha.checkers.durability import Loss, Writes
from redis_ha.checkers.edits import Edits
from redis_ha.checkers.exclusivity import Overlap
from redis_ha.checkers.handover import Handover
from redis_ha.checkers.locks import Locks
from redis_ha.checkers.pages import Pages
from redis_ha.checkers.staleness import StaleReads
from redis_ha.measure.events import Event, Phases
from redis_ha.measure.figures import Count, Seconds
from redis_ha.measure.series import Series


@dataclass(frozen=True, kw_only=True)
class ClientFigures(Writes):
    """What one kind of client went through."""

    first_write_s: Seconds = None
    """When its writes were acknowledged again: by another node where one is to take over."""
    longest_gap_s: Seconds = None
    """The longest time between two acknowledged writes."""
    longest_wait_s: Seconds = None
    """The longest that it waited for one answer."""
    pages: Pages | None = None
    """What visitors of the web node saw: of `php-…` and `typo3-…`, else null."""
    locks: Locks | None = None
    """How often sessions' locks were held: of `php-lock`, else null."""
    edits: Edits | None = None
    """What became of an editor's edits: of `typo3-editor`, else null."""


@dataclass(frozen=True, kw_only=True)
class Round:
    """One fault and what came of it.

    What records of older versions lack has a default; a judge gives every value.
    """

    old_master: str | None = None
    """Who was master."""
    new_master: str | None = None
    """Who is master in the end; null for nobody."""
    targets: tuple[str, ...] = ()
    """The nodes that were hit."""
    rto_s: Seconds = None
    """The recovery time: until another node acknowledged a careful client's write; where the master
    stays, until writes went on (0: they never stopped by more than 0.5 s); for a planned change the
    longest gap between two acknowledged writes. null: not at all."""
    predicted_s: Seconds = None
    """What `rto_s` should be; null without a prediction."""
    band_s: tuple[float, float] | None = None
    """Between which two values it should lie."""
    late_phase: str | None = None
    """The phase that took it out of the band, late or early; null inside."""
    elections: Count = 0
    """How often Sentinels voted after the fault; a split vote elects nobody, and the next election
    comes after twice the failover-timeout and up to 1 s more."""
    phases: Phases = field(default_factory=Phases)
    """The recovery step by step; a phase that did not happen is null."""
    predicted_phases: Phases | None = None
    """The same by the prediction."""
    writes: Writes = field(default_factory=Writes)
    """What became of the writes of careful clients."""
    clients: dict[str, ClientFigures] = field(default_factory=dict)
    """The same for each kind: `sentinel`, `unconfirmed`, `role`, `naive`, and where they were asked
    for `php-session`, `php-lock`, `typo3-page`, `typo3-now`, `typo3-visitor`, `typo3-backend`,
    `typo3-editor`, and the kinds that others wrote; and besides:"""
    switchovers: tuple[Handover, ...] = ()
    """The planned changes of master, by whatever did them."""
    losses: tuple[Loss, ...] = ()
    """Windows of lost writes, of clients of every kind."""
    gaps: tuple[Gap, ...] = ()
    """Times over 0.5 s without an acknowledged write of a careful client."""
    longest_gap_s: Seconds = None
    """The longest time without one, however short; null where there never was one."""
    overlap: Overlap | None = None
    """Whether two masters acknowledged at the same time."""
    stale_reads: StaleReads | None = None
    """What readers saw."""
    healed_s: Seconds = None
    """When the fault had healed."""
    converged_s: Seconds = None
    """When the cluster was healthy again; null: not within 90 s."""
    problems: tuple[str, ...] = ()
    """What was not as it should be, in words."""
    events: tuple[Event, ...] = ()
    """What was heard, in order."""
    series: Series | None = None
    """The load over time."""
    history: str | None = None
    """The name of the file with every operation."""
    evidence: str | None = None
    """The name of the file with everything else that the verdict was given by."""
    ping_s: Seconds = None
    """Within which time every Redis answered nine of ten questions (`ROLE`) under the load; seventy
    times that widens `band_s`."""
    load_share: float = 1.0
    """How much of the full load the nodes were given, 0 to 1: less on slow ones, or as asked."""
    verdict: Verdict
    """Of this round: `valid`, `invalid`, `unknown`."""
