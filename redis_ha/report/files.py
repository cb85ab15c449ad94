"""The files of a report."""

from collections.abc import Sequence
from pathlib import Path

from redis_ha.report import html, junit, markdown, memory
from redis_ha.report.reading import KeptDrill

WRITERS = {
    "report.md": markdown.render,
    "report.junit.xml": junit.render,
}


def texts(records: Sequence[KeptDrill], folder: Path) -> dict[Path, str]:
    """Return the files of the report for a folder."""
    drills = [each.drill for each in records]
    page = {folder / "report.html": html.render(records, folder, memory.beside(records))}
    return page | {folder / name: render(drills) for name, render in WRITERS.items()}


def write(records: Sequence[KeptDrill], folder: Path) -> list[Path]:
    """Write the report into a folder; return the paths. All is made before any is written."""
    made = texts(records, folder)
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in made.items():
        path.write_text(text, encoding="utf-8")
    return list(made)


def write_memory(record: Path) -> Path:
    """Write the page of a record of memory beside it; return its path.

    Raises:
        RedisHaError: the file is no such record.
    """
    page = record.with_suffix(".html")
    page.write_text(html.memory(memory.read(record), record.parent), encoding="utf-8")
    return page
