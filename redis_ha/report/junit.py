"""The report as JUnit XML: a suite per drill, a case per round, for programs that gate on it.

What is invalid fails, and so does what is unknown. What is not applicable is skipped with its
reason. A comparison passes whatever it measured, and says so in its output.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from redis_ha.checkers import SEVERITY, worst
from redis_ha.checkers.drill import Drill
from redis_ha.checkers.round import Round
from redis_ha.report import matrix, words

FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold, not even escaped."""


def render(drills: Sequence[Drill]) -> str:
    """Return the document."""
    root = Element("testsuites", name="redis-ha")
    for drill, name in zip(drills, matrix.names(drills), strict=True):
        root.append(_suite(drill, name))
    _count(root)
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _suite(drill: Drill, name: str) -> Element:
    suite = Element("testsuite", name=_clean(name))
    if drill.started:
        suite.set("timestamp", _clean(drill.started))
    properties = SubElement(suite, "properties")
    for key, value in drill.all_settings.items():
        SubElement(properties, "property", name=_clean(key), value=_clean(str(value)))
    for number, each in enumerate(drill.rounds, 1):
        _round(suite, drill, number, each)
    if not drill.is_applicable:
        case = _case(suite, drill, "drill", 0)
        SubElement(case, "skipped", message=_clean(drill.reason or "not applicable"))
    elif _says_more(drill):
        _judge(
            _case(suite, drill, "drill", 0),
            drill,
            drill.verdict,
            drill.reason or "the drill as a whole",
        )
    _count(suite)
    return suite


def _says_more(drill: Drill) -> bool:
    """Return whether a drill is worse than its rounds, or has none: that must not pass."""
    rounds = [each.verdict for each in drill.rounds]
    return not rounds or SEVERITY.index(drill.verdict) > SEVERITY.index(worst(rounds))


def _round(suite: Element, drill: Drill, number: int, each: Round) -> None:
    time_s = each.rto_s or each.converged_s or each.healed_s or 0
    case = _case(suite, drill, f"round {number}", time_s)
    lost = f"{each.writes.lost:,} of {each.writes.acknowledged:,} acknowledged writes lost"
    lost += words.undecided(each.writes.unknown)
    recovery = f"recovery {words.of_round(each)}{words.visited(each)}"
    _judge(case, drill, each.verdict, "; ".join([lost, recovery, *each.problems]))


def _case(suite: Element, drill: Drill, name: str, time_s: float) -> Element:
    place = _clean(f"{drill.provider}.{drill.fault}.{drill.target}")
    return SubElement(suite, "testcase", classname=place, name=name, time=f"{time_s:.3f}")


def _judge(case: Element, drill: Drill, verdict: str, what: str) -> None:
    """Let a case fail unless it is valid, or only for comparison."""
    if drill.comparison:
        SubElement(case, "system-out").text = _clean(f"for comparison only: {verdict}; {what}")
    elif verdict == "not applicable":
        SubElement(case, "skipped", message=_clean(what))
    elif verdict != "valid":
        gate = " (unknown fails a gate)" if verdict == "unknown" else ""
        SubElement(case, "failure", type=verdict, message=_clean(f"{verdict}{gate}: {what}"))


def _count(element: Element) -> None:
    """Write down how many cases there are below, and what became of them."""
    cases = list(element.iter("testcase"))
    element.set("tests", str(len(cases)))
    element.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    element.set("errors", "0")
    element.set("skipped", str(sum(case.find("skipped") is not None for case in cases)))
    element.set("time", f"{sum(float(case.get('time', 0)) for case in cases):.3f}")


def _clean(text: str) -> str:
    return FORBIDDEN.sub("�", text)
