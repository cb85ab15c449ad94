"""What tests of providers share."""

from pathlib import Path

import pytest


@pytest.fixture
def socket_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the socket that DOCKER_HOST names; nothing is there yet."""
    monkeypatch.chdir(tmp_path)  # a socket's path may have about 100 bytes only
    path = Path("engine.sock")
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
    return path
