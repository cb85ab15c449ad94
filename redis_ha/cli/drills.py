"""Break it on purpose: one kind of fault, or a matrix of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redis_ha.cli import choices, drill_tables, live, number
from redis_ha.cli.console import kept, show, to_job_summary, verdict, write_json
from redis_ha.cli.group import Group
from redis_ha.cli.option import Option
from redis_ha.cli.task import environment_task
from redis_ha.errors import Unhealthy
from redis_ha.report import words
from redis_ha.report.visitors import edited, visitors

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from redis_ha.checkers.drill import Drill
    from redis_ha.checkers.round import Round
    from redis_ha.nodes.environment import Environment
    from redis_ha.suites.plan import Plan

ALL_VALID = "every drill that applies here is valid"
ROUNDS = number.whole(1, 1000)
PACE = number.whole(1, 1000)
LOAD = Option("how much of the full load", None, "what the nodes can take", "SHARE", number.SHARE)
CLIENTS = Option(
    "clients besides the others: of the web node, or such as others wrote", choices.CLIENTS, "none"
)
REQUESTS = Option(
    "how many pages visitors ask for in a second",
    None,
    "50 of php-session, 20 of a TYPO3 site",
    "N",
    PACE,
)


@environment_task(
    Group.PROVE,
    help={
        "fault": Option("what happens; `./inv drill --list-faults` describes each", choices.FAULTS),
        "target": Option("whom it happens to", choices.TARGETS, "the fault's own"),
        "rounds": Option("how often", value="N", number=ROUNDS),
        "min_replicas": Option(
            "min-replicas-to-write during the drill, to see what it is good for",
            None,
            "the inventory's",
            "N",
            number.whole(0, 1000),
        ),
        "load": LOAD,
        "clients": CLIENTS,
        "requests": REQUESTS,
        "json": Option("also write the record to this file (- for stdout)", None, "none", "FILE"),
    },
    words=("fault", "target"),
)
def failover(
    environment: Environment,
    *,
    fault: str = "kill",
    target: str = "",
    rounds: int = 1,
    min_replicas: int | None = None,
    load: float | None = None,
    clients: str = "",
    requests: int | None = None,
    json: str = "",
) -> None:
    """Break the master under load; account for every write."""
    from redis_ha import report
    from redis_ha.suites import failover as suite
    from redis_ha.suites.drill import listed
    from redis_ha.suites.plan import Plan

    environment.require_up()
    plan = Plan(
        fault,
        report.HISTORIES,
        target=target,
        rounds=rounds,
        min_replicas=min_replicas,
        load=load,
        clients=tuple(listed(clients)),
        requests_per_s=requests,
    )
    with environment.changing(), live.Rounds(f"{fault} {plan.spec}") as shown:
        drill = suite.run(
            environment,
            plan,
            lambda done: shown.end(drill_tables.one_round(done)),
            on_begin=shown.begin,
        )
    path = report.keep("failover", environment.choice.name, drill.as_json())
    said = f"{drill.verdict}: {words.verdict(drill)}"
    if json != "-":
        verdict(said, good=drill.verdict == "valid")
        _show(drill)
    if json:
        write_json(json, drill.as_json())
    kept(path)
    if drill.verdict != "valid":
        raise Unhealthy(said)


def _show(drill: Drill) -> None:
    made = drill_tables
    for make in (made.recovery, made.phases, made.writes, made.clients):
        show(make(drill))
    if handovers := made.handovers(drill):
        show(handovers)
    if visitors(drill):
        show(made.visitors(drill))
    if edited(drill):
        show(made.edits(drill))


@environment_task(
    Group.PROVE,
    help={
        "faults": Option("which faults", choices.ROWS),
        "rounds": Option("how often each", value="N", number=ROUNDS),
        "compare": Option(
            "faults to drill once more with min-replicas-to-write 0", choices.COMPARED, "none"
        ),
        "load": LOAD,
        "clients": CLIENTS,
        "requests": REQUESTS,
        "list_faults": "only say which faults there are",
        "json": Option(
            "write the drills' records to this file (- for stdout)", None, "none", "FILE"
        ),
    },
    words=("faults",),
)
def drill(
    environment: Environment,
    *,
    faults: str = "all",
    rounds: int = 1,
    compare: str = "",
    load: float | None = None,
    clients: str = "",
    requests: int | None = None,
    list_faults: bool = False,
    json: str = "",
) -> None:
    """Run a row of drills and make a report of it."""
    from redis_ha import report
    from redis_ha.suites import drill as suite

    if list_faults:
        _catalogue(json)
        return
    environment.require_up()
    folder = report.folder("drill", environment.choice.name)
    plans = suite.plans(
        environment,
        faults,
        rounds,
        folder,
        compare=compare,
        load=load,
        clients=suite.listed(clients),
        requests_per_s=requests,
    )
    done = _row(environment, plans, folder)
    failed = [suite.name(plan) for plan, each in zip(plans, done, strict=True) if each.fails]
    said = f"not valid: {', '.join(failed)}" if failed else ALL_VALID
    if json != "-":
        verdict(said, good=not failed)
        show(drill_tables.matrix(done))
        if compared := drill_tables.compared(done):
            show(compared)
    if json:
        write_json(json, [each.as_json() for each in done])
    _report(folder)
    if failed:
        raise Unhealthy(said)


def _catalogue(json: str) -> None:
    """Say which faults there are."""
    from redis_ha.faults import FAULTS

    if json != "-":
        show(drill_tables.catalogue())
    if json:
        told = [
            {"fault": name, "target": fault.target, "summary": fault.summary}
            for name, fault in FAULTS.items()
        ]
        write_json(json, told)


def _row(environment: Environment, plans: Sequence[Plan], folder: Path) -> list[Drill]:
    """Run drills one after the other and keep the record of each as soon as it is done."""
    from redis_ha import report
    from redis_ha.suites import drill as suite

    done: list[Drill] = []
    with environment.changing(), live.Rounds("drills") as shown:

        def said(one: Round) -> None:
            shown.end(drill_tables.one_round(one))

        run = suite.run(environment, plans, shown.tell, said, on_begin=shown.begin)
        ended = zip(plans, run, strict=True)
        for number, (plan, each) in enumerate(ended, 1):
            done.append(each)
            report.save(folder / f"{number:02}-{suite.name(plan)}.json", each.as_json())
            shown.tell(f"{each.title}: {words.verdict(each)}")
    return done


def _report(folder: Path) -> None:
    """Make the report of a row that has just been run."""
    from redis_ha.report import files, reading

    for path in files.write(reading.records(folder), folder):
        kept(path)
    to_job_summary(folder / "report.md")
