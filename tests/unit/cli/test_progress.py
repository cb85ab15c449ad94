"""The steps of provisioning as they go on."""

import io

import pytest
from rich.console import Console

from redis_ha.cli import progress
from redis_ha.provision.steps import Step

STEPS = [
    Step("redis1", "packages", "ok", 0.1),
    Step("redis2", "packages", "changed", 2.0),
    Step("redis1", "redis.conf", "failed", 0.1),
    Step("redis1", "redis", "due", 0.1),
    Step("redis1", "redis", "changed", 0.2),
]


def test_steps_and_nodes_are_a_table() -> None:
    console = Console(file=io.StringIO(), width=80, no_color=True)
    with console.capture() as shown:
        console.print(progress.matrix(STEPS))
    assert [line.split() for line in shown.get().splitlines()] == [
        ["step", "redis1", "redis2"],
        ["packages", "ok", "changed"],
        ["redis.conf", "failed"],
        ["redis", "changed"],
    ]


def test_where_nobody_watches_each_step_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.Steps() as steps:
        for step in STEPS[:2]:
            steps.add(step)
    assert capsys.readouterr().err.splitlines() == [
        "  redis1: packages ok (0.1 s)",
        "  redis2: packages changed (2.0 s)",
    ]
    assert steps.summary == "2 steps, 1 changed"


@pytest.mark.parametrize(
    ("result", "line"),
    [
        ("changed", "redis1: redis changed (1.5 s)"),
        ("killed", "redis1: redis did not stop within 30 s: killed"),
    ],
)
def test_each_step_is_a_line(result: str, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    progress.Steps().add(Step("redis1", "redis", result, 1.5))
    assert capsys.readouterr().err.strip() == line
