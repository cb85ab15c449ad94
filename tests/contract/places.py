"""Checkouts in odd places: copies of this one that share its installed requirements."""

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from redis_ha.render import PROJECT
from tests.contract.inv import TIMEOUT_S, Said, environment

LOCKS = ("requirements/run.txt", "requirements/server.txt")
"""What `.venv` is made from, in the order of its stamp."""


@dataclass(frozen=True)
class Checkout:
    """A copy of the project; `under` runs its commands with other rights than these tests have."""

    root: Path
    under: tuple[str, ...] = ()

    def __call__(self, *words: str, **variables: str) -> Said:
        command = [*self.under, str(self.root / "inv"), *words]
        done = subprocess.run(
            command,
            cwd="/",
            env=environment(**variables),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=TIMEOUT_S,
        )
        return Said(done.returncode, done.stdout.decode("latin-1"), done.stderr.decode("latin-1"))


def copied(root: Path, under: Sequence[str] = ()) -> Checkout:
    """Make a copy whose .venv is complete, in a second and without a registry."""
    listed = subprocess.run(
        [
            "git",
            "-C",
            str(PROJECT),
            "ls-files",
            "-z",
            "redis_ha",
            "files",
            "provision",
            "inventories",
        ],
        check=True,
        capture_output=True,
    )
    names = [os.fsdecode(name) for name in listed.stdout.split(b"\0") if name]
    for name in [*names, "inv", "tasks.py", "invoke.yaml", *LOCKS]:
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(PROJECT / name, target)
    _make_venv(root)
    return Checkout(root, tuple(under))


def _make_venv(root: Path) -> None:
    venv = root / ".venv"
    python = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}"
    subprocess.run([str(python), "-m", "venv", "--without-pip", str(venv)], check=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    installed = sysconfig.get_path("purelib")
    (venv / "lib" / version / "site-packages" / "shared.pth").write_text(
        f"{installed}\n../../../..\n"
    )
    for program in ("supervisord", "supervisorctl"):
        (venv / "bin" / program).symlink_to(Path(sys.executable).with_name(program))
    stamp = "".join((root / name).read_text() for name in LOCKS) + f"# {root.resolve()}\n"
    (venv / "complete").write_text(stamp)
