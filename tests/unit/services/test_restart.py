"""redis_ha/services/restart.py: what had to be killed is told."""

from pathlib import Path

import pytest

from redis_ha.nodes.local import SupervisorUnits
from redis_ha.services import keeping, restart, settling
from tests.unit.builders import folders


def test_what_did_not_stop_in_time_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def was_killed(units: SupervisorUnits, unit: str) -> bool:
        return units._process(unit) == "redis2:redis"

    monkeypatch.setattr(SupervisorUnits, "restart", was_killed)
    monkeypatch.setattr(settling, "wait_healthy", lambda _: None)
    monkeypatch.setattr(keeping, "keep", lambda *_: [])
    told: list[str] = []
    restart.at_once(folders(tmp_path), told.append)
    assert told == ["redis2: redis did not stop within 30 s: killed"]
