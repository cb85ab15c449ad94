"""Break it on purpose: one kind of fault, or a matrix of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redis_ha.cli import drill_tables, progress
from redis_ha.cli.console import kept, note, say, show, to_job_summary, write_json
from redis_ha.cli.task import environment_task
from redis_ha.errors import RedisHaError, Unhealthy

if TYPE_CHECKING:
    from redis_ha.nodes.environment import Environment
    from redis_ha.suites.record import Drill
    from redis_ha.suites.round import Round

FAULT = "what happens; `./inv drill --list-faults` shows all"


@environment_task(
    help={
        "fault": FAULT,
        "target": "master, replica, replicas, one, minority, majority, all, a node, a Sentinel "
        "(NODE:PORT); default: the fault's own",
        "rounds": "how often",
        "min_replicas": "min-replicas-to-write during the drill, to see what it is good for",
        "json": "also write the record to this file (- for stdout)",
    }
)
def failover(
    environment: Environment,
    *,
    fault: str = "kill",
    target: str = "",
    rounds: int = 1,
    min_replicas: str = "",
    json: str = "",
) -> None:
    """Break the master under load and account for every write."""
    from redis_ha import report
    from redis_ha.suites import failover as suite
    from redis_ha.suites.record import Plan

    environment.require_up()
    replicas = _count("min-replicas", min_replicas)
    plan = Plan(fault, report.HISTORIES, target, rounds, replicas)
    with environment.changing(), progress.spinner(f"{fault} {plan.spec}") as tell:
        drill = suite.run(environment, plan, lambda done: tell(drill_tables.one_round(done)))
    path = report.keep("failover", environment.choice.name, drill.as_json())
    if json != "-":
        _show(drill)
    if json:
        write_json(json, drill.as_json())
    kept(path)
    verdict = f"{drill.verdict}: {drill_tables.verdict(drill)}"
    if drill.verdict != "valid":
        raise Unhealthy(verdict)
    if json != "-":
        say(verdict, style="green")


def _show(drill: Drill) -> None:
    for make in (drill_tables.recovery, drill_tables.writes, drill_tables.clients):
        show(make(drill))


def _count(option: str, text: str) -> int | None:
    if not text:
        return None
    if not text.isdigit():
        raise RedisHaError(f"--{option}: `{text}` is not a number of replicas")
    return int(text)


@environment_task(
    help={
        "faults": "which, separated by commas, each FAULT or FAULT:TARGET; all: every one",
        "rounds": "how often each",
        "compare": "faults (or all) to drill once more with min-replicas-to-write 0",
        "list_faults": "only say which faults there are",
    }
)
def drill(
    environment: Environment,
    *,
    faults: str = "all",
    rounds: int = 1,
    compare: str = "",
    list_faults: bool = False,
) -> None:
    """Run a matrix of drills and make a report of it."""
    from redis_ha import report
    from redis_ha.report import files, reading
    from redis_ha.suites import drill as suite

    if list_faults:
        show(drill_tables.catalogue())
        return
    environment.require_up()
    folder = report.folder("drill", environment.choice.name)
    plans = suite.plans(environment, faults, rounds, folder, compare=compare)
    done: list[Drill] = []
    with environment.changing(), progress.spinner("drills") as tell:

        def said(one: Round) -> None:
            tell(drill_tables.one_round(one))

        for each in suite.run(environment, plans, tell, said):
            done.append(each)
            report.save(folder / f"{len(done):02}-{suite.name(each.plan)}.json", each.as_json())
            tell(f"{each.plan.fault} {each.plan.spec}: {drill_tables.verdict(each)}")
    show(drill_tables.matrix(done))
    for path in files.write(reading.drills(folder), folder):
        kept(path)
    to_job_summary(folder / "report.md")
    failed = [suite.name(each.plan) for each in done if each.fails]
    if failed:
        raise Unhealthy(f"not valid: {', '.join(failed)}")
    note("every drill that applies here is valid")
