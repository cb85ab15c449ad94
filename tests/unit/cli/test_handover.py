import os
from pathlib import Path

import pytest

from redis_ha.cli import handover

OWNER = 1234


def handed_over(monkeypatch: pytest.MonkeyPatch, project: Path, by: int) -> list[str]:
    """Return what gets another owner when somebody has run a command in this user's checkout."""
    given: list[str] = []
    monkeypatch.setattr(handover, "PROJECT", project)
    monkeypatch.setattr(os, "geteuid", lambda: by)
    monkeypatch.setattr(os, "chown", lambda path, *_, **__: given.append(Path(path).name))
    handover.done()
    return given


def test_who_is_not_root_gives_nothing_away(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".state").mkdir()
    assert handed_over(monkeypatch, tmp_path, by=OWNER) == []


def test_roots_own_checkout_stays_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".state").mkdir()
    assert handed_over(monkeypatch, Path("/"), by=0) == []
