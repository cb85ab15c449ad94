"""redis_ha/cli/progress.py: what is told of steps."""

import pytest

from redis_ha.cli.progress import Steps
from redis_ha.provision.steps import Step


@pytest.mark.parametrize(
    ("result", "line"),
    [
        ("changed", "redis1: redis changed (1.5 s)"),
        ("killed", "redis1: redis did not stop within 30 s: killed"),
    ],
)
def test_each_step_is_a_line(result: str, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    Steps().add(Step("redis1", "redis", result, 1.5))
    assert capsys.readouterr().err.strip() == line
