"""What a report comes to, before any detail."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from redis_ha.checkers import Verdict, worst
from redis_ha.checkers.drill import Drill
from redis_ha.report import words


@dataclass(frozen=True)
class Summary:
    """The headline of a report."""

    drills: tuple[Drill, ...]

    @property
    def judged(self) -> list[Drill]:
        return [drill for drill in self.drills if drill.is_judged]

    @property
    def verdict(self) -> Verdict:
        """Return the worst verdict that counts; with none nothing is proven."""
        return worst([drill.verdict for drill in self.judged])

    @property
    def counts(self) -> list[tuple[str, int]]:
        """Return how many drills came to what, worst first."""
        seen = Counter(drill.kind for drill in self.drills)
        order = ("invalid", "unknown", "valid", "comparison", "not applicable")
        return [(kind, seen[kind]) for kind in order if seen[kind]]

    @property
    def rounds(self) -> int:
        return sum(len(drill.rounds) for drill in self.judged)

    @property
    def acknowledged(self) -> int:
        return sum(drill.acknowledged for drill in self.judged)

    @property
    def lost(self) -> int:
        """Return the acknowledged writes that are gone, without those given up for comparison."""
        return sum(drill.lost for drill in self.judged)

    @property
    def sentence(self) -> str:
        if not self.judged:
            return "Nothing was run that can be judged: nothing is proven."
        kinds = words.listed(f"{number} {kind}" for kind, number in self.counts)
        return f"{words.some(len(self.drills), 'drill')}: {kinds}."

    @property
    def span(self) -> str:
        """Return when the drills were started, first to last."""
        moments = sorted(drill.started for drill in self.drills if drill.started)
        return words.span(moments)

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Return where all this was measured: each fact with every value that was seen."""
        seen: dict[str, dict[str, None]] = {}
        for drill in self.drills:
            for name, value in _facts(drill):
                seen.setdefault(name, {})[value] = None
        return [(name, words.listed(values)) for name, values in seen.items()]


def _facts(drill: Drill) -> list[tuple[str, str]]:
    facts = [(drill.server, version) for version in drill.versions]
    facts += [("provider", drill.provider)]
    facts += [("inventory", drill.inventory)] if drill.inventory else []
    known = ((name, value) for name, value in drill.environment.items() if value is not None)
    return facts + [(name.replace("_", "-"), str(value)) for name, value in known]
