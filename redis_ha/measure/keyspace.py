"""All keys of a server: their names as far as time allows, and the sizes of enough of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappush, heappushpop

from redis_ha.measure.estimate import Estimate, Sample
from redis_ha.measure.gentle import Gentle
from redis_ha.measure.purposes import Naming, Purpose

MOST_NAMES = 2_000_000
"""Names that are read of all databases together; the order of SCAN is random, so any will do."""
NAMES_AT_ONCE = 1000
MEASURED_AT_ONCE = 64
"""Keys that are measured together: what a server reads at once (16 KiB), and answers at once."""
BYTES_AT_ONCE = 5_000
LARGEST = 10


@dataclass(frozen=True, order=True)
class Key:
    """One key, with its size in bytes; databases and names as the server has them."""

    size: int
    database: int
    name: str
    kind: str = ""


@dataclass
class SeenKeys:
    """What was found out about the keys of a server."""

    samples: dict[Purpose, Sample] = field(default_factory=dict)
    shares: dict[int, float] = field(default_factory=dict)
    largest: list[Key] = field(default_factory=list)

    @property
    def read(self) -> int:
        """Return how many names were read."""
        return sum(each.seen for each in self.samples.values())

    @property
    def measured(self) -> int:
        """Return how many keys were measured."""
        return sum(each.measured for each in self.samples.values())

    def estimates(self) -> dict[Purpose, Estimate]:
        """Return what each purpose comes to, the largest first."""
        made = {
            purpose: sample.estimate(self.shares[purpose.database])
            for purpose, sample in self.samples.items()
        }
        return dict(sorted(made.items(), key=lambda item: -item[1].size))

    def take(self, purpose: Purpose, key: Key, ttl_ms: int) -> None:
        """Take a key that was measured."""
        self.samples[purpose].add(key.size, ttl_ms)
        if len(self.largest) < LARGEST:
            heappush(self.largest, key)
        else:
            heappushpop(self.largest, key)


def look(
    server: Gentle,
    sizes: Mapping[int, int],
    naming: Callable[[int], Naming],
    *,
    every: bool = False,
    most: int = MOST_NAMES,
) -> SeenKeys:
    """Read names of keys of all databases, and measure as many as it takes to be precise.

    Args:
        sizes: how many keys each database has.
        naming: what keys are for, by database.
        every: measure each key of which the name is read, and read all names.
        most: names to read.
    """
    seen, keys = SeenKeys(), sum(sizes.values())
    share = 1.0 if every else min(1.0, most / max(keys, 1))
    for database, size in sizes.items():
        _look_into(server, database, naming(database), seen, size * share, every=every)
        read = sum(each.seen for of, each in seen.samples.items() if of.database == database)
        seen.shares[database] = min(1.0, read / size) if share < 1 else 1.0
    seen.largest = [_with_kind(server, key) for key in sorted(seen.largest, reverse=True)]
    return seen


def _look_into(
    server: Gentle, database: int, naming: Naming, seen: SeenKeys, wanted: float, *, every: bool
) -> None:
    server.ask(("SELECT", database))
    chosen: list[tuple[Purpose, str]] = []
    read = 0
    for names in _names(server):
        for purpose, alike in _by_purpose(naming, names).items():
            sample = seen.samples.setdefault(purpose, Sample(purpose.is_index))
            sample.seen += len(alike)
            if every or not sample.is_precise:
                chosen += [(purpose, name) for name in alike]
        for part in _parts(chosen, is_last=False):
            _measure(server, database, part, seen)
        read += len(names)
        if read >= wanted and not every:
            break
    for part in _parts(chosen, is_last=True):
        _measure(server, database, part, seen)


def _by_purpose(naming: Naming, names: Iterable[str]) -> dict[Purpose, list[str]]:
    found: dict[int, tuple[Purpose, list[str]]] = {}  # to hash a number is quick
    for name in names:
        purpose = naming(name)
        found.setdefault(id(purpose), (purpose, []))[1].append(name)
    return dict(found.values())


def _names(server: Gentle) -> Iterator[list[str]]:
    """Yield names until all were read; those that are there all along come once at least."""
    cursor = "0"
    while True:
        (answer,) = server.ask(("SCAN", cursor, "COUNT", NAMES_AT_ONCE))
        cursor, names = answer
        yield names
        if cursor == "0":
            return


def _parts(
    chosen: list[tuple[Purpose, str]], *, is_last: bool
) -> Iterator[list[tuple[Purpose, str]]]:
    """Yield what is to be measured together and take it away; a few wait for others to come."""
    while len(chosen) >= MEASURED_AT_ONCE or (chosen and is_last):
        count = size = 0
        for _, name in chosen[:MEASURED_AT_ONCE]:
            count, size = count + 1, size + len(name)
            if size > BYTES_AT_ONCE:
                break
        yield chosen[:count]
        del chosen[:count]


def _measure(
    server: Gentle, database: int, part: list[tuple[Purpose, str]], seen: SeenKeys
) -> None:
    commands = [
        command for _, name in part for command in (("MEMORY", "USAGE", name), ("PTTL", name))
    ]
    answers = server.ask(*commands)
    for (purpose, name), size, ttl_ms in zip(part, answers[::2], answers[1::2], strict=True):
        if size is not None:  # else it is gone by now
            seen.take(purpose, Key(size, database, name), ttl_ms)


def _with_kind(server: Gentle, key: Key) -> Key:
    """Return a key with its type."""
    _, kind = server.ask(("SELECT", key.database), ("TYPE", key.name))
    return Key(key.size, key.database, key.name, kind)
