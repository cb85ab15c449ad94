"""Names are read, keys are measured, and all of it is put together."""

from fnmatch import fnmatchcase
from typing import Any, cast

import pytest

from redis_ha.measure.gentle import Command, Gentle
from redis_ha.measure.keyspace import BYTES_AT_ONCE, MEASURED_AT_ONCE, Key, SeenKeys, look
from redis_ha.measure.purposes import naming


class Store:
    """A server of some databases: sizes of keys by their names; those that begin with t end."""

    def __init__(self, databases: dict[int, dict[str, int]], gone: str = "-") -> None:
        self.databases, self.gone, self.database = databases, gone, 0
        self.asked: list[Command] = []
        self.together: list[int] = []

    def ask(self, *commands: Command) -> list[Any]:
        self.together.append(sum(len(str(word)) for command in commands for word in command))
        self.asked += commands
        return [self._answer(str(word), *more) for word, *more in commands]

    def _answer(self, word: str, *more: Any) -> Any:
        names = list(self.databases[self.database])
        match word:
            case "SELECT":
                self.database = more[0]
            case "SCAN":
                start, count = int(more[0]), more[2]
                end = start + count
                return [str(end) if end < len(names) else "0", names[start:end]]
            case "MEMORY" if not fnmatchcase(more[1], self.gone):
                return self.databases[self.database][more[1]]
            case "PTTL":
                return 60_000 if more[0].startswith("t") else -1
            case "TYPE":
                return "string"
        return None

    def look(self, **how: Any) -> SeenKeys:
        sizes = {number: len(keys) for number, keys in self.databases.items()}
        return look(cast(Gentle, self), sizes, naming, **how)

    def count(self, word: str) -> int:
        return sum(command[0] == word for command in self.asked)


def test_each_database_and_purpose_is_told_apart() -> None:
    store = Store({0: {"a:1": 10, "a:2": 20, "t:1": 5}, 7: {"a:1": 100, "session:\udcff": 1}})
    found = {
        (of.database, of.name): (each.keys, each.size, each.lasting)
        for of, each in store.look().estimates().items()
    }
    assert found == {
        (7, "a:*"): (1, 100, 1),
        (0, "a:*"): (2, 30, 2),
        (0, "t:*"): (1, 5, 0),
        (7, "PHP sessions"): (1, 1, 1),
    }


def test_many_keys_of_one_size_are_not_all_measured_but_all_counted() -> None:
    store = Store({0: {f"a:{number}": 64 for number in range(5000)}})
    seen = store.look()
    (found,) = seen.estimates().values()
    assert (found.keys, found.size, found.error) == (5000, 320_000, 0)
    assert store.count("MEMORY") == seen.measured < 2000
    assert seen.read == 5000


def test_every_key_is_measured_where_that_is_asked_for() -> None:
    store = Store({0: {f"a:{number}": 64 for number in range(5000)}})
    assert store.look(every=True).measured == 5000


def test_the_largest_keys_come_with_their_type() -> None:
    store = Store({0: {f"a:{number}": number for number in range(30)}, 3: {"b": 1000}})
    largest = store.look().largest
    assert largest[:2] == [Key(1000, 3, "b", "string"), Key(29, 0, "a:29", "string")]
    assert len(largest) == 10


def test_of_very_many_keys_only_some_names_are_read() -> None:
    store = Store({0: {f"a:{number}": 64 for number in range(6000)}, 1: {"b:1": 1}})
    seen = store.look(most=3000)
    assert 3000 <= seen.read <= 4001
    found = next(iter(seen.estimates().values()))
    assert found.keys == pytest.approx(6000)
    assert found.size == pytest.approx(384_000)
    assert found.error > 0


def test_a_key_that_is_gone_before_it_is_measured_is_left_out() -> None:
    seen = Store({0: {"a:1": 10, "a:2": 20}}, gone="a:2").look()
    assert (seen.read, seen.measured) == (2, 1)


def test_what_is_asked_together_fits_into_what_a_server_reads_at_once() -> None:
    store = Store({0: {f"a:{number}:{'x' * 600}": 64 for number in range(500)}})
    store.look()
    assert max(store.together) < 16_384
    few = Store({0: {f"a:{number}": 64 for number in range(500)}})
    few.look()
    assert few.count("MEMORY") == 500
    assert len(few.together) < 500 / MEASURED_AT_ONCE + 20
    assert BYTES_AT_ONCE * 2 < 16_384
