"""redis_ha/services/written.py: what differs, and a file that cannot be written."""

from pathlib import Path
from typing import Any

import pytest
import redis

from redis_ha.errors import Unwritable
from redis_ha.services import written
from redis_ha.services.written import Held
from tests.unit import builders


class Pipeline:
    """Takes commands, and answers them alike."""

    def __init__(self, answer: object) -> None:
        self.asked: list[tuple[str, ...]] = []
        self._answer = answer

    def pipeline(self, **_: object) -> "Pipeline":
        return self

    def execute_command(self, *words: str) -> None:
        self.asked.append(words)

    def execute(self, **_: object) -> list[object]:
        return [self._answer] * len(self.asked)


def rewritten(tmp_path: Path, answer: object) -> list[tuple[str, ...]]:
    client: Any = Pipeline(answer)
    node = builders.folders(tmp_path).node("redis1")
    written.rewrite(client, {"maxmemory": ("1", "2")}, node)
    return client.asked  # type: ignore[no-any-return]


def test_for_the_moment_of_a_rewrite_a_server_has_what_its_file_says(tmp_path: Path) -> None:
    assert rewritten(tmp_path, "OK") == [
        ("CONFIG", "SET", "maxmemory", "1"),
        ("CONFIG", "REWRITE"),
        ("CONFIG", "SET", "maxmemory", "2"),
    ]


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    full = redis.ResponseError("Rewriting config file: No space left on device")
    with pytest.raises(Unwritable, match=r"^redis1: cannot write .*/redis.conf: No space left"):
        rewritten(tmp_path, full)
    with pytest.raises(redis.ResponseError, match="BUSY"):
        rewritten(tmp_path, redis.ResponseError("BUSY"))


def test_what_an_included_file_says_is_written_down_as_well() -> None:
    held = Held("maxmemory 1\nreplicaof a 1\n", "hz 20\nmaxmemory 9\n")
    settings = {"maxmemory": "2", "hz": "10", "replicaof": "b 1", "timeout": "5"}
    assert held.differing(settings) == {"maxmemory": ("1", "2"), "hz": ("20", "10")}
