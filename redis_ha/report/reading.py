"""Which files hold the records of drills, and what they say."""

from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from redis_ha.checkers.drill import Drill, parse
from redis_ha.errors import RedisHaError
from redis_ha.refusal import in_words

RECORDS = "failover-*.json"
RUNS = "drill-*/*.json"
LONGEST = 300
"""Characters of a complaint; a file of another kind would have one for each key."""


@dataclass(frozen=True)
class KeptDrill:
    """A drill, and the file that says so."""

    path: Path
    drill: Drill


def drills(source: Path) -> list[Drill]:
    """Read the drills that a folder or a file records, in order of fault and target.

    Raises:
        RedisHaError: there is none, or one cannot be read.
    """
    return [each.drill for each in records(source)]


def records(source: Path) -> list[KeptDrill]:
    """Read the records in a folder, or the one in a file, in order of fault and target.

    Raises:
        RedisHaError: there is none, or one cannot be read.
    """
    if source.is_file():
        return [_record(source, content(source))]
    if not source.is_dir():
        raise RedisHaError(f"{source}: no such file or folder; `./inv failover` makes a record")
    found = [_record(path, content(path)) for path in sorted(source.glob(RECORDS))]
    found = found or _by_content(source)
    if not found:
        raise RedisHaError(f"{source}: no records of drills here; `./inv failover` makes one")
    return sorted(found, key=lambda each: _order(each.drill))


def _by_content(folder: Path) -> list[KeptDrill]:
    """Return the records of a run, whose files have other names, without what is none."""
    contents = {path: content(path) for path in sorted(folder.glob("*.json"))}
    return [_record(path, data) for path, data in contents.items() if _is_drill(data)]


def _is_drill(data: Any) -> bool:
    return isinstance(data, dict) and "fault" in data


def _order(drill: Drill) -> tuple[object, ...]:
    variant = sorted((name, str(value)) for name, value in drill.all_settings.items())
    return (
        drill.fault,
        drill.target,
        drill.provider,
        drill.comparison,
        variant,
        drill.started or "",
    )


def newest(folder: Path) -> Path:
    """Return the newest row of drills below a folder; where there is none, the folder itself."""
    runs = sorted(folder.glob(RUNS), key=lambda path: path.stat().st_mtime)
    return runs[-1].parent if runs else folder


def content(path: Path) -> Any:
    """Return what a file holds; half a character is as damaged as half a bracket.

    Raises:
        RedisHaError: it is not JSON; the message names the file.
    """
    try:
        return from_json(path.read_bytes(), allow_inf_nan=False)
    except ValueError as error:
        raise damaged(path, str(error)) from None


def damaged(path: Path, why: str) -> RedisHaError:
    """Return the error for a file that says what it cannot mean, in one line."""
    return RedisHaError(f"{path}: damaged: {shorten(why, LONGEST, placeholder=' …')}")


def _record(path: Path, data: Any) -> KeptDrill:
    """Return the drill that a file records, with the file.

    Raises:
        RedisHaError: it records none; the message names the file.
    """
    if not isinstance(data, dict):
        raise damaged(path, "not the record of a drill")
    try:
        return KeptDrill(path, parse(data))
    except ValidationError as error:
        raise damaged(path, in_words(error, lambda _: [])) from None
