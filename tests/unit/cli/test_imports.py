"""What the tasks' names take to import: people wait for it at each completion and each mistake."""

import re
import subprocess
import sys

import pytest

from redis_ha.render import PROJECT

SLOW = ("jinja2", "pydantic", "fabric", "paramiko", "docker", "redis", "jsonschema")


@pytest.fixture(scope="module")
def imported() -> set[str]:
    """Return every module that listing the tasks imports."""
    command = ("-X", "importtime", "-m", "redis_ha.cli.front", "--search-root", str(PROJECT))
    done = subprocess.run(
        (sys.executable, *command, "--list"), capture_output=True, text=True, check=True
    )
    return set(re.findall(r"\| +([\w.]+)$", done.stderr, re.MULTILINE))


def test_the_list_of_tasks_is_there_without_what_is_slow(imported: set[str]) -> None:
    assert {"invoke", "redis_ha.cli.schema"} <= imported
    assert imported & set(SLOW) == set()
