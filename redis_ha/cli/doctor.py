"""What this machine lacks, and what is set unwisely: what matters for the nodes in use first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from redis_ha.cli.console import print_json, show, table, verdict
from redis_ha.cli.group import Group
from redis_ha.cli.task import environment_task
from redis_ha.errors import Unhealthy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from redis_ha.checkers.configuration.finding import Finding
    from redis_ha.nodes.environment import Environment
    from redis_ha.suites.requirement import Requirement

SEVERITIES = {"wrong": "red", "risky": "yellow", "note": "dim"}


@environment_task(Group.BRING_UP, help={"json": "print the findings as JSON"})
def doctor(environment: Environment, json: bool = False) -> None:
    """Say what this machine lacks, and what is set unwisely.

    Beside each setting stands what is better.
    Exit status 1 when something is missing or wrong.
    """
    from redis_ha.checkers.configuration.finding import complaints
    from redis_ha.suites import doctor as machine
    from redis_ha.suites import settings

    seen = machine.look(environment)
    required, unwise = machine.examine(environment, seen), settings.examine(environment, seen)
    missing = [f"missing: {each.name}" for each in required if each.is_blocking]
    found = "; ".join([*missing, *complaints(unwise)])
    if json:
        print_json([each.as_json() for each in required] + [each.as_json() for each in unwise])
    else:
        verdict(found or "nothing is missing, no setting is wrong", good=not found)
        _show(environment.choice.name, required, unwise)
    if found:
        raise Unhealthy(found)


def _show(provider: str, required: Sequence[Requirement], unwise: Sequence[Finding]) -> None:
    """Print what the nodes in use need, their settings, and then everything else."""
    show(requirements(f"Needed by {provider} nodes", [each for each in required if each.needed]))
    if unwise:
        show(settings(unwise))
    others = [each for each in required if not each.needed]
    show(requirements("For other nodes, and for single commands", others))


def requirements(title: str, found: Sequence[Requirement]) -> Table:
    """Return a row per thing that was looked for on this machine."""
    made = table(title, "", "what", "found", "mend it with")
    for each in found:
        style = "green" if each.ok else "red" if each.is_blocking else "yellow"
        word = Text("ok" if each.ok else "no", style=style)
        made.add_row(word, each.name, each.detail, each.mend)
    return made


def settings(found: Sequence[Finding]) -> Table:
    """Return a row per setting that could be better: what it is, what is better, and why."""
    made = table("Settings", "", "setting: now, and what is better", "why")
    for each in found:
        word = Text(str(each.severity), style=SEVERITIES[each.severity])
        where = f"\n({each.where})" if each.where else ""
        said = f"{each.setting}: {each.now}\nbetter: {each.better}{where}"
        made.add_row(word, said, each.why)
    return made
