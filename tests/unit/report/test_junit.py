from random import Random
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from redis_ha.checkers.drill import parse
from redis_ha.report import junit
from tests import drills
from tests.drills import drill, not_applicable, one_round

FINE = one_round(Random(1), rto_s=3.2)
LOSSY = one_round(Random(1), lost=12)
FEW = one_round(Random(1), verdict="unknown")


def suites(*records: dict[str, Any]) -> Element:
    return ElementTree.fromstring(junit.render([parse(each) for each in records]))


def counts(element: Element) -> tuple[str, ...]:
    return tuple(element.get(name, "") for name in ("tests", "failures", "errors", "skipped"))


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (drill([FINE, FINE]), ("2", "0", "0", "0")),
        (drill([FINE, LOSSY]), ("2", "1", "0", "0")),
        (drill([FEW]), ("1", "1", "0", "0")),
        (not_applicable(), ("1", "0", "0", "1")),
        (drill([LOSSY], comparison=True), ("1", "0", "0", "0")),
        (drill([]), ("1", "1", "0", "0")),
        (drill([FINE], verdict="invalid"), ("2", "1", "0", "0")),
        (drill([FINE], verdict="unknown"), ("2", "1", "0", "0")),
    ],
)
def test_what_fails_and_what_is_skipped(record: dict[str, Any], expected: tuple[str, ...]) -> None:
    root = suites(record)
    assert counts(root) == counts(root[0]) == expected


def test_a_suite_per_drill_and_a_case_per_round() -> None:
    root = suites(*drills.twenty())
    assert len(root) == 20
    assert counts(root) == ("56", "4", "0", "1")
    (case,) = suites(drill([FINE])).iter("testcase")
    assert case.attrib == {"classname": "docker.kill.master", "name": "round 1", "time": "3.200"}


def test_a_failure_says_why() -> None:
    (failure,) = suites(drill([LOSSY])).iter("failure")
    assert failure.get("type") == "invalid"
    assert "12 of 2,764 acknowledged writes lost" in failure.get("message", "")
    (failure,) = suites(drill([FEW])).iter("failure")
    assert failure.get("message", "").startswith("unknown (unknown fails a gate):")


def test_a_skip_has_its_reason_and_a_comparison_says_what_it_is() -> None:
    (skipped,) = suites(not_applicable()).iter("skipped")
    assert "nothing to cut" in skipped.get("message", "")
    (output,) = suites(drill([LOSSY], comparison=True)).iter("system-out")
    assert (output.text or "").startswith("for comparison only: invalid; 12 of")


def test_what_xml_cannot_hold_is_replaced() -> None:
    hostile = "]]> <b> \x00\x1b[31m \ufffe"
    bad = {**LOSSY, "problems": [hostile]}
    (failure,) = suites(drill([bad], fault=hostile)).iter("failure")
    assert "]]> <b> ��[31m" in failure.get("message", "")
