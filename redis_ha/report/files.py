"""The files of a report."""

from collections.abc import Sequence
from pathlib import Path

from redis_ha.checkers.drill import Drill
from redis_ha.report import html, junit, markdown

WRITERS = {
    "report.html": html.render,
    "report.md": markdown.render,
    "report.junit.xml": junit.render,
}


def write(drills: Sequence[Drill], folder: Path) -> list[Path]:
    """Write the report into a folder; return the paths. All is made before any is written."""
    texts = {folder / name: render(drills) for name, render in WRITERS.items()}
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    return list(texts)
