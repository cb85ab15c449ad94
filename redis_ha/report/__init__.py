"""Records of what was proven."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from redis_ha.render import PROJECT

REPORTS = PROJECT / "reports"


def keep(suite: str, provider: str, data: Any) -> Path:
    """Write a record below `reports/`, named after suite, provider and time; return its path."""
    REPORTS.mkdir(exist_ok=True)
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")[:-3]
    path = REPORTS / f"{suite}-{provider}-{moment}.json"
    path.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    return path
