"""What is left of a drill's keys in the end, and why nobody may be able to say."""

from collections.abc import Collection
from dataclasses import dataclass

from redis_ha.checkers.evidence import Evidence


@dataclass(frozen=True)
class Remains:
    """The keys of a history, but those that are gone for certain."""

    kept: frozenset[str]
    """They are there."""
    open: frozenset[str] = frozenset()
    """They are there or not, by which node will be master."""

    @property
    def possible(self) -> frozenset[str]:
        """Return all that may be there."""
        return self.kept | self.open


def of(seen: Evidence, keys: Collection[str]) -> Remains:
    """Say what is left of the keys of a history.

    What counts is what the node has that `Evidence.authority` names. Without one a key that every
    node has is kept, and one that none has is gone; a node that was not asked may have any.
    """
    asked = seen.survivors
    if seen.authority in asked:
        return Remains(asked[str(seen.authority)])
    if not {view.name for view in seen.after.nodes} <= set(asked):
        return Remains(frozenset(), frozenset(keys))
    kept = frozenset.intersection(*asked.values())
    return Remains(kept, frozenset.union(*asked.values()) - kept)


def doubt(seen: Evidence) -> str | None:
    """Say why no node has the last word on what is kept; None where one has."""
    name = seen.authority
    if name in seen.survivors:
        return None
    if name is not None:
        why = f": {seen.unasked[name]}" if name in seen.unasked else ""
        return f"{name} has the last word and was not asked for its keys{why}"
    masters = ", ".join(view.name for view in seen.after.masters)
    say = f"{masters} say" if masters else "no node says"
    return f"no majority of Sentinels names a master, and {say} to be one"
