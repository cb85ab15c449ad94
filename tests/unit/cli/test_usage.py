"""The help of a task."""

import pytest

from redis_ha.cli import listed, namespace, usage
from redis_ha.cli.listing import WIDTH

TASKS = listed.by_name(namespace())


def test_the_help_of_a_drill() -> None:
    lines = list(usage.lines("failover", TASKS["failover"], "default"))
    assert lines[0] == "Usage: ./inv failover [FAULT] [TARGET] [options]"
    assert "Break the master under load; account for every write." in lines
    start = next(number for number, line in enumerate(lines) if "--fault FAULT" in line)
    told = " ".join(lines[start : lines.index("", start)])
    assert "one of" in told
    assert "kill, hang," in told.replace("  ", "")
    assert told.endswith("default: kill")


@pytest.mark.parametrize("name", TASKS)
def test_no_line_of_help_is_too_wide(name: str) -> None:
    lines = list(usage.lines(name, TASKS[name], "default"))
    assert [line for line in lines if len(line) > WIDTH] == []


def test_a_task_without_options_says_so_by_having_none() -> None:
    assert next(usage.lines("ci", TASKS["ci"], "default")) == "Usage: ./inv ci"
