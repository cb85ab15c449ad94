"""The report as one page: no script, nothing from elsewhere, every word of a record escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from redis_ha.checkers.drill import Drill
from redis_ha.checkers.round import Round
from redis_ha.measure.events import Phases
from redis_ha.report import clients, matrix, raw, words
from redis_ha.report.clients import Figures, Price
from redis_ha.report.memory import KeptLook
from redis_ha.report.memory_section import MemorySection
from redis_ha.report.pictures import strip, timeline
from redis_ha.report.pictures.strip import Strip
from redis_ha.report.pictures.timeline import TimelinePicture
from redis_ha.report.raw import Link
from redis_ha.report.reading import KeptDrill
from redis_ha.report.summary import Summary
from redis_ha.report.visitors import Edited, Visitors, edited, visitors

TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class Section:
    """One drill of the page."""

    number: int
    place: str
    record: KeptDrill
    folder: Path
    """Where the page lies."""
    price: Drill | None
    """The comparison that shows what the safety costs."""

    @property
    def drill(self) -> Drill:
        return self.record.drill

    @property
    def source(self) -> Link:
        """Return the record that all this is made from."""
        return raw.link(self.record.path, self.folder)

    @property
    def strip(self) -> Strip | None:
        return strip.build(self.drill)

    @property
    def band_s(self) -> tuple[float, float] | None:
        return strip.band_s(self.drill)

    @property
    def pictures(self) -> list[tuple[Round, TimelinePicture, list[Link]]]:
        """Return each round with its picture and its files."""
        kept = self.record.path.parent
        return [
            (each, timeline.build(each), raw.of_round(each, kept, self.folder))
            for each in self.drill.rounds
        ]

    @property
    def clients(self) -> list[Figures]:
        return clients.figures(self.drill)

    @property
    def visitors(self) -> list[Visitors]:
        return visitors(self.drill)

    @property
    def edited(self) -> Edited | None:
        return edited(self.drill)

    @property
    def prices(self) -> list[Price]:
        return clients.prices(self.drill, self.price) if self.price else []

    @property
    def predicted_phases(self) -> Phases | None:
        """Return the prediction: of one drill's rounds they are alike."""
        known = [each.predicted_phases for each in self.drill.rounds if each.predicted_phases]
        return known[0] if known else None


def render(records: Sequence[KeptDrill], folder: Path, looks: Sequence[KeptLook] = ()) -> str:
    """Return the page; what it links to is named as seen from its folder.

    Args:
        looks: at the memory of the same environments.
    """
    drills = [each.drill for each in records]
    columns = matrix.columns(drills)
    sections = [
        Section(number, column.title, each, folder, clients.without_safety(each.drill, drills))
        for number, (each, column) in enumerate(zip(records, columns, strict=True), 1)
    ]
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            summary=Summary(tuple(drills)),
            matrix=matrix.build(drills),
            compared=clients.by_fault(drills),
            sections=sections,
            memories=[MemorySection(each, folder) for each in looks],
        )
    )


def memory(look: KeptLook, folder: Path) -> str:
    """Return a page of one look at memory, without any drill."""
    page = _environment().get_template("memory-page.html.j2")
    return page.render(memories=[MemorySection(look, folder)])


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
    )
    made.globals["words"] = words
    return made
