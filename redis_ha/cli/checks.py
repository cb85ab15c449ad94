"""Run the checks: what CI runs, here."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from redis_ha.cli.console import note
from redis_ha.cli.task import task
from redis_ha.errors import Unhealthy
from redis_ha.render import PROJECT

NOX = (sys.executable, "-m", "nox", "-f", str(PROJECT / "noxfile.py"))
INV = str(PROJECT / "inv")
PROVIDERS = ("local", "docker")
TAGS = ("source", *PROVIDERS)
"""Of the sessions that a bare machine with an engine runs."""
ALL_TAGS = ("source", "vagrantfile", *PROVIDERS)
"""In the order in which they run."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
Needs = tuple[tuple[str, ...], str]
"""Programs of which any will do, and where they come from."""

NPM: Needs = (("npm",), "apt-get install npm")
BROWSER: Needs = (BROWSERS, "apt-get install chromium")
TOOLS: dict[str, list[Needs]] = {
    "shell": [(("bats",), "apt-get install bats")],
    "benchmark(local)": [(("redis-benchmark",), "apt-get install redis-tools")],
    "commander(local)": [NPM, BROWSER],
    "commander(docker)": [NPM, BROWSER],
    "vagrantfile": [(("vagrant",), "apt-get install vagrant vagrant-libvirt")],
}
"""Sessions that need programs which no requirement brings."""


@task()
def test() -> None:
    """Run every check and suite that this machine can run; with CI=true nothing is left out."""
    sessions = _sessions()
    left_out = dict(_unrunnable(sessions))
    for name, why in left_out.items():
        note(f"left out: {name} ({why})")
    if left_out and os.environ.get("CI") == "true":
        raise Unhealthy(f"CI=true and {', '.join(left_out)} cannot run here")
    names = {name: tags for name, tags in sessions.items() if name not in left_out}
    groups = {tag: [name for name, tags in names.items() if tag in tags] for tag in ALL_TAGS}
    failed = [tag for tag, chosen in groups.items() if chosen and not _group(tag, chosen)]
    if failed:
        raise Unhealthy(f"a session failed ({', '.join(failed)}); its output above says why")


@task()
def ci() -> None:
    """Run the sessions that the workflows of GitHub Actions run at each change."""
    if not _passed(list(_sessions())):
        raise Unhealthy("a session failed; its output above says which and why")


def _sessions() -> dict[str, list[str]]:
    """Return the tags of every session of CI by its name."""
    command = (*NOX, "--list-sessions", "--json", "--tags", *ALL_TAGS)
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {each["session"]: each["tags"] for each in json.loads(listed)}


def _unrunnable(sessions: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Yield the sessions for which this machine lacks something, and what mends it."""
    for name, tags in sessions.items():
        lacks = [without_provider(each) for each in tags] + list(_without_programs(name))
        yield from ((name, why) for why in lacks if why)


def without_provider(provider: str) -> str | None:
    """Return why no nodes of a provider can be here, None where nothing is in the way."""
    from redis_ha.providers import engine_answers

    if provider == "docker" and not engine_answers():
        return "no Docker engine answers: sudo ./inv engine.install"
    if provider == "vagrant" and not shutil.which("vagrant"):
        return "no vagrant: sudo ./inv vagrant.install"
    return None


def _without_programs(session: str) -> Iterator[str]:
    for programs, mend in TOOLS.get(session, []):
        if not any(map(shutil.which, programs)):
            yield f"no {programs[0]}: {mend}"


def _group(tag: str, sessions: list[str]) -> bool:
    with _standing(tag) if tag in PROVIDERS else nullcontext():
        return _passed(sessions)


def _passed(sessions: list[str]) -> bool:
    return subprocess.call((*NOX, "-s", *sessions)) == 0


@contextmanager
def _standing(provider: str) -> Iterator[None]:
    """Keep a provider's nodes up for all of its sessions: each would bring up its own, and end it.

    Those that run already stay as they are. Where they do not come up, the sessions say so.
    """
    from redis_ha.nodes.environment import opened

    where = ("--provider", provider, "--inventory", "default")
    with opened("default", provider) as environment:
        was_up = environment.provider.is_up()
    if not was_up:
        subprocess.call((INV, "up", *where))
    try:
        yield
    finally:
        if not was_up:
            subprocess.call((INV, "down", "--purge", *where))
