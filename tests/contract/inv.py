"""The front door from outside: a process, its exit status, what it prints where."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redis_ha.render import PROJECT

COMMAND = (sys.executable, "-m", "redis_ha.cli.front", "--search-root", str(PROJECT))
TIMEOUT_S = 300
KEPT = ("REDIS_HA_COMPOSER_REPOSITORY",)
"""What this machine has, not what a command does with it."""


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def record(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> str:
        """Return the one line that says what is wrong; it is the last one on stderr."""
        lines = self.err.splitlines()
        assert "Traceback" not in self.err
        assert [line for line in lines if line.startswith("redis-ha: ")] == lines[-1:]
        return lines[-1]


@dataclass(frozen=True)
class Inv:
    """`./inv` for one inventory on one provider; `variables` are set for every command."""

    inventory: Path
    provider: str = "local"
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def where(self) -> tuple[str, ...]:
        return ("--provider", self.provider, "--inventory", str(self.inventory))

    @property
    def folder(self) -> Path:
        return PROJECT / ".state" / self.inventory.stem / self.provider

    @property
    def secrets(self) -> list[str]:
        found = list(json.loads((self.folder / "secrets.json").read_text()).values())
        assert found, "nothing to look for"
        return found

    def __call__(self, *words: str, **variables: str) -> Said:
        task, *rest = words
        return run(task, *self.where, *rest, **{**self.variables, **variables})

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start a command and do not wait for it."""
        return subprocess.Popen(
            # Who runs the tests in the background has Ctrl-C ignored, and hands that down.
            ["env", "--default-signal=INT", *COMMAND, *words, *self.where],
            env=environment(**self.variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def supervisor(self, *words: str) -> None:
        """Tell the supervisord of the environment to do something."""
        program = str(Path(sys.executable).with_name("supervisorctl"))
        config = str(self.folder / "supervisord.conf")
        subprocess.run([program, "-c", config, *words], check=True, stdout=subprocess.DEVNULL)


def run(*words: str, under: Sequence[str] = (), **variables: str) -> Said:
    """Run `./inv` and return what it left behind.

    Args:
        under: the command that runs it, with other rights than these tests have.
    """
    done = subprocess.run(
        [*under, *COMMAND, *words],
        env=environment(**variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        text=True,
        timeout=TIMEOUT_S,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def environment(**variables: str) -> dict[str, str]:
    """Return this process's variables without those that change what `./inv` does."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in KEPT or not name.startswith(("REDIS_HA_", "INVOKE_", "DOCKER_"))
    }
    return {**kept, **variables}
