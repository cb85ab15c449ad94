import pytest

from redis_ha.errors import RedisHaError
from redis_ha.printable import LONGEST, printable, short

SHOWN = {
    "plain": ("redis1 is up", "redis1 is up"),
    "other letters": ("Prüfung 東京", "Prüfung 東京"),
    "a line break": ("a\nb\r\nc", "a\\nb\\r\\nc"),
    "a colour": ("\x1b[31mred", "\\x1b[31mred"),
    "a title of the window": ("\x1b]0;x\x07", "\\x1b]0;x\\x07"),
    "one byte that steers": ("\x9b31m", "\\x9b31m"),
    "direction of writing": ("abc\u202etxt.exe\u2066", "abc\\u202etxt.exe\\u2066"),
    "nothing to see": ("re\u200bdis\ufeff", "re\\u200bdis\\ufeff"),
    "a line break of Unicode": ("a\u2028b\x85c", "a\\u2028b\\x85c"),
    "no text": ("\udcff\x00", "\\udcff\\x00"),
}


@pytest.mark.parametrize(("text", "shown"), SHOWN.values(), ids=SHOWN)
def test_what_steers_a_terminal_is_shown_by_its_number(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert str(RedisHaError(text)) == shown


def test_a_tab_of_a_log_can_stay() -> None:
    assert printable("a\tb\x07", kept="\t") == "a\tb\\x07"


def test_a_long_value_is_cut_and_a_short_one_is_not() -> None:
    assert short("a  b\n c") == "a b c"
    assert short("x" * LONGEST) == "x" * LONGEST
    assert short("x" * (LONGEST + 1)) == "x" * LONGEST + "…"
    assert short(f"x{' ' * 1000}y") == "x…"
