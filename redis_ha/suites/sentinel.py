"""The Sentinel suite: do all Sentinels agree, see a quorum, and know every replica?"""

from dataclasses import asdict, dataclass
from typing import Any

from redis_ha.nodes.environment import Environment
from redis_ha.services import health, settling, strangers
from redis_ha.services.snapshot import SentinelView, Snapshot


@dataclass(frozen=True)
class Check:
    """One question to one Sentinel and its answer."""

    sentinel: str
    check: str
    ok: bool
    detail: str


@dataclass(frozen=True)
class SentinelReport:
    """All checks of all Sentinels."""

    provider: str
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        return bool(self.checks) and all(check.ok for check in self.checks)

    def as_json(self) -> dict[str, Any]:
        """Return the record."""
        checks = [asdict(check) for check in self.checks]
        return {"provider": self.provider, "ok": self.ok, "checks": checks}


def run(environment: Environment) -> SentinelReport:
    """Ask every Sentinel for its view and compare it with the nodes.

    A view that is wrong is asked for again for a while: Sentinels learn in rounds of 10 s.
    """
    snapshot = settling.until(environment, health.is_settled, settling.LEARNS_S)
    return SentinelReport(environment.choice.name, tuple(judge(snapshot)))


def judge(snapshot: Snapshot) -> list[Check]:
    """Judge each Sentinel's view of a snapshot."""
    return [check for view in snapshot.sentinels for check in _of(view, snapshot)]


def _of(view: SentinelView, snapshot: Snapshot) -> list[Check]:
    if view.error:
        return [Check(view.name, "answers", False, view.error)]
    sentinels = len(snapshot.sentinels)
    named = [snapshot.master] if snapshot.master else []
    found = {
        "master": (view.master in named, f"names {view.master}"),
        "quorum": (view.quorum_ok, f"CKQUORUM, {snapshot.quorum} needed"),
        "sentinels": (view.known_sentinels == sentinels, f"{view.known_sentinels} of {sentinels}"),
        "replicas": (
            view.replicas == snapshot.replicas_of(view) and not strangers.replicas(view),
            _replicas(view),
        ),
    }
    return [Check(view.name, name, ok, detail) for name, (ok, detail) in found.items()]


def _replicas(view: SentinelView) -> str:
    others = ((each.address, each.priority) for each in strangers.replicas(view))
    found = (*view.replicas, *others)
    return ", ".join(f"{name} (priority {priority})" for name, priority in found) or "none"
