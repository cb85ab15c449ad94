"""Run the checks: what CI runs, here."""

import os
import time

from redis_ha.cli import outcome
from redis_ha.cli.console import note, say
from redis_ha.cli.group import Group
from redis_ha.cli.task import task
from redis_ha.errors import Unhealthy
from redis_ha.report import REPORTS


@task(Group.DEVELOPMENT)
def test() -> None:
    """Run every check and suite that this machine can run.

    With CI=true nothing is left out: what cannot run is a failure.
    """
    from redis_ha.cli import lanes

    chosen = _runnable()
    begun_s = time.time()
    failed = lanes.run(chosen)
    for line in outcome.of(REPORTS, begun_s).told():
        say(line)
    if failed:
        raise Unhealthy(f"a session failed ({', '.join(failed)}); its output above says why")


@task(Group.DEVELOPMENT)
def ci() -> None:
    """Run the sessions that continuous integration runs."""
    from redis_ha.cli import lanes, sessions

    if not lanes.in_a_row(list(sessions.listed())):
        raise Unhealthy("a session failed; its output above says which and why")


def _runnable() -> dict[str, list[str]]:
    """Return the sessions that this machine can run, and name the others.

    Raises:
        Unhealthy: there are others, and this is CI.
    """
    from redis_ha.cli import sessions

    known = sessions.listed()
    left_out = dict(sessions.unrunnable(known))
    for name, why in left_out.items():
        note(f"left out: {name} ({why})")
    if left_out and os.environ.get("CI") == "true":
        raise Unhealthy(f"CI=true and {', '.join(left_out)} cannot run here")
    return {name: tags for name, tags in known.items() if name not in left_out}
