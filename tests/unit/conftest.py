"""What every unit test gets: a state folder of its own and no word of the caller's environment."""

from pathlib import Path

import pytest

from redis_ha import state, wait
from redis_ha.provision import hashes

FOREIGN = (
    "DOCKER_HOST",
    "REDIS_HA_CA_BUNDLE",
    "REDIS_HA_REDIS_PASSWORD",
    "REDIS_HA_ROLES",
    "REDIS_HA_SENTINEL_PASSWORD",
    "SSL_CERT_FILE",
    "XDG_RUNTIME_DIR",
)


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep tests away from the real state folder and from what the caller has set."""
    for variable in FOREIGN:
        monkeypatch.delenv(variable, raising=False)
    runtime = tmp_path / "run"
    runtime.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    folder = tmp_path / "state"
    monkeypatch.setattr(state, "STATE", folder)
    return folder


ROUNDS = 4
"""As few as bcrypt allows: those of the product are meant to take time."""


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashes, "ROUNDS", ROUNDS)


@pytest.fixture(autouse=True)
def _quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look again soon where the product has time: what is waited for here is there at once."""
    for waiting in (wait.last_seen, wait.wait_until):
        monkeypatch.setitem(waiting.__kwdefaults__ or {}, "interval_s", 0.01)
