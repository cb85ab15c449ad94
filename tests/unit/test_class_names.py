"""A class's name stands for one thing: nobody has to look which of two is meant."""

import ast
from collections import defaultdict
from collections.abc import Mapping

from redis_ha.render import PROJECT


def shared(sources: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the public classes whose name several modules have, with these."""
    found = defaultdict[str, list[str]](list)
    for module, source in sources.items():
        for each in ast.parse(source).body:
            if isinstance(each, ast.ClassDef) and not each.name.startswith("_"):
                found[each.name].append(module)
    return {name: modules for name, modules in found.items() if len(modules) > 1}


def test_no_two_classes_have_one_name() -> None:
    folder = PROJECT / "redis_ha"
    files = {
        str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*.py")
    }
    assert len(files) > 100
    assert shared(files) == {}


def test_two_of_one_name_are_found() -> None:
    sources = {
        "a.py": "class Finding: ...",
        "b.py": "class Finding: ...\nclass _Own: ...",
        "c.py": "",
    }
    assert shared({**sources, "d.py": "class _Own: ..."}) == {"Finding": ["a.py", "b.py"]}
