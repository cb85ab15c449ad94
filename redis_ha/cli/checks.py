"""Run the checks: what CI runs, here."""

import os
import subprocess
import sys

from redis_ha.cli.console import note
from redis_ha.cli.task import task
from redis_ha.errors import Unhealthy
from redis_ha.render import PROJECT


@task()
def test() -> None:
    """Run every check and suite that this machine can run; with CI=true nothing is left out."""
    from redis_ha.providers import engine_answers

    tags = ["source", "local"]
    if engine_answers():
        tags.append("docker")
    elif os.environ.get("CI") == "true":
        raise Unhealthy("no Docker engine answers and CI=true: `sudo ./inv engine.install` first")
    else:
        note("no Docker engine answers: the docker suites are left out")
    _nox("--tags", *tags)


@task()
def ci() -> None:
    """Run the sessions that the workflows of GitHub Actions run."""
    _nox("--tags", "source", "local", "docker")


def _nox(*words: str) -> None:
    command = [sys.executable, "-m", "nox", "-f", str(PROJECT / "noxfile.py"), *words]
    if subprocess.call(command):
        raise Unhealthy("a session failed; its output above says which and why")
