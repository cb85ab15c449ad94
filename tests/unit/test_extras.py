"""redis_ha/extras.py: a module of somebody else's that does not load is told by file and line."""

import re
from pathlib import Path

import pytest

from redis_ha import extras, roles
from redis_ha.errors import RedisHaError

BROKEN = {
    "no Python": ("ROLE = 1\ndef x(:\n", ":2: SyntaxError: invalid syntax"),
    "a module it lacks": ("\nimport no_such", ":2: ModuleNotFoundError: No module named 'no_such'"),
    "raises": ("def f():\n    raise ValueError('no\\nway')\nf()\n", ":2: ValueError: no way"),
    "an unknown field": (
        "from redis_ha.roles.role import Role\nROLE = Role(nam='a')\n",
        ":2: TypeError: Role.__init__() got an unexpected keyword argument 'nam'",
    ),
    "no role": ("role = 1\n", ': has no `ROLE = Role(name="broken", …)`'),
    "a role of another type": ("ROLE = 1\n", ': has no `ROLE = Role(name="broken", …)`'),
    "a role of another name": (
        "from redis_ha.roles.role import Role\nROLE = Role(name='a')\n",
        ': has no `ROLE = Role(name="broken", …)`',
    ),
}


@pytest.mark.parametrize(("text", "said"), BROKEN.values(), ids=BROKEN)
def test_a_role_that_does_not_load_is_told_by_file_and_line(
    text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "roles" / "broken.py"
    path.parent.mkdir()
    path.write_text(text)
    monkeypatch.setenv(extras.VARIABLE, str(tmp_path))
    with pytest.raises(RedisHaError, match=f"^{re.escape(f'{path}{said}')}[^\n]*$"):
        roles.registry()


def test_what_a_module_refuses_by_itself_stays_as_it_says_it(tmp_path: Path) -> None:
    path = tmp_path / "own.py"
    path.write_text("from redis_ha.errors import TooOld\nraise TooOld('its own words')\n")
    with pytest.raises(RedisHaError, match=r"^its own words$"):
        extras.loaded("redis_ha.more.own", path)
