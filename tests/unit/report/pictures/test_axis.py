import pytest

from redis_ha.report.pictures.axis import LogScale, Scale, line, nice, steps


def test_values_are_placed_between_the_ends() -> None:
    x = Scale(-1, 3, 100, 500)
    assert [x(-1), x(0), x(3), x(-9), x(9)] == [100, 200, 500, 100, 500]


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (-1.5, 6.4, ["-1", "0", "1", "2", "3", "4", "5", "6"]),
        (2.9, 3.4, ["2.9", "3", "3.1", "3.2", "3.3", "3.4"]),
        (0, 4000, ["0", "500", "1,000", "1,500", "2,000", "2,500", "3,000", "3,500", "4,000"]),
    ],
)
def test_ticks_are_round(low: float, high: float, texts: list[str]) -> None:
    assert [tick.text for tick in Scale(low, high, 0, 1).ticks(8)] == texts


def test_a_logarithmic_scale_has_whole_powers_of_ten() -> None:
    y = LogScale.over([0.4, 37], 100, 0)
    assert [tick.text for tick in y.ticks()] == ["0.1", "1", "10", "100"]
    assert (y(0.1), y(100), y(0)) == (100, 0, 100)
    assert len(LogScale.over([1.0], 100, 0).ticks()) == 2


@pytest.mark.parametrize(("value", "up"), [(0.07, 0.1), (1, 1), (1.2, 2), (3, 5), (700, 1000)])
def test_nice_steps(value: float, up: float) -> None:
    assert nice(value) == pytest.approx(up)


def test_columns_and_a_line_with_a_gap() -> None:
    assert steps([0, 10, 20], [5, 7], 9) == "M0 9V5H10V7H20V9Z"
    assert steps([0], [], 9) == ""
    assert line([0, 10, 20, 30], [4, None, 6]) == "M0 4H10M20 6H30"
    assert line([0, 10, 20], [4, 5]) == "M0 4H10V5H20"
