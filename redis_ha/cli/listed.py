"""The tasks of a collection by the names that people type."""

from collections.abc import Iterator

from invoke.collection import Collection

from redis_ha.cli.task import Listed
from redis_ha.errors import RedisHaError


def by_name(tasks: Collection) -> dict[str, Listed]:
    """Return every task by each of its names.

    Raises:
        RedisHaError: one was not made as this project's are.
    """
    return {name: task for names, task in _named(tasks) for name in names}


def shortest(tasks: Collection) -> dict[str, Listed]:
    """Return every task by its shortest name: `report` for `report.make`."""
    return {min(names, key=len): task for names, task in _named(tasks)}


def _named(tasks: Collection) -> Iterator[tuple[list[str], Listed]]:
    for name, others in tasks.task_names.items():
        task = tasks[name]
        if not isinstance(task, Listed):
            raise RedisHaError(f"task `{name}`: make it with `task` of redis_ha.cli.task")
        yield [name, *others], task
