import pytest

from redis_ha.cli.number import SHARE, Number, whole
from redis_ha.errors import RedisHaError

ROUNDS = whole(1, 1000)


@pytest.mark.parametrize(
    ("number", "text", "value"),
    [(ROUNDS, "1", 1), (ROUNDS, "1000", 1000), (SHARE, "1", 1), (SHARE, "0.2", 0.2)],
)
def test_a_number_within_the_bounds_is_read(number: Number, text: str, value: float) -> None:
    assert number.required("--option", text) == value


NONE = ["", "x", "0", "-1", "1001", "1e99", "nan", "inf", "-0", "²", "١", "1_0", " 1", "9" * 5000]


@pytest.mark.parametrize("number", [ROUNDS, SHARE], ids=["whole", "share"])
@pytest.mark.parametrize("text", NONE, ids=[text[:5] for text in NONE])
def test_everything_else_is_refused_in_a_short_line(number: Number, text: str) -> None:
    with pytest.raises(RedisHaError) as caught:
        number.required("--option", text)
    said = str(caught.value)
    assert said.startswith(f"--option: takes {number.words}, not `")
    assert len(said) < 200


def test_a_whole_number_has_no_point() -> None:
    assert ROUNDS.read("1.0") is None
