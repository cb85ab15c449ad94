"""Run the checks: what CI runs, here."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

from redis_ha.cli.console import note
from redis_ha.cli.task import task
from redis_ha.errors import Unhealthy
from redis_ha.render import PROJECT

NOX = (sys.executable, "-m", "nox", "-f", str(PROJECT / "noxfile.py"))
TAGS = ("source", "local", "docker")
TOOLS = {
    "shell": ("bats", "apt-get install bats"),
    "benchmark(local)": ("redis-benchmark", "apt-get install redis-tools"),
}
"""Sessions that need a program which no requirement brings, and where it comes from."""


@task()
def test() -> None:
    """Run every check and suite that this machine can run; with CI=true nothing is left out."""
    sessions = _sessions()
    left_out = dict(_unrunnable(sessions))
    for name, why in left_out.items():
        note(f"left out: {name} ({why})")
    if left_out and os.environ.get("CI") == "true":
        raise Unhealthy(f"CI=true and {', '.join(left_out)} cannot run here")
    _run([name for name in sessions if name not in left_out])


@task()
def ci() -> None:
    """Run the sessions that the workflows of GitHub Actions run."""
    _run(list(_sessions()))


def _sessions() -> dict[str, list[str]]:
    """Return the tags of every session of CI by its name."""
    command = (*NOX, "--list-sessions", "--json", "--tags", *TAGS)
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {each["session"]: each["tags"] for each in json.loads(listed)}


def _unrunnable(sessions: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Yield the sessions for which this machine lacks something, and what mends it."""
    from redis_ha.providers import engine_answers

    engine = engine_answers()
    for name, tags in sessions.items():
        if "docker" in tags and not engine:
            yield name, "no Docker engine answers: sudo ./inv engine.install"
        if name in TOOLS and not shutil.which(TOOLS[name][0]):
            yield name, f"no {TOOLS[name][0]}: {TOOLS[name][1]}"


def _run(sessions: list[str]) -> None:
    if subprocess.call((*NOX, "-s", *sessions)):
        raise Unhealthy("a session failed; its output above says which and why")
