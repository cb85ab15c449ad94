"""Whether the processes of roles run, and what is said where one does not."""

from pathlib import Path

import pytest

from redis_ha.errors import Unreachable
from redis_ha.services import running
from redis_ha.services.running import View
from tests.unit.builders import folders


class Units:
    """Units of a node that answers as told."""

    def __init__(self, answer: bool | None) -> None:
        self._answer = answer

    def is_active(self, unit: str) -> bool:
        assert unit == "commander"
        if self._answer is None:
            raise Unreachable("redis1: no SSH")
        return self._answer


@pytest.mark.parametrize(
    ("answer", "state"), [(True, "running"), (False, "stopped"), (None, "unknown")]
)
def test_a_console_runs_or_not_or_nobody_knows(
    answer: bool | None, state: str, tmp_path: Path
) -> None:
    built = folders(tmp_path)
    built.node("redis1").units = Units(answer)  # type: ignore[assignment]
    assert running.look(built)[0] == (
        View("redis1", "commander", "commander", state, "127.0.0.11:8081")
    )


@pytest.mark.parametrize(
    ("role", "state", "problem"),
    [
        ("commander", "running", None),
        ("commander", "stopped", None),
        ("redis", "running", None),
        ("redis", "stopped", "web1: redis does not run; `./inv provision.redis` starts it"),
        ("redis", "unknown", "web1: redis is not known to run; `./inv provision.redis` starts it"),
    ],
)
def test_what_does_not_run_is_a_problem_where_nothing_goes_on_without_it(
    role: str, state: str, problem: str | None
) -> None:
    view = View("web1", role, role, state, "")
    assert view.problem == problem
    assert running.problems([view]) == ([problem] if problem else [])
