"""What a run of the checks came to, read from what its sessions left."""

import os
from pathlib import Path

from redis_ha.cli import outcome

JUNIT = """<testsuites><testsuite>
<testcase name="test_a"/>
<testcase name="test_b"><failure message="no"/></testcase>
<testcase name="test_c"><error message="no"/></testcase>
<testcase name="test_d[x]"><skipped message="no means"/></testcase>
</testsuite></testsuites>"""
BATS = """<testsuites><testsuite>
<testcase name="one that stays"/>
<testcase name="a file is taken"><failure type="failure">(in test file try.bats, line 36)
  `[ "$status" -eq 0 ]&#39; failed</failure></testcase>
<testcase name="a module"><skipped>no module here</skipped></testcase>
</testsuite></testsuites>"""


def test_cases_are_counted_and_those_left_out_are_named_with_the_reason(tmp_path: Path) -> None:
    for name in ("unit", "faults-local"):
        (tmp_path / f"junit-{name}.xml").write_text(JUNIT)
    (tmp_path / "report.junit.xml").write_text(JUNIT)
    assert list(outcome.of(tmp_path, 0).told()) == [
        "left out: no means",
        "  faults-local: test_d[x]",
        "  unit: test_d[x]",
        "2 cases passed, 4 failed, 2 were left out",
        "failed: faults-local: test_b: no",
        "failed: faults-local: test_c: no",
        "failed: unit: test_b: no",
        "failed: unit: test_c: no",
    ]


def test_what_bats_says_in_a_text_is_read_as_well(tmp_path: Path) -> None:
    (tmp_path / "junit-shell.xml").write_text(BATS)
    assert list(outcome.of(tmp_path, 0).told()) == [
        "left out: no module here",
        "  shell: a module",
        "1 cases passed, 1 failed, 1 were left out",
        "failed: shell: a file is taken: (in test file try.bats, line 36)",
    ]


def test_what_an_earlier_run_left_does_not_count(tmp_path: Path) -> None:
    old = tmp_path / "junit-unit.xml"
    old.write_text(JUNIT)
    os.utime(old, (100, 100))
    assert list(outcome.of(tmp_path, 101).told()) == ["0 cases passed, 0 failed, 0 were left out"]
