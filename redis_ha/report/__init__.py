"""Records of what was proven."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from redis_ha.render import PROJECT

REPORTS = PROJECT / "reports"
HISTORIES = REPORTS / "histories"


def folder(suite: str, provider: str) -> Path:
    """Make a new folder below `reports/`, named after suite, provider and time."""
    path = REPORTS / f"{suite}-{provider}-{_moment()}"
    path.mkdir(parents=True)
    return path


def save(path: Path, data: Any) -> None:
    """Write one record."""
    path.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")


def keep(suite: str, provider: str, data: Any) -> Path:
    """Write a record below `reports/`, named after suite, provider and time; return its path."""
    REPORTS.mkdir(exist_ok=True)
    path = REPORTS / f"{suite}-{provider}-{_moment()}.json"
    save(path, data)
    return path


def _moment() -> str:
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")[:-3]
