"""redis_ha/roles/scripts.py: scripts of the operator's that an inventory names."""

from dataclasses import replace
from pathlib import Path

import pytest

from redis_ha import inventory
from redis_ha.errors import InventoryError
from redis_ha.inventory import Inventory
from redis_ha.roles import scripts

SCRIPT = '#!/bin/sh\nlogger "$@"\n'


def naming(folder: Path, **named: str) -> Inventory:
    """Return the default inventory with scripts beside it."""
    default = inventory.load("default")
    changed = default.having(replace(default.sentinel, **named))  # type: ignore[arg-type]
    return replace(changed, path=folder / "inventory.toml")


def test_a_script_is_read_beside_the_inventory(tmp_path: Path) -> None:
    (tmp_path / "told.sh").write_text(SCRIPT)
    made = naming(tmp_path, notification_script="told.sh")
    assert scripts.text("notification_script", made) == SCRIPT
    assert scripts.text("client_reconfig_script", made) is None
    assert list(scripts.contradictions(made)) == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "told.sh: No such file or directory"),
        (b"echo", "told.sh: its first line is no `#!/bin/sh` or like"),
        (b"\xff\xfe", "told.sh: not a text file"),
    ],
    ids=["missing", "no interpreter", "no text"],
)
def test_what_sentinel_could_not_run_is_refused(
    content: bytes | None, says: str, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "told.sh").write_bytes(content)
    made = naming(tmp_path, client_reconfig_script="told.sh")
    (problem,) = scripts.contradictions(made)
    assert problem.startswith("sentinel.client_reconfig_script: ")
    assert problem.endswith(says)


def test_an_inventory_with_a_script_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('extends = "default"\n[sentinel]\nnotification_script = "none.sh"\n')
    with pytest.raises(InventoryError, match=r"sentinel\.notification_script: .*none\.sh: No such"):
        inventory.load(str(path))
