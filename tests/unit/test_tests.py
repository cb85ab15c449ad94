"""Tests say what they check: none ends early, none skips itself, none asserts only perhaps."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from redis_ha.render import PROJECT

TESTS = PROJECT / "tests"
LEAVE_OUT = {TESTS / "skips.py", TESTS / "unit" / "test_skips.py"}
"""Where skipping is the subject; whatever else is left out stands in may_skip.toml."""
SKIPS = ("pytest.skip", "pytest.importorskip", "pytest.mark.skip", "pytest.mark.skipif")
NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def files() -> list[Path]:
    return [path for path in sorted(TESTS.rglob("*.py")) if "golden" not in path.parts]


def own(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what a function does itself, without the functions that it makes."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, NESTED):
            yield child
            yield from own(child)


def perhaps(test: ast.FunctionDef) -> bool:
    """Say whether each assertion of a test hangs on an `if` without an `else`."""
    every = {each for each in own(test) if isinstance(each, ast.Assert)}
    held = {
        each
        for branch in own(test)
        if isinstance(branch, ast.If) and not branch.orelse
        for each in own(branch)
        if isinstance(each, ast.Assert)
    }
    return bool(every) and every == held


def complaints(text: str, *, may_skip: bool = False) -> Iterator[str]:
    """Yield what makes a test pass without having looked, with its name or line."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            if any(isinstance(each, ast.Return) for each in own(node)):
                yield f"{node.name} ends early"
            if perhaps(node):
                yield f"{node.name} asserts only where an `if` holds"
        if isinstance(node, ast.Attribute) and ast.unparse(node) in SKIPS and not may_skip:
            yield f"line {node.lineno} skips: tests/may_skip.toml lists what may be left out"


def test_no_test_passes_without_a_look() -> None:
    found = {
        str(path): list(complaints(path.read_text(encoding="utf-8"), may_skip=path in LEAVE_OUT))
        for path in files()
    }
    assert len(found) > 100
    assert {path: said for path, said in found.items() if said} == {}


SAID = {
    "a return": ("def test_x():\n if a:\n  return\n assert b", "test_x ends early"),
    "an if around all": (
        "def test_x():\n for a in b:\n  if a:\n   assert c",
        "test_x asserts only where an `if` holds",
    ),
    "a call": ("def need():\n pytest.skip('no')", "line 2 skips"),
    "a mark": ("@pytest.mark.skipif(a, reason='no')\ndef test_x(): assert a", "line 1 skips"),
}


@pytest.mark.parametrize(("text", "said"), SAID.values(), ids=SAID)
def test_one_that_does_is_found(text: str, said: str) -> None:
    (found,) = complaints(text)
    assert found.startswith(said)


def test_what_looks_alike_and_is_none_is_not_found() -> None:
    text = "def test_x():\n def y():\n  return 1\n if a:\n  assert b\n else:\n  assert c"
    assert list(complaints(text)) == []
