"""Checkers see what was kept and nothing else: no node, no server, no clock, no environment."""

import ast
import importlib
import inspect
import os
import subprocess
import sys
import typing
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from redis_ha.render import PROJECT

CHECKERS = PROJECT / "redis_ha" / "checkers"
SERVICES = "redis_ha.services"
EYES = {"os", "socket", "subprocess", "time", "urllib", "pathlib", "redis", "docker", "fabric"}
"""What looks at a machine."""
LIVING = ("redis_ha.nodes", "redis_ha.providers", "redis_ha.secrets", "redis.", "http.", "socket")
"""Where the types are defined that answer."""


def eyes(text: str) -> list[str]:
    """Return the modules that a source imports and that look at a machine."""
    named = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            named |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            named.add(str(node.module).partition(".")[0])
    return sorted(named & EYES)


def taken(text: str) -> Iterator[tuple[str, str]]:
    """Yield what a source takes from services: a module, and a name in it."""
    tree, modules = ast.parse(text), dict[str, str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == SERVICES:
            modules |= {each.asname or each.name: each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and str(node.module).startswith(f"{SERVICES}."):
            yield from ((str(node.module), each.name) for each in node.names)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in modules:
            yield f"{SERVICES}.{modules[ast.unparse(node.value)]}", node.attr


def types(hint: object) -> Iterator[str]:
    """Yield where each type in an annotation is defined, what it is made of included."""
    yield f"{getattr(hint, '__module__', '')}.{getattr(hint, '__qualname__', '')}"
    for part in typing.get_args(hint):
        yield from types(part)


def asks(module: str, name: str) -> bool:
    """Say whether something is a function that is given what it can ask."""
    found = getattr(importlib.import_module(module), name)
    if isinstance(found, ModuleType) or not inspect.isroutine(found):
        return False
    hints = typing.get_type_hints(found).values()
    return any(where.startswith(LIVING) for hint in hints for where in types(hint))


def sources() -> dict[str, str]:
    return {
        str(path.relative_to(CHECKERS)): path.read_text(encoding="utf-8")
        for path in CHECKERS.rglob("*.py")
    }


def test_no_checker_looks_at_a_machine() -> None:
    assert {name: found for name, text in sources().items() if (found := eyes(text))} == {}
    assert eyes("import os.path\nfrom time import monotonic") == ["os", "time"]


def test_what_checkers_take_from_services_asks_nobody() -> None:
    used = {each for text in sources().values() for each in taken(text)}
    assert len(used) > 10
    assert [each for each in sorted(used) if asks(*each)] == []


@pytest.mark.parametrize(
    "text",
    [
        "from redis_ha.services import cluster\ncluster.look(environment)",
        "from redis_ha.services.typo3_stories import look",
        "from redis_ha.services.client import ask",
    ],
)
def test_what_asks_is_found(text: str) -> None:
    (found,) = taken(text)
    assert asks(*found)


ALONE = """
import sys
from pathlib import Path

def see(event, words):
    forbidden = event.startswith(("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.fork"))
    strange = event == "open" and isinstance(words[0], str) and not words[0].startswith(MAY_BE_READ)
    if forbidden or strange:
        raise PermissionError(f"{event} {words[0]}")

from redis_ha.report import judging
MAY_BE_READ = tuple(sys.argv[1:])
sys.addaudithook(see)
"""
JUDGE = """
row = judging.row(Path(sys.argv[1]))
print(len(row.reviews), row.is_valid)
"""


def alone(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """Run a program that may read a folder and its own modules, and reaches nothing."""
    readable = (sys.prefix, sys.base_prefix, str(PROJECT / "redis_ha"))
    return subprocess.run(
        [sys.executable, "-c", ALONE + text, str(folder), *readable],
        cwd=PROJECT,
        env={"PATH": "/nowhere", "PYTHONPATH": str(PROJECT), "HOME": os.devnull},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_kept_row_is_judged_by_its_files_alone() -> None:
    done = alone(PROJECT / "docs" / "evidence", JUDGE)
    assert (done.returncode, done.stdout) == (0, "16 True\n"), done.stderr


LOOKS = """
looks = (
    lambda: open("inventories/default.toml"),
    lambda: __import__("subprocess").run(["true"]),
    lambda: __import__("socket").create_connection(("127.0.0.1", 1)),
)
for look in looks:
    try:
        look()
    except PermissionError as error:
        print(str(error).split()[0])
"""


def test_more_than_that_is_forbidden_there() -> None:
    done = alone(PROJECT / "docs" / "evidence", LOOKS)
    assert done.stdout.split() == ["open", "subprocess.Popen", "socket.getaddrinfo"], done.stderr
