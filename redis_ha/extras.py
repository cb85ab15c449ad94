"""The folder with roles that are not the product's own, which a variable names."""

import os
import sys
import traceback
from importlib import util
from pathlib import Path
from types import ModuleType

from redis_ha.errors import RedisHaError

VARIABLE = "REDIS_HA_ROLES"


def folder() -> Path | None:
    """Return that folder, None where there is none.

    Raises:
        RedisHaError: the variable names no folder.
    """
    if not (named := os.environ.get(VARIABLE)):
        return None
    path = Path(named)
    if not path.is_dir():
        raise RedisHaError(f"{VARIABLE}: no such folder: {path}")
    return path.resolve()


def beside(project: Path) -> list[Path]:
    """Return the project's folder, and the one with more roles, which is laid out like it."""
    more = folder()
    return [project, more] if more else [project]


def loaded(name: str, path: Path) -> ModuleType:
    """Return a module of such a role, loaded from its file.

    Raises:
        RedisHaError: it is no Python, or fails while it is loaded; the message has file and line.
    """
    spec = util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise RedisHaError(f"{path}: not a Python module")
    made = util.module_from_spec(spec)
    sys.modules[name] = made
    try:
        spec.loader.exec_module(made)
    except RedisHaError:
        raise
    except Exception as error:
        raise RedisHaError(_in_one_line(path, error)) from None
    return made


def _in_one_line(path: Path, error: Exception) -> str:
    """Return what is wrong with a module, and at which line of it."""
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{path}:{frame.lineno}" for frame in frames if frame.filename == str(path)]
    if isinstance(error, SyntaxError) and error.lineno:
        where.append(f"{error.filename}:{error.lineno}")
    words = error.msg if isinstance(error, SyntaxError) else " ".join(str(error).split())
    return f"{where[-1] if where else path}: {type(error).__name__}: {words}"
