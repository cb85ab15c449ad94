"""Figures and keys of records in words."""

from __future__ import annotations

import shlex
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from redis_ha.checkers.drill import Drill, Value
    from redis_ha.checkers.durability import Writes
    from redis_ha.checkers.exclusivity import Overlap
    from redis_ha.checkers.handover import Handover
    from redis_ha.checkers.round import Round
    from redis_ha.checkers.staleness import StaleReads
    from redis_ha.report.clients import Figures

PHASES = {
    "sdown_s": "s-down",
    "odown_s": "o-down",
    "elected_s": "elected",
    "promoted_s": "promoted",
    "visible_s": "visible",
    "first_write_s": "write",
}
STEPS = {key: name for key, name in PHASES.items() if key != "first_write_s"}
"""The phases before the one that ends the recovery."""
CLIENTS = {
    "sentinel": "Sentinel-aware",
    "unconfirmed": "unconfirmed",
    "role": "role-looking",
    "naive": "naive",
    "php-session": "visitors",
    "php-lock": "holders of locks",
    "typo3-page": "TYPO3: cached",
    "typo3-now": "TYPO3: uncached",
    "typo3-visitor": "TYPO3: logged in",
    "typo3-backend": "TYPO3: backend",
    "typo3-editor": "TYPO3: edits",
}
OF_SITE = "typo3-"
"""How the kinds of clients of a TYPO3 site begin."""
ALONG = ("typo3-now", "typo3-backend")
"""The kinds that come along with another."""
COMPARED = ("client", "longest gap, median", "errors", "acknowledged", "lost")
"""What is said of each kind of client where they are compared."""
VISITORS = {
    "asked": "pages",
    "errors": "HTTP errors",
    "most_errors": "most in a round",
    "late_errors": "late HTTP errors",
    "logged_out": "logged out",
    "went_back": "went back",
    "doubled": "two with a lock",
}
"""What is counted of those who visit web nodes."""
EDITED = {
    "saved": "edits saved",
    "edits_lost": "edits lost",
    "outdated": "old text shown",
    "stale": "pages that stay old",
    "unserved": "pages not served",
}
"""What is counted of edits of a TYPO3 site."""
EXPECTED = {
    "failover": "another node takes over",
    "stays": "the master stays master",
    "refuses": "writes are refused",
    "outage": "no writes while the fault lasts",
    "either": "with or without another master",
    "stall": "writes stall and go on",
    "switchover": "another node takes over as planned",
}
SIGNS = {
    "valid": "✓",
    "invalid": "✗",
    "unknown": "?",
    "not applicable": "–",
    "comparison": "≈",
}
NONE = "–"
SAFETY = "min_replicas_to_write"
"""The setting that a comparison runs without."""


def seconds(value: float | None) -> str:
    """Return a time without its unit."""
    return NONE if value is None else f"{value:.2f}"


def with_unit(value: float | None) -> str:
    """Return a time with its unit."""
    return NONE if value is None else f"{value:.2f} s"


def masters(each: Round) -> str:
    """Return who was master and who is."""
    if each.old_master and each.old_master == each.new_master:
        return f"{each.old_master} stays"
    return f"{each.old_master or NONE} → {each.new_master or 'nobody'}"


def count(value: int) -> str:
    """Return a number with its thousands apart."""
    return f"{value:,}"


def mib(size: float) -> str:
    """Return a size with its unit."""
    return f"{size / (1 << 20):,.1f} MiB"


def some(number: int, noun: str) -> str:
    """Return a number and what it counts."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def undecided(number: int) -> str:
    """Return the writes that may be lost or not, to go after those that are."""
    return f", {number:,} unknown" if number else ""


def recovery(drill: Drill) -> str:
    """Return the median recovery, or why there is none."""
    median_s = drill.recovery_s
    if median_s is not None:
        return with_unit(median_s) if median_s else "never interrupted"
    return "no recovery"


def lost(of: Writes | Drill) -> str:
    """Return how many writes are lost, and of how many nobody can say."""
    return f"{of.lost} of {of.acknowledged} acknowledged writes lost{undecided(of.unknown)}"


def verdict(record: Drill) -> str:
    """Return what the whole drill came to, as a line."""
    if record.reason:
        return record.reason
    if record.recovery_s is None:
        return f"{lost(record)}, no recovery"
    if not record.recovery_s:
        return f"{lost(record)}, writes never stopped"
    times = len(record.recoveries_s)
    counted = f" (median of {times})" if times > 1 else ""
    return f"{lost(record)}, writes again after {record.recovery_s:.2f} s{counted}"


def band(band_s: tuple[float, float] | None) -> str:
    """Return within which times the recovery should be."""
    return NONE if band_s is None else f"{band_s[0]:.2f} to {band_s[1]:.2f}"


def command(drill: Drill) -> str:
    """Return the line that runs a drill once more, made from its record."""
    options = {
        "--rounds": len(drill.rounds) if len(drill.rounds) > 1 else None,
        "--min-replicas": drill.all_settings.get(SAFETY) if drill.comparison else None,
        "--clients": ",".join(_asked_for(drill)) or None,
        "--provider": drill.provider,
        "--inventory": drill.inventory,
    }
    given = {name: str(value) for name, value in options.items() if value is not None}
    return shlex.join(("./inv", "failover", drill.fault, drill.target, *chain(*given.items())))


def _asked_for(drill: Drill) -> list[str]:
    """Return the kinds of client that a drill has only when it is asked for them."""
    found = (done.clients.items() for done in drill.rounds)
    visitors = {kind for kind, each in chain.from_iterable(found) if each.pages}
    return sorted(visitors.difference(ALONG).union(drill.clients))


def of_round(each: Round) -> str:
    """Return the recovery of one round, or that there is none."""
    return "none" if each.rto_s is None else seconds(each.rto_s)


def expected(drill: Drill) -> str:
    """Return what the drill should come to."""
    return EXPECTED.get(drill.expected or "", drill.expected or "not known")


def handed_over(each: Round) -> str:
    """Return what the planned changes of a round came to, to go after the rest."""
    return "".join(f"; {handover(done)}" for done in each.switchovers)


def handover(done: Handover) -> str:
    """Return what one planned change of master came to."""
    told = [f"to {done.new_master}: writers held for {with_unit(done.held_s)}"]
    if done.named_s is not None:
        told.append(f"Sentinels named it after {with_unit(done.named_s)}")
    return listed([*told, asked(done)])


def asked(done: Handover) -> str:
    """Return whether the Sentinel asked the new master before its promotion."""
    if done.was_asked_early is None:
        return "by the servers themselves"
    return "INFO came too early" if done.was_asked_early else "INFO came in time"


def again(done: Handover) -> str:
    """Return when each kind of client wrote again after a planned change."""
    return listed(
        f"{client(kind)} {with_unit(at_s) if at_s is not None else 'never'}"
        for kind, at_s in done.again_s.items()
    )


def visited(each: Round) -> str:
    """Return what visitors of the web node went through in a round, to go after the rest."""
    told = []
    for kind, found in each.clients.items():
        if (pages := found.pages) and not kind.startswith(OF_SITE):
            wrong = [some(pages.errors, "HTTP error"), f"{pages.logged_out} logged out"]
            wrong.append(f"{pages.went_back} went back")
            if found.locks:
                wrong.append(f"{found.locks.doubled} times two with a lock")
            told.append(f"; {client(kind)}: {listed(wrong)}")
    return "".join(told) + _site(each)


def _site(each: Round) -> str:
    """Return what clients of a TYPO3 site went through, all kinds together; nothing without any."""
    found = [one for kind, one in each.clients.items() if kind.startswith(OF_SITE)]
    pages = [one.pages for one in found if one.pages]
    if not pages:
        return ""
    told = [
        f"{sum(sum(one.statuses.values()) for one in pages):,} pages",
        some(sum(one.errors for one in pages), "HTTP error"),
        f"{sum(one.logged_out for one in pages)} logged out",
    ]
    for edits in (one.edits for one in found if one.edits):
        told.append(f"{edits.lost} of {some(edits.saved, 'edit')} lost")
        told.append(f"{some(len(edits.stale), 'page')} that stay old")
    return f"; TYPO3: {listed(told)}"


def gap(figures: Figures) -> str:
    """Return the median of the longest gaps of a kind of client, or that it did not come back."""
    if figures.away == len(figures.rounds):
        return "never again"
    left = f", never again in {figures.away} of {len(figures.rounds)}" if figures.away else ""
    return f"{with_unit(figures.gap_s)}{left}"


def client(kind: str) -> str:
    """Return what a kind of client is called."""
    return CLIENTS.get(kind, kind)


def phase(key: str) -> str:
    """Return what a phase is called: `late_phase` has the key with or without its unit."""
    return PHASES.get(key, PHASES.get(f"{key}_s", key))


def late(key: str, elections: int) -> str:
    """Return what took a round out of its band: a phase, and the elections where one was split."""
    return f"{phase(key)}, {elections} elections" if elections > 1 else phase(key)


def settings(values: dict[str, Value]) -> str:
    """Return settings as one line."""
    return listed(f"{name} {value}" for name, value in values.items())


def load(rounds: Sequence[Round]) -> str:
    """Return how much of the full load there was, where it was not all of it."""
    least = min((each.load_share for each in rounds), default=1.0)
    if least == 1:
        return ""
    slowest_s = max((each.ping_s for each in rounds if each.ping_s), default=None)
    answers = "" if slowest_s is None else f", answers within {1000 * slowest_s:.0f} ms"
    return f"Load: {least:.0%} of the full one{answers}."


def listed(words: Iterable[str]) -> str:
    """Return words with commas between them."""
    return ", ".join(words)


def span(moments: list[str]) -> str:
    """Return the first and the last of sorted moments."""
    if not moments:
        return ""
    first, last = moments[0], moments[-1]
    return first if first == last else f"{first} to {last}"


def overlap(found: Overlap | None) -> str:
    """Return what two masters acknowledged at the same time."""
    if found is None:
        return NONE
    span_s = f", for {found.until_s:.2f} s" if found.until_s is not None else ""
    return f"{some(found.writes, 'write')}{span_s}" if found.writes else "never"


def stale(found: StaleReads | None) -> list[str]:
    """Return how many reads there were, the stale ones of master and replicas, and the oldest."""
    if found is None:
        return [NONE] * 4
    oldest = NONE if found.oldest_s is None else f"{found.oldest_s:.3f}"
    return [count(found.reads), count(found.master), count(found.replica), oldest]
