"""What judges pages besides our own looks."""

import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the source of axe-core, installed by its lock."""
    recipe = Path(__file__).with_name("axe")
    made = shutil.copytree(recipe, tmp_path_factory.mktemp("pages") / "axe")
    words = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(made))
    subprocess.run(words, check=True)
    return (made / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
