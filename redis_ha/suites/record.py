"""What a drill is to do, and what became of it."""

import platform
from dataclasses import dataclass
from os import cpu_count
from pathlib import Path
from typing import Any

from redis_ha import faults
from redis_ha.checkers import Verdict, worst
from redis_ha.faults import Fault
from redis_ha.inventory import Inventory
from redis_ha.suites.round import Round


@dataclass(frozen=True)
class Plan:
    """What is to be broken, and with which settings.

    Args:
        target: see `faults.scene.make`; empty for the fault's own.
        min_replicas: `min-replicas-to-write` during the drill, by default the inventory's.
        histories: the folder for the files with every operation.
    """

    fault: str
    histories: Path
    target: str = ""
    rounds: int = 1
    min_replicas: int | None = None

    @property
    def kind(self) -> Fault:
        return faults.named(self.fault)

    @property
    def spec(self) -> str:
        return self.target or self.kind.target

    def needed(self, topology: Inventory) -> int:
        """Return how many replicas a write needs during the drill."""
        if self.min_replicas is None:
            return topology.redis.min_replicas_to_write
        return self.min_replicas


@dataclass(frozen=True)
class Drill:
    """One kind of fault, one or more rounds.

    Args:
        reason: why it could not be done or broke off, None when it was done.
        applicable: whether the provider has the means.
    """

    plan: Plan
    provider: str
    inventory: str
    settings: dict[str, int]
    expected: str | None
    rounds: tuple[Round, ...]
    versions: tuple[str, ...]
    started: str
    reason: str | None = None
    applicable: bool = True

    @property
    def verdict(self) -> Verdict:
        """Return the worst round's; unknown for a drill that broke off."""
        if not self.applicable:
            return Verdict.NOT_APPLICABLE
        if self.reason:
            return Verdict.UNKNOWN
        return worst([done.verdict for done in self.rounds])

    @property
    def fails(self) -> bool:
        """Say whether a gate closes: anything but valid does, where it counts."""
        return self.applicable and not self.comparison and self.verdict is not Verdict.VALID

    @property
    def comparison(self) -> bool:
        """Say whether it ran with other settings than the inventory's, to show what they cost."""
        return self.plan.min_replicas is not None

    @property
    def down_after_ms(self) -> int:
        return self.settings["down_after_ms"]

    def as_json(self) -> dict[str, Any]:
        """Return the record."""
        return {
            **{key: getattr(self, key) for key in ("provider", "inventory")},
            "fault": self.plan.fault,
            "target": self.plan.spec,
            **{key: getattr(self, key) for key in ("down_after_ms", "started", "settings")},
            **{key: getattr(self, key) for key in ("comparison", "expected", "reason")},
            "versions": list(self.versions),
            "environment": machine(),
            "verdict": str(self.verdict),
            "rounds": [done.as_json() for done in self.rounds],
        }


def settings(topology: Inventory, plan: Plan) -> dict[str, int]:
    """Return the settings that decide how a failover goes, as they are during a drill."""
    return {
        **{
            name: getattr(topology.sentinel, name)
            for name in ("down_after_ms", "failover_timeout_ms", "quorum")
        },
        "sentinels": sum(len(node.sentinels) for node in topology.nodes),
        "nodes": len(topology.redis_nodes),
        "min_replicas_to_write": plan.needed(topology),
        "min_replicas_max_lag": topology.redis.min_replicas_max_lag,
    }


def machine() -> dict[str, object]:
    """Return where the drill ran."""
    return {
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "cores": cpu_count(),
        "python": platform.python_version(),
    }
