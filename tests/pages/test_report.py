"""The report of kept drills in Chromium: on a phone and a screen, light and dark."""

import json
from pathlib import Path
from random import Random

import pytest

from redis_ha.checkers.drill import parse
from redis_ha.render import PROJECT
from redis_ha.report import files, reading
from redis_ha.report.reading import KeptDrill
from tests import drills, memories
from tests.pages.looks import complaints
from tests.suites import browser

KEPT = PROJECT / "docs" / "evidence"
WIDTHS = (390, 1280)
SCHEMES = ("light", "dark")
PLANTED = {
    "wider": '<p style="width: 2000px">wide</p>',
    "small text: 10.0 px: tiny": '<p style="font-size: 10px">tiny</p>',
    "small text: 6.0 px: drawn": '<svg width="100" viewBox="0 0 200 20"><text>drawn</text></svg>',
    "faint text in a picture": '<svg><text style="fill: #888">faint</text></svg>',
    "color-contrast": '<p style="color: #888; background: #777">faint</p>',
    "image-alt": "<img>",
}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the report of a kept drill with its comparison, which has lost writes, and of others.

    One of a planned change, with clients that others wrote, is made up, and so is a look at memory.
    """
    row = [each for each in reading.records(KEPT) if each.drill.fault == "kill"]
    assert {each.drill.kind for each in row} == {"valid", "comparison"}
    folder = tmp_path_factory.mktemp("report")
    made_up = drills.with_others(Random(1))
    others = KeptDrill(folder / "others.json", parse(made_up))
    others.path.write_text(json.dumps(made_up), encoding="utf-8")
    where = {"provider": others.drill.provider, "inventory": others.drill.inventory}
    looked = folder / "memory-local-20260103T000000000.json"
    looked.write_text(json.dumps(memories.record(**where)), encoding="utf-8")
    made, *_ = files.write([*row, others], folder)
    return made


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_it_is_readable(page: Path, axe: str, width: int, scheme: str) -> None:
    with browser.page(page.as_uri(), width=width, scheme=scheme) as shown:
        browser.picture(shown, f"report-{width}-{scheme}")
        assert complaints(shown, axe) == []


def test_pictures_of_memory_need_no_scrolling_on_a_phone(page: Path) -> None:
    with browser.page(page.as_uri(), width=WIDTHS[0]) as shown:
        drawn = shown.locator(".memory svg[role=img]")
        wide = drawn.evaluate_all("all => all.map(each => each.getBoundingClientRect().right)")
    assert len(wide) == 3
    assert max(wide) <= WIDTHS[0]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_page_of_memory_alone_is_readable(axe: str, tmp_path: Path, scheme: str) -> None:
    record = tmp_path / "memory-local-20260103T000000000.json"
    record.write_text(json.dumps(memories.record()), encoding="utf-8")
    page = files.write_memory(record)
    with browser.page(page.as_uri(), width=WIDTHS[0], scheme=scheme) as shown:
        browser.picture(shown, f"memory-{scheme}")
        assert complaints(shown, axe) == []


def test_every_link_leads_to_a_file_or_a_part_of_the_page(page: Path) -> None:
    with browser.page(page.as_uri()) as shown:
        links = shown.locator("a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
        ids = set(shown.locator("[id]").evaluate_all("all => all.map(each => '#' + each.id)"))
    raw = {each for each in links if not each.startswith("#")}
    assert len(raw) == 8
    assert {each for each in links if each.startswith("#")} <= ids
    assert [each for each in raw if not (page.parent / each).resolve().is_file()] == []


@pytest.mark.parametrize("says", PLANTED)
def test_what_cannot_be_read_is_told(says: str, axe: str, tmp_path: Path) -> None:
    made = tmp_path / "bad.html"
    style = "<style>body { background: #fff } svg text { font: 12px sans-serif }</style>"
    made.write_text(f"<!DOCTYPE html><html lang=en><title>bad</title>{style}{PLANTED[says]}")
    with browser.page(made.as_uri(), width=WIDTHS[0]) as shown:
        assert any(each.startswith(says) for each in complaints(shown, axe))
