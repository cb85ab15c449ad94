"""Everything that was seen of one strike: what a judge is given, today or in a year."""

from dataclasses import dataclass, field
from typing import Annotated

from pydantic import ConfigDict, PlainSerializer, TypeAdapter

from redis_ha.checkers.strike import Strike
from redis_ha.measure.events import Event
from redis_ha.services.snapshot import Snapshot
from redis_ha.services.switchover import Switchover
from redis_ha.services.typo3_stories import Story

Keys = Annotated[frozenset[str], PlainSerializer(sorted)]


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What was seen besides the history; times on the history's clock."""

    name: str
    """Of its files, without their endings."""
    strike: Strike
    """Whom the fault hit, and what an outcome is expected from."""
    before: Snapshot
    """Every Redis and Sentinel as it answered before the fault."""
    after: Snapshot
    """The same in the end."""
    fault_s: float
    """When the fault struck."""
    healing_s: float
    """When it began to heal."""
    healed_s: float
    """When it had healed."""
    converged_s: float | None
    """When the cluster was healthy again; null when it was not in time."""
    events: tuple[Event, ...]
    """What Sentinels and nodes said."""
    survivors: dict[str, Keys] = field(repr=False)
    """The keys of the history that each node has in the end, of those that could be asked."""
    ping_s: float
    """Within which time every Redis answered nine of ten questions before the fault."""
    load_share: float
    """How much of the full load there was."""
    switchovers: tuple[Switchover, ...] = ()
    """The planned changes of master while it lasted; evidence of older versions lacks them."""
    sessions: str | None = None
    """Who kept the sessions of visitors, by `web.sessions`; null without any."""
    unasked: dict[str, str] = field(default_factory=dict)
    """Why nodes could not be asked for their keys, by name; evidence of older versions lacks it."""
    stories: dict[str, Story] = field(default_factory=dict)
    """The pages that an editor had changed, by their paths, 30 s after the last edit."""

    __pydantic_config__ = ConfigDict(allow_inf_nan=False, use_attribute_docstrings=True)

    @property
    def file(self) -> str:
        """Return the name of the file that this is kept in."""
        return f"{self.name}.json.xz"

    @property
    def history(self) -> str:
        """Return the name of the file with every operation."""
        return f"{self.name}.csv.gz"

    @property
    def authority(self) -> str | None:
        """Return the node whose keys count: whom the Sentinels name, else the only master."""
        return self.after.voted_master or self.after.master

    def since(self, at_s: float) -> float:
        """Return a moment as seconds after the fault."""
        return at_s - self.fault_s


EVIDENCE = TypeAdapter(Evidence)
UNKEPT = {
    "nodes": {"__all__": {"info", "settings", "users"}},
    "sentinels": {"__all__": {"running", "users"}},
}
"""Of a snapshot: all that servers say of themselves, passwords and their hashes among it."""


def to_bytes(seen: Evidence) -> bytes:
    """Return evidence as JSON, without what has passwords in it."""
    return EVIDENCE.dump_json(seen, exclude={"before": UNKEPT, "after": UNKEPT})


def from_bytes(data: bytes) -> Evidence:
    """Return the evidence that JSON holds.

    Raises:
        pydantic.ValidationError: it lacks something, or has it in another form.
    """
    return EVIDENCE.validate_json(data)
