"""GitHub Actions runs what Nox lists: no session is unknown, none is forgotten."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from redis_ha.cli.sessions import ALL_TAGS
from redis_ha.render import PROJECT

WORKFLOWS = sorted((PROJECT / ".github" / "workflows").glob("*.yml"))
SESSION = re.compile(r"nox -s ['\"]?([\w(),]+|\$SESSION)['\"]?")
PREPARES = ("./inv --version", "./inv vagrant.install", "sudo apt-get ", "apt-get ")
PINNED = re.compile(r"^[\w./-]+@[0-9a-f]{40}$")
OF_THE_NIGHT = ("nightly", "vagrant")
FROM_NOX = "${{ fromJson(needs.sessions.outputs.sessions) }}"


def nox(*words: str) -> str:
    command = (sys.executable, "-m", "nox", *words)
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def tagged() -> dict[str, set[str]]:
    """Return the tags of every session that has one."""
    said = nox("--list-sessions", "--json", "--tags", *ALL_TAGS, *OF_THE_NIGHT)
    return {each["session"]: set(each["tags"]) for each in json.loads(said)}


@pytest.fixture(scope="module")
def known(tagged: dict[str, set[str]]) -> set[str]:
    return tagged.keys() | {"matrix"}


def having(tagged: dict[str, set[str]], *tags: str) -> set[str]:
    return {name for name, its in tagged.items() if its.intersection(tags)}


def jobs(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"])


def problems(jobs: dict[str, Any], known: set[str]) -> list[str]:
    """Return what a workflow does beside calling sessions that exist."""
    found = []
    for name, job in jobs.items():
        sessions = job.get("strategy", {}).get("matrix", {}).get("session", [])
        if isinstance(sessions, list):
            found += [f"{name}: no session {each}" for each in sessions if each not in known]
        elif sessions != FROM_NOX:
            found.append(f"{name}: its sessions are not Nox's own list")
        for step in job["steps"]:
            if "uses" in step and not PINNED.match(step["uses"]):
                found.append(f"{name}: {step['uses']} is not pinned")
            for line in step.get("run", "").strip().splitlines():
                found += [f"{name}: {problem}" for problem in problems_of(line, known)]
    return found


def problems_of(line: str, known: set[str]) -> list[str]:
    called = SESSION.findall(line)
    if not called and not line.startswith(PREPARES):
        return [f"`{line}` is neither a session nor a preparation"]
    return [f"no session {each}" for each in called if each not in known | {"$SESSION"}]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_jobs_call_sessions_that_exist_and_nothing_else(path: Path, known: set[str]) -> None:
    assert problems(jobs(path), known) == []


def test_the_checks_run_every_session_of_ci(tagged: dict[str, set[str]]) -> None:
    said = nox("-s", "matrix")
    line = next(line for line in said.splitlines() if line.startswith("sessions="))
    alone = having(tagged, "vagrantfile")
    of_the_matrix = set(json.loads(line.removeprefix("sessions=")))
    assert of_the_matrix == tagged.keys() - alone - having(tagged, *OF_THE_NIGHT)
    checks = jobs(WORKFLOWS[0])
    matrices = [job.get("strategy", {}).get("matrix") for job in checks.values()]
    assert {"session": FROM_NOX} in matrices
    lines = [step.get("run", "") for job in checks.values() for step in job["steps"]]
    called = {name for line in lines for name in SESSION.findall(line)}
    assert called == {"matrix", "$SESSION"} | alone


@pytest.mark.parametrize(
    ("job", "problem"),
    [
        ({"steps": [{"run": "nox -s nosuch"}]}, "no session nosuch"),
        ({"steps": [{"run": "make test"}]}, "neither a session nor a preparation"),
        ({"steps": [{"uses": "actions/checkout@v5"}]}, "not pinned"),
        ({"steps": [], "strategy": {"matrix": {"session": ["lint", "gone"]}}}, "no session gone"),
        ({"steps": [], "strategy": {"matrix": {"session": "${{ x }}"}}}, "not Nox's own list"),
    ],
)
def test_what_a_workflow_must_not_do_is_found(job: Any, problem: str, known: set[str]) -> None:
    (found,) = problems({"job": job}, known)
    assert problem in found


def test_the_workflows_are_found() -> None:
    assert [path.name for path in WORKFLOWS] == ["checks.yml", "nightly.yml"]


def test_the_night_runs_every_session_that_is_for_it(tagged: dict[str, set[str]]) -> None:
    matrices = [job["strategy"]["matrix"] for job in jobs(WORKFLOWS[1]).values()]
    rows = [each["session"] for each in matrices if "session" in each]
    assert sorted(each for row in rows for each in row) == sorted(having(tagged, *OF_THE_NIGHT))


def test_the_night_tries_every_python_on_both_processors() -> None:
    job = jobs(WORKFLOWS[1])["pythons"]
    tried = job["strategy"]["matrix"]
    pyproject = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    oldest = pyproject["project"]["requires-python"].removeprefix(">=")
    assert tried["python"][0] == oldest
    assert len(tried["python"]) > 3
    assert tried["machine"] == ["ubuntu-24.04", "ubuntu-24.04-arm"]
    assert [step["run"] for step in job["steps"] if "apt-get" in step.get("run", "")] == []
