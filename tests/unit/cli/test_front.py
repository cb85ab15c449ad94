"""The command line in Invoke's own words."""

import pytest

from redis_ha.cli.front import with_flags


@pytest.mark.parametrize(
    ("typed", "parsed"),
    [
        ("inv shell redis1", "inv shell --node redis1"),
        ("inv shell", "inv shell"),
        ("inv shell --provider local", "inv shell --provider local"),
        ("inv render redis2 --provider local", "inv render --node redis2 --provider local"),
        ("inv run -- shell redis1", "inv run -- shell redis1"),
        ("inv status", "inv status"),
        ("inv report.compare a b", "inv report.compare --before a --after b"),
        ("inv report.compare a", "inv report.compare --before a"),
        ("inv report.compare --before a --after b", "inv report.compare --before a --after b"),
        ("inv shell redis1 status", "inv shell --node redis1 status"),
    ],
)
def test_a_word_that_may_be_left_out_gets_its_flag(typed: str, parsed: str) -> None:
    assert with_flags(typed.split()) == parsed.split()
