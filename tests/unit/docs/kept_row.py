"""What README and docs/results.md show of the kept row of drills, made from its records."""

from collections.abc import Iterable

from redis_ha.checkers.drill import Drill
from redis_ha.checkers.round import Round
from redis_ha.render import PROJECT
from redis_ha.report import reading
from redis_ha.report.words import PHASES

FOLDER = PROJECT / "docs" / "evidence"
MOMENTS = {
    "sdown_s": "one Sentinel considers the master down",
    "odown_s": "a quorum of Sentinels does",
    "elected_s": "one Sentinel was elected to act",
    "promoted_s": "a replica says that it is master",
    "visible_s": "a Sentinel names the new master to clients",
    "first_write_s": "the new master acknowledged a write: the recovery time",
}
OTHERS = ("unconfirmed", "role", "naive")


def drills() -> list[Drill]:
    """Return the drills of the kept row."""
    return reading.drills(FOLDER)


def example(drill: Drill) -> str:
    """Return the first round of a drill phase by phase, and what became of its writes."""
    (done, *_) = drill.rounds
    rows = [
        (f"`{PHASES[key]}`", _seconds(seen), _seconds(_predicted(done, key)), MOMENTS[key])
        for key, seen in vars(done.phases).items()
    ]
    kept, lost = _number(done.writes.acknowledged), _number(done.writes.lost)
    return (
        _table(("moment", "measured", "predicted", "what happened"), "lrrl", rows)
        + f"\nOf {kept} acknowledged writes {lost} are lost: the verdict is `{done.verdict}`.\n"
    )


def results(row: Iterable[Drill]) -> str:
    """Return what every drill of a row came to."""
    head = ("drill", "verdict", "recovery", "predicted", "lost by careful clients", *OTHERS)
    return _table(head, "llrrrrrr", [_result(drill) for drill in row])


def named(drill: Drill) -> str:
    """Return what a drill is called in the first column."""
    needed = drill.settings["min_replicas_to_write"]
    return f"`{drill.fault}`" + (f", `min-replicas-to-write {needed}`" if drill.comparison else "")


def _result(drill: Drill) -> tuple[str, ...]:
    (done,) = drill.rounds
    careful = f"{_number(done.writes.lost)} of {_number(done.writes.acknowledged)}"
    others = (_number(done.clients[kind].lost) for kind in OTHERS)
    figures = (_recovery(done), _seconds(done.predicted_s), careful, *others)
    return (named(drill), drill.verdict, *figures)


def _recovery(done: Round) -> str:
    return "never stopped" if done.rto_s == 0 else _seconds(done.rto_s)


def _predicted(done: Round, key: str) -> float | None:
    predicted: float | None = getattr(done.predicted_phases, key)
    return predicted


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _number(value: int) -> str:
    """Return a number with its thousands apart."""
    return f"{value:,}".replace(",", " ")


def _table(head: Iterable[str], sides: str, rows: Iterable[Iterable[str]]) -> str:
    rule = ["---:" if side == "r" else "---" for side in sides]
    lines = [_line(head), f"|{'|'.join(rule)}|", *(_line(row) for row in rows)]
    return "".join(f"{line}\n" for line in lines)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |".replace("  ", " ")
