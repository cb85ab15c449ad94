"""PHP's own look at every file, and what the code does on the command line."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from redis_ha.render import PROJECT
from tests.php.servers import PHP, Site

FILES = sorted([*PHP.rglob("*.php"), *Path(__file__).parent.rglob("*.php")])
PREPEND = PHP / "prepend.php"
COUNT = """
session_id('commandline');
session_start();
$_SESSION['count'] = ($_SESSION['count'] ?? 0) + 1;
echo json_encode($_SESSION);
"""
CAUGHT = """
try {
    session_start();
} catch (RedisHa\\Unavailable $unavailable) {
    echo json_encode(['told' => $unavailable->getMessage(), 'trace' => (string) $unavailable]);
}
"""


def php(site: Site, code: str) -> subprocess.CompletedProcess[str]:
    """Run a program on the command line, with the sessions of the pool."""
    words = ("php", "-d", "error_reporting=-1", "-r", f"require '{PREPEND}'; {code}")
    env = os.environ | {"REDIS_HA_SESSIONS": str(site.path)}
    return subprocess.run(words, env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_each_file_is_php_and_strict(path: Path) -> None:
    said = subprocess.run(("php", "-l", str(path)), capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout
    assert "declare(strict_types=1);" in path.read_text()


def test_a_program_has_sessions_too(site: Site) -> None:
    assert [json.loads(php(site, COUNT).stdout)["count"] for _ in range(2)] == [1, 2]


def test_an_outage_is_an_exception_for_a_program_and_holds_no_password(site: Site) -> None:
    site.tell(port=1)
    said = php(site, CAUGHT)
    caught = json.loads(said.stdout.splitlines()[-1])
    assert caught["told"].startswith("127.0.0.1:1: ")
    assert site.settings["password"] not in caught["trace"] + said.stdout + said.stderr
