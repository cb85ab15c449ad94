import re
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from typing import Any

import pytest

from redis_ha.checkers.drill import parse
from redis_ha.report import html, words
from redis_ha.report.reading import KeptDrill
from tests import drills
from tests.drills import SETTINGS, drill, not_applicable, one_round
from tests.unit import kept

HOSTILE = "\"'><script>alert(1)</script>{{ 7 * 7 }}&amp;"


class Page(HTMLParser):
    """What a browser sees: elements, ids, links, and the text."""

    VOID = ("meta", "br", "rect", "line", "path", "circle")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.ids: list[str] = []
        self.named: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        found = dict(attrs)
        self.ids += [value for name in ("id",) if (value := found.get(name))]
        self.named |= set((found.get("aria-labelledby") or "").split())
        href = found.get("href") or ""
        self.named |= {href[1:]} if href.startswith("#") else set()
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def page(*records: dict[str, Any]) -> str:
    return html.render([KeptDrill(Path("kept/a b.json"), parse(each)) for each in records], Path())


@pytest.fixture(scope="module")
def night() -> str:
    return page(*drills.twenty())


def test_elements_are_nested_and_names_are_unique_and_known(night: str) -> None:
    seen = Page(night)
    assert seen.open == []
    assert len(seen.ids) == len(set(seen.ids))
    assert seen.named <= set(seen.ids)


def test_the_page_needs_nothing_but_itself(night: str) -> None:
    assert night.startswith("<!DOCTYPE html>")
    assert not re.search(r"https?://|url\((?!#hatch)|@import|<script|<link|<img", night)


def test_every_drill_has_a_section_and_every_round_a_picture(night: str) -> None:
    assert night.count('<section class="drill"') == 20
    assert night.count("Timeline of round") == 55
    assert len(re.findall(r"<details open>\s*<summary>Round 1:", night)) == 19


def test_hostile_words_stay_words() -> None:
    window = {"from_s": 0, "to_s": 1, "count": 1, "node": HOSTILE, "client": HOSTILE}
    said = {"at_s": 1, "source": HOSTILE, "kind": HOSTILE, "detail": HOSTILE}
    hostile = one_round(
        Random(1),
        old_master=HOSTILE,
        late_phase=HOSTILE,
        targets=[HOSTILE],
        problems=[HOSTILE],
        losses=[window],
        events=[said],
        clients={HOSTILE: {}},
    )
    told = {
        "fault": HOSTILE,
        "provider": HOSTILE,
        "expected": HOSTILE,
        "versions": [HOSTILE],
    }
    made = page(
        drill([hostile], environment={HOSTILE: HOSTILE}, settings={HOSTILE: HOSTILE}, **told),
        not_applicable(reason=HOSTILE),
    )
    seen = Page(made)
    assert "script" not in seen.tags
    assert seen.open == []
    assert "{{ 7 * 7 }}" in seen.text


def test_what_is_not_applicable_says_so_and_shows_no_result() -> None:
    made = page(not_applicable(fault="partition"))
    assert "badge not-applicable" in made
    assert "badge valid" not in made
    assert "nothing to cut" in made


def test_a_comparison_is_the_price_of_the_drill_beside_it() -> None:
    fast = {**SETTINGS, "min_replicas_to_write": 0}
    lossy = drill([one_round(Random(1), lost=40)], settings=fast, comparison=True)
    made = page(drill([one_round(Random(2))]), lossy)
    assert made.count("What the safety costs") == 1
    assert "For comparison only: measured as <b>invalid</b>" in made
    assert '<span aria-hidden="true">✓</span> valid' in made.split("<h2")[0]
    assert "What the safety costs" not in page(drill([one_round(Random(2))]))


def test_clients_are_compared_by_fault_where_some_are_of_others() -> None:
    known = drill([one_round(Random(1))], clients={"ioredis": "ioredis 5.6.0, Node.js 20.20.2"})
    made = page(known, drill([one_round(Random(2))], fault="hang"))
    assert made.count("Clients by fault") == 1
    assert "ioredis: ioredis 5.6.0, Node.js 20.20.2." in made
    assert Page(made).open == []
    assert "Clients by fault" not in page(drill([one_round(Random(2))]))


def test_an_older_record_has_a_page() -> None:
    assert "no throughput and no latency" in page(drills.old_record())


def test_a_drill_without_rounds_has_a_page() -> None:
    assert "badge unknown" in page(drill([]))


def test_writes_that_never_stopped_need_no_distribution() -> None:
    made = page(drill([drills.uninterrupted(Random(1))], expected="stays"))
    assert "Writes were never interrupted" in made
    assert "A mark per round" not in made


def test_the_same_records_make_the_same_page(night: str) -> None:
    assert page(*drills.twenty()) == night


def test_every_drill_says_its_line_its_verdict_and_its_record() -> None:
    made = page(drill([one_round(Random(1))], inventory="my set"))
    seen = Page(made)
    assert f"{words.verdict(parse(drill([one_round(Random(1))])))}." in seen.text
    assert "Again: ./inv failover kill master --provider docker --inventory 'my set'" in seen.text
    assert '<a href="kept/a%20b.json">a b.json</a>' in made


def test_a_round_links_the_files_that_lie_beside_its_record(tmp_path: Path) -> None:
    recorded = kept.keep(tmp_path / "row")
    record = KeptDrill(tmp_path / "row" / "01-kill-master.json", recorded)
    made = html.render([record], tmp_path)
    (done,) = recorded.rounds
    for name in (done.history, done.evidence):
        assert f'<a href="row/{name}">{name}</a>' in made
        (tmp_path / "row" / str(name)).unlink()
    assert "Every operation" not in html.render([record], tmp_path)
