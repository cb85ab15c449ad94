"""No node is called what means something else in commands."""

from pathlib import Path

import pytest

from redis_ha import inventory
from redis_ha.cli import listed, namespace
from redis_ha.errors import InventoryError
from redis_ha.inventory.words import RESERVED, TASKS
from tests.unit.inventory.files import FINE, written


def test_the_tasks_of_one_word_are_those_that_there_are() -> None:
    assert set(TASKS) == {name for name in listed.by_name(namespace()) if "." not in name}


@pytest.mark.parametrize("name", RESERVED)
def test_a_word_of_a_command_is_no_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(InventoryError, match=f"is taken, it means something else .*, not `{name}`"):
        inventory.load(written(tmp_path, FINE.replace('"redis2"', f'"{name}"')))
