"""Memory in a report: which record, what is shown of it, and where there is none."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from redis_ha.checkers import memory as checker
from redis_ha.checkers.drill import parse
from redis_ha.errors import RedisHaError
from redis_ha.report import files, html, memory
from redis_ha.report.reading import KeptDrill
from redis_ha.suites.memory import MemoryReport
from tests import drills, memories
from tests.drills import one_round
from tests.unit.checkers.test_memory import memory as seen


def keep(folder: Path, moment: str, **changes: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"memory-local-{moment}.json"
    path.write_text(json.dumps(memories.record(**changes)))
    return path


def drill(folder: Path, **changes: Any) -> KeptDrill:
    made = drills.drill([one_round(Random(1))], provider="local", inventory="default", **changes)
    return KeptDrill(folder / "failover.json", parse(made))


def test_the_newest_look_at_the_same_environment_is_shown(tmp_path: Path) -> None:
    keep(tmp_path, "20260102T000000000", seen_on="older")
    newest = keep(tmp_path, "20260103T000000000")
    keep(tmp_path, "20260104T000000000", inventory="another")
    keep(tmp_path, "20260105T000000000", provider="docker")
    run = tmp_path / "drill-local-20260103T000000000"
    for place in (tmp_path, run):
        assert [each.path for each in memory.beside([drill(place)])] == [newest]


def test_a_report_has_it_with_words_and_units(tmp_path: Path) -> None:
    record = keep(tmp_path, "20260103T000000000")
    page, *_ = files.write([drill(tmp_path)], tmp_path)
    text = page.read_text(encoding="utf-8")
    wanted = "db 3 TYPO3 cache tags by entry", "maxmemory now 128.0 MiB", "advised 192.0 MiB"
    assert [each for each in (*wanted, "500.0 KiB/min", record.name) if each not in text] == []


def test_without_a_record_of_memory_a_report_says_nothing_of_it(tmp_path: Path) -> None:
    page, *_ = files.write([drill(tmp_path)], tmp_path)
    assert 'class="memory"' not in page.read_text(encoding="utf-8")


def test_a_page_of_its_own_lies_beside_the_record(tmp_path: Path) -> None:
    record = keep(tmp_path, "20260103T000000000", purposes=[])
    page = files.write_memory(record)
    assert page == record.with_suffix(".html")
    assert "What the keys are for" not in page.read_text(encoding="utf-8")


def test_names_of_keys_are_text(tmp_path: Path) -> None:
    name = "<script>alert(1)</script>\x1b"
    record = keep(tmp_path, "2026", purposes=[memories.part(0, name, name, 1)])
    made = html.memory(memory.read(record), tmp_path)
    assert "<script" not in made
    assert "\x1b" not in made


@pytest.mark.parametrize("said", ["[]", "{", '{"provider": "local"}'])
def test_what_is_no_such_record_is_named(tmp_path: Path, said: str) -> None:
    path = tmp_path / "memory-local-2026.json"
    path.write_text(said)
    with pytest.raises(RedisHaError, match=r"memory-local-2026\.json: damaged"):
        memory.read(path)


def test_what_the_command_writes_can_be_read() -> None:
    told = MemoryReport("local", seen(), 1.0, 0.1, 9, 9, {}, "default").as_json()
    read = memory.parse(Path("x"), json.loads(json.dumps(told)))
    assert (read.provider, read.inventory) == ("local", "default")
    assert read.verdict == checker.verdict(seen())
    assert [each.bytes for each in read.purposes] == [each["bytes"] for each in told["purposes"]]
