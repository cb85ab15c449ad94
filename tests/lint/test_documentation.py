"""The check of the documentation says no to links and anchors that lead nowhere."""

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
RUMDL = Path(sys.executable).with_name("rumdl")
CHECK = (RUMDL, "check", "--config", str(PROJECT / "pyproject.toml"), ".")
GOOD = "# Top\n\n## 6. Lag 1 s, D 2 s\n\n[a](a.md) [b](a.md#6-lag-1-s-d-2-s) [c](#top)\n"


def check(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """Check a folder with one page."""
    (folder / "a.md").write_text(text, encoding="utf-8")
    return subprocess.run(CHECK, cwd=folder, capture_output=True, text=True, check=False)


def test_links_that_lead_somewhere_pass(tmp_path: Path) -> None:
    assert check(tmp_path, GOOD).returncode == 0


@pytest.mark.parametrize(
    ("link", "rule"),
    [
        ("[x](nosuch.md)", "MD057"),
        ("![x](img/nosuch.svg)", "MD057"),
        ("[x](#nosuch)", "MD051"),
        ("[x](a.md#nosuch)", "MD051"),
        ("[x](b.md#nosuch)", "MD051"),
        ("[x][nosuch]", "MD052"),
    ],
)
def test_a_link_that_leads_nowhere_is_found(link: str, rule: str, tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("# Another\n", encoding="utf-8")
    done = check(tmp_path, f"{GOOD}\n{link}\n")
    assert done.returncode == 1
    assert f"[{rule}]" in done.stdout
    assert done.stdout.count("[MD0") == 1
