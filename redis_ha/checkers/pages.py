"""What did visitors of the web node go through?"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from redis_ha.measure.figures import Count, Seconds
from redis_ha.measure.history import Operation
from redis_ha.measure.visits import LOGGED_OUT, OLD_TEXT, WENT_BACK

SERVED = "200"
LATE_S = 0.5
"""How long after the first write of a careful client a page may still fail."""


@dataclass(frozen=True)
class Pages:
    """Pages that were asked for, and what was wrong with them."""

    statuses: dict[str, Count] = field(default_factory=dict)
    """How many by HTTP status, or by what came in place of an answer."""
    errors: Count = 0
    """How many were not served as they should be: any status but 200, or no answer."""
    last_error_s: Seconds = None
    """When the last of them after the fault ended; null without any."""
    late_errors: Count = 0
    """How many of them ended later than 0.5 s after the first write of a careful client."""
    logged_out: Count = 0
    """How often a visitor who had a session got another one."""
    went_back: Count = 0
    """How often a session was older than one that the same visitor had been shown before."""
    outdated: Count = 0
    """How often a page of a TYPO3 site showed an older text than was saved when it was asked."""


def pages(operations: Iterable[Operation], since_s: float, first_write_s: float | None) -> Pages:
    """Count the pages of one kind of client around a fault at `since_s`.

    Args:
        first_write_s: when a careful client was acknowledged a write again, after the fault.
    """
    asked = list(operations)
    failed = [one.ended_s - since_s for one in asked if not one.acknowledged]
    after = [at_s for at_s in failed if at_s > 0]
    wrong = Counter(one.error for one in asked if one.acknowledged and one.error)
    limit_s = None if first_write_s is None else first_write_s + LATE_S
    return Pages(
        statuses=dict(sorted(Counter(map(_status, asked)).items())),
        errors=len(failed),
        last_error_s=max(after, default=None),
        late_errors=sum(limit_s is not None and at_s > limit_s for at_s in after),
        logged_out=wrong[LOGGED_OUT],
        went_back=wrong[WENT_BACK],
        outdated=wrong[OLD_TEXT],
    )


def _status(one: Operation) -> str:
    return SERVED if one.acknowledged else (one.error or "no answer")
