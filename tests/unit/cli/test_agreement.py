"""A yes: by option, by a word at the terminal, and else none."""

import io

import pytest

from redis_ha.cli import agreement


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_option_is_a_yes_and_nobody_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert agreement.asked(yes=True)("all is lost")
    assert capsys.readouterr().err == ""


def test_without_a_terminal_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert not agreement.asked(yes=False)("all is lost")


@pytest.mark.parametrize(
    ("typed", "agreed"), [("y", True), ("Yes", True), ("n", False), ("", False), ("yellow", False)]
)
def test_at_the_terminal_a_yes_is_typed(
    typed: str, agreed: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(f"{typed}\n"))
    assert agreement.asked(yes=False)("all is lost") is agreed
    assert capsys.readouterr().err == "all is lost. Go on? [y/N] "
