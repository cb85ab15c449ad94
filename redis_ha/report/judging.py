"""A kept row of drills before a judge of today: verdicts from evidence, not from records."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from pydantic import ValidationError

from redis_ha.checkers import Verdict, drill, evidence
from redis_ha.checkers.drill import Drill
from redis_ha.checkers.evidence import Evidence
from redis_ha.checkers.judgement import judged
from redis_ha.checkers.round import Round
from redis_ha.errors import RedisHaError
from redis_ha.measure import packed
from redis_ha.measure.history import History
from redis_ha.refusal import in_words
from redis_ha.report import raw, reading
from redis_ha.report.summary import Summary


@dataclass(frozen=True)
class Review:
    """One drill as it was recorded, and as it is judged today."""

    recorded: Drill
    today: Drill

    @property
    def differs(self) -> bool:
        """Say whether any verdict came out otherwise."""
        return _verdicts(self.recorded) != _verdicts(self.today)

    def changes(self, number: int) -> list[str]:
        """Return the keys of a round that came out otherwise; only these where nothing is known."""
        if self.today.rounds[number].evidence is None:
            return ["verdict", "problems"]
        was, now = (each.as_json()["rounds"][number] for each in (self.recorded, self.today))
        return [key for key, value in now.items() if value != was[key]]


@dataclass(frozen=True)
class KeptRow:
    """A kept row of drills."""

    reviews: tuple[Review, ...]

    @property
    def differing(self) -> list[Review]:
        return [each for each in self.reviews if each.differs]

    @property
    def today(self) -> Summary:
        return Summary(tuple(each.today for each in self.reviews))

    @property
    def is_valid(self) -> bool:
        """Say whether every drill that counts is valid today, and every verdict as recorded."""
        return self.today.verdict is Verdict.VALID and not self.differing


def row(source: Path) -> KeptRow:
    """Judge the records in a folder, or the one in a file.

    Raises:
        RedisHaError: there are no records, or one cannot be read.
    """
    folder = source.parent if source.is_file() else source
    return KeptRow(tuple(Review(each, _again(each, folder)) for each in reading.drills(source)))


def _again(recorded: Drill, folder: Path) -> Drill:
    rounds = tuple(_judged(each, folder) for each in recorded.rounds)
    said = drill.verdict(rounds, reason=recorded.reason, applicable=recorded.is_applicable)
    return replace(recorded, rounds=rounds, verdict=said)


def _judged(recorded: Round, folder: Path) -> Round:
    """Judge one round by its files; where there is nothing to judge by, nothing is known."""
    try:
        return judged(_evidence(recorded, folder), _history(recorded, folder))
    except RedisHaError as error:
        return Round(verdict=Verdict.UNKNOWN, problems=(str(error),))


def _evidence(recorded: Round, folder: Path) -> Evidence:
    path = _file(folder, recorded.evidence, "evidence")
    try:
        return evidence.from_bytes(packed.read(path))
    except ValidationError as error:
        raise reading.damaged(path, in_words(error, lambda _: [])) from None


def _history(recorded: Round, folder: Path) -> History:
    path, history = _file(folder, recorded.history, "history"), History()
    try:
        history.read(packed.read(path).decode().splitlines())
    except (ValueError, csv.Error) as error:
        raise reading.damaged(path, str(error)) from None
    return history


def _file(folder: Path, name: str | None, what: str) -> Path:
    """Return a file that a record names.

    Raises:
        RedisHaError: it names none, or there is no such file.
    """
    if name is None:
        raise RedisHaError(f"the record names no {what}: nothing to judge by")
    found = raw.find(folder, name)
    if found is None:
        raise RedisHaError(f"{name}: this {what} was not kept: nothing to judge by")
    return found


def _verdicts(one: Drill) -> list[Verdict]:
    return [*chain((one.verdict,), (each.verdict for each in one.rounds))]
