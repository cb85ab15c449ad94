"""The list of tasks: complete, in groups, and narrow enough for every terminal."""

from collections import Counter

import pytest

from redis_ha.cli import listed, listing, namespace
from redis_ha.cli.group import Group
from redis_ha.cli.task import Listed, task

TASKS = listed.shortest(namespace())
LINES = list(listing.lines(TASKS))


def below(heading: str) -> list[str]:
    """Return the names of the tasks below a heading."""
    rest = LINES[LINES.index(heading) + 1 :]
    return [line.split()[0] for line in rest[: rest.index("")]]


def test_every_task_is_in_exactly_one_group() -> None:
    shown = [name for group in Group for name in below(group.capitalize())]
    assert Counter(shown) == Counter(TASKS.keys())


def test_a_newcomer_finds_five_commands_first() -> None:
    first = [line.split()[1] for line in LINES[2:7]]
    assert first == ["up", "status", "failover", "doctor", "down"]
    assert LINES[7] == ""
    assert set(first) <= set(TASKS)


def test_no_line_is_wider_than_78_columns() -> None:
    assert [line for line in LINES if len(line) > 78] == []


@pytest.mark.parametrize("name", TASKS)
def test_what_a_task_does_is_said_in_a_line(name: str) -> None:
    (line,) = (line for line in LINES if line.startswith(f"  {name} "))
    assert line.endswith(TASKS[name].summary)


def test_a_longer_text_goes_on_below_itself() -> None:
    @task(Group.LOOK)
    def long() -> None:
        """Do."""

    long.__doc__ = "word " * 30
    lines = list(listing.lines({"long": long}))
    start = next(number for number, line in enumerate(lines) if line.startswith("  long"))
    assert lines[start + 1].startswith("        word")
    assert [line for line in lines if len(line) > listing.WIDTH] == []


def test_the_groups_are_those_of_the_declarations() -> None:
    assert below("Mend") == ["heal", "reset-master"]
    assert {name for name, each in TASKS.items() if each.group is Group.CONSOLE} == {
        "commander.open",
        "commander.package",
    }
    assert all(isinstance(each, Listed) for each in TASKS.values())
