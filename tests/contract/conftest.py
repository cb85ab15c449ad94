"""The real commands on an environment of their own, far from one that somebody uses."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from redis_ha.render import PROJECT
from redis_ha.state import STATE

NAME = "contract"
FRONT = (sys.executable, "-m", "redis_ha.cli.front", "--search-root", str(PROJECT))


@dataclass(frozen=True)
class Inv:
    """Calls `./inv` with one inventory on local processes."""

    inventory: Path

    def __call__(self, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        where = ("--inventory", str(self.inventory), "--provider", "local")
        return self.bare(*words, *where, **variables)

    def bare(self, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, **variables}
        command = (*FRONT, *words)
        return subprocess.run(
            command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
        )

    def interrupted(self, *words: str, after: str) -> "subprocess.CompletedProcess[str]":
        """Run a command and press Ctrl-C as soon as stderr has a line with `after`."""
        command = (*FRONT, *words, "--inventory", str(self.inventory), "--provider", "local")
        process = subprocess.Popen(
            command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert process.stderr is not None
        lines = []
        for line in process.stderr:
            lines.append(line)
            if after in line:
                process.send_signal(signal.SIGINT)
                break
        stdout, rest = process.communicate(timeout=60)
        return subprocess.CompletedProcess(
            command, process.returncode, stdout, "".join(lines) + rest
        )


@pytest.fixture(scope="session")
def inv(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inv]:
    text = (PROJECT / "inventories" / "default.toml").read_text(encoding="utf-8")
    path = tmp_path_factory.mktemp("inventories") / f"{NAME}.toml"
    path.write_text(text.replace("127.0.0.0/24", "127.0.8.0/24"), encoding="utf-8")
    call = Inv(path)
    call("down", "--purge")
    yield call
    call("down", "--purge")


@pytest.fixture(scope="session")
def up(inv: Inv) -> Inv:
    done = inv("up")
    assert done.returncode == 0, done.stderr
    return inv


@pytest.fixture(scope="session")
def passwords(up: Inv) -> list[str]:
    text = (STATE / NAME / "local" / "secrets.json").read_text(encoding="utf-8")
    return [part for part in text.split('"') if len(part) > 20]
