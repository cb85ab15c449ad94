"""Run the checks: what CI runs, here."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from redis_ha.cli import sessions
from redis_ha.cli.console import note
from redis_ha.cli.task import task
from redis_ha.errors import Unhealthy
from redis_ha.render import PROJECT

INV = str(PROJECT / "inv")


@task()
def test() -> None:
    """Run every check and suite that this machine can run; with CI=true nothing is left out."""
    known = sessions.listed()
    left_out = dict(sessions.unrunnable(known))
    for name, why in left_out.items():
        note(f"left out: {name} ({why})")
    if left_out and os.environ.get("CI") == "true":
        raise Unhealthy(f"CI=true and {', '.join(left_out)} cannot run here")
    names = {name: tags for name, tags in known.items() if name not in left_out}
    groups = {
        tag: [name for name, tags in names.items() if tag in tags] for tag in sessions.ALL_TAGS
    }
    failed = [tag for tag, chosen in groups.items() if chosen and not _group(tag, chosen)]
    if failed:
        raise Unhealthy(f"a session failed ({', '.join(failed)}); its output above says why")


@task()
def ci() -> None:
    """Run the sessions that the workflows of GitHub Actions run at each change."""
    if not _passed(list(sessions.listed())):
        raise Unhealthy("a session failed; its output above says which and why")


def _group(tag: str, names: list[str]) -> bool:
    with _standing(tag) if tag in sessions.PROVIDERS else nullcontext():
        return _passed(names)


def _passed(names: list[str]) -> bool:
    return subprocess.call((*sessions.NOX, "-s", *names)) == 0


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
