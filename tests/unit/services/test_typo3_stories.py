"""redis_ha/services/typo3_stories.py: which edit a record has, and which one its page shows."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.proc import Result
from redis_ha.services import typo3_stories, web
from redis_ha.services.typo3_stories import Story, edit_of, look, path_of
from tests.unit import builders

EDIT = "redis-ha:drill:ab12cd34:typo3-editor-1:{}"
RECORDS = {"11": f"<p>{EDIT.format('1.3')}</p>", "12": "<p>Version 0</p>", "14": "<p>other</p>"}
PAGES = {
    "story-1": f'<p>{EDIT.format("1.2")}</p><p id="made">page 11</p>',
    "story-2": "<p>Version 0</p>",
}


def test_an_edit_tells_its_page_and_its_number() -> None:
    assert path_of(EDIT.format("12.7")) == "/story-12"
    assert edit_of(EDIT.format("12.7")) == 7
    assert edit_of(None) == 0


def test_pages_are_compared_with_their_records(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment = builders.folders(tmp_path)
    (node, *_) = environment.redis_nodes

    @contextmanager
    def reached(_: Environment, __: Node) -> Iterator[str]:
        yield "http://127.0.0.1:8080/"

    def text(url: str) -> str | None:
        return PAGES.get(url.rpartition("/")[2])

    said = Result(("php",), 0, json.dumps(RECORDS), "")
    monkeypatch.setattr(node, "run", lambda *_, **__: said)
    monkeypatch.setattr(web, "reached", reached)
    monkeypatch.setattr(typo3_stories, "text", text)
    found = look(environment, node, [EDIT.format(each) for each in ("4.4", "1.1", "2.2", "1.3")])
    assert found == {
        "/story-1": Story(EDIT.format("1.3"), EDIT.format("1.2")),
        "/story-2": Story(None, None),
        "/story-4": Story(None, None, served=False),
    }
    assert [path for path, each in found.items() if each.is_stale] == ["/story-1"]
