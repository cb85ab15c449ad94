"""What is wrong with how a page looks, as Chromium shows it."""

import shutil
import subprocess
from pathlib import Path

from playwright.sync_api import Page

SMALLEST_PX = 11
OPENED = "for (const each of document.querySelectorAll('details')) each.open = true"
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = Path(__file__).with_name("small.js").read_text(encoding="utf-8")
"""Text with its size on the screen: a picture that is scaled down makes its text smaller."""
FAINT = Path(__file__).with_name("faint.js").read_text(encoding="utf-8")
"""Text of pictures with its contrast: axe looks at text of HTML alone."""
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa'], resultTypes: ['violations']}"


def axe_source(folder: Path) -> str:
    """Return the source of axe-core, installed by its lock below a folder."""
    made = shutil.copytree(Path(__file__).with_name("axe"), folder / "axe")
    words = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(made))
    subprocess.run(words, check=True)
    return (made / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def complaints(shown: Page, axe: str) -> list[str]:
    """Return each thing that is wrong, with all details open.

    Args:
        shown: the page, at its width and in its scheme.
        axe: the source of axe-core.
    """
    shown.evaluate(OPENED)
    wider = shown.evaluate(WIDER)
    found = [f"wider than the window: {wider} px"] if wider else []
    found += [f"small text: {each}" for each in shown.evaluate(SMALL, SMALLEST_PX)]
    found += [f"faint text in a picture: {each}" for each in shown.evaluate(FAINT)]
    return found + _violations(shown, axe)


def _violations(shown: Page, axe: str) -> list[str]:
    shown.evaluate(axe)
    told = shown.evaluate(f"axe.run(document, {RULES})")
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:100]} and {len(each['nodes']) - 1} more"
        for each in told["violations"]
    ]
