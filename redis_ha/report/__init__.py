"""Records of what was proven."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from redis_ha.render import PROJECT

REPORTS = PROJECT / "reports"
HISTORIES = REPORTS / "histories"


def folder(suite: str, provider: str) -> Path:
    """Return a new folder below `reports/`, named after suite, provider and time.

    It is made with the first file in it: what is refused leaves none.
    """
    return REPORTS / f"{suite}-{provider}-{_moment()}"


def save(path: Path, data: Any) -> None:
    """Write one record, and make its folder where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")


def keep(suite: str, provider: str, data: Any) -> Path:
    """Write a record below `reports/`, named after suite, provider and time; return its path."""
    path = REPORTS / f"{suite}-{provider}-{_moment()}.json"
    save(path, data)
    return path


def _moment() -> str:
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")[:-3]
