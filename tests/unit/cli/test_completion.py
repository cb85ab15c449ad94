"""The Tab key: what can come next, as this tool says it and as bash shows it."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from redis_ha.cli import completion
from redis_ha.errors import RedisHaError
from redis_ha.faults import FAULTS
from redis_ha.render import PROJECT
from tests.unit.cli.lines import TASKS

CASES = {
    "fail": {"failover"},
    "logs": {
        "logs",
        *(f"logs.{name}" for name in ("redis", "sentinel", "commander", "proxy", "web", "typo3")),
    },
    "logs re": {"redis"},
    "help swi": {"switchover"},
    "status --w": {"--watch"},
    "status --watch --w": set(),
    "failover --fault ": set(FAULTS),
    "failover --fault=ha": {"--fault=hang"},
    "failover ha": {"hang"},
    "failover hang redis1": {"redis1", "redis1:26379"},
    "drill kill,ha": {"kill,hang"},
    "shell ": {"redis1", "redis2", "redis3", "web1"},
    "shell --inventory two-nodes ": {"redis1", "redis2", "web1"},
    "shell --inventory nosuch ": set(),
    "switchover --to redis3": {"redis3"},
    "status --provider lo": {"local"},
    "status --inventory tw": {"two-nodes"},
    "--li": {"--list"},
    "nosuch fail": {"failover"},
}


@pytest.mark.parametrize(("typed", "offered"), CASES.items(), ids=CASES)
def test_what_can_come_next(typed: str, offered: set[str]) -> None:
    assert set(completion.candidates(typed.split(" "), TASKS, "default")) == offered


def test_at_the_beginning_there_is_every_task() -> None:
    offered = set(completion.candidates([""], TASKS, "default"))
    assert {*TASKS, "logs", "help"} <= offered
    assert {each for each in offered - {"help"} if each.startswith("h")} == {"heal", "hosts"}
    assert completion.candidates([], TASKS, "default")


def in_bash(typed: str, folder: Path) -> list[str]:
    """Return what bash offers after the script was read and a line was typed."""
    program = folder / "inv"
    command = (sys.executable, "-m", "redis_ha.cli.front", "--search-root", str(PROJECT))
    program.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
    program.chmod(0o755)
    typed = f"./inv {typed}"
    script = (
        "source <(./inv --print-completion-script bash)\n"
        'COMP_LINE=$1 COMP_POINT=${#1}; "$(complete -p inv | grep -o "_redis_ha_inv")"\n'
        'printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    done = subprocess.run(
        ("bash", "-uc", script, "bash", typed),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("fail", ["failover"]),
        ("failover --fault ha", ["hang"]),
        ("failover --fault=ha", ["hang"]),
        ("failover hang redis1:", ["26379"]),
        ("status --wa", ["--watch"]),
        ("shell red", ["redis1", "redis2", "redis3"]),
        ("shell nosuch", []),
    ],
)
def test_bash_offers_it(typed: str, offered: list[str], tmp_path: Path) -> None:
    assert in_bash(typed, tmp_path) == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_script(shell: str) -> None:
    text = completion.script(shell)
    assert "--complete --" in text
    assert "invoke" in text
    if program := shutil.which(shell):
        subprocess.run((program, "-n"), input=text, text=True, check=True)


def test_another_shell_has_none() -> None:
    with pytest.raises(RedisHaError, match=r"no completion for the shell `tcsh`; there are bash"):
        completion.script("tcsh")
