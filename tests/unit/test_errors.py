import pytest

from redis_ha.errors import (
    CommandFailed,
    InventoryError,
    ProviderError,
    RedisHaError,
    SeveralFailed,
    TimedOut,
    Unhealthy,
    Unreachable,
    WrongPassword,
)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RedisHaError, 2),
        (InventoryError, 2),
        (ProviderError, 2),
        (Unreachable, 2),
        (WrongPassword, 2),
        (Unhealthy, 1),
        (TimedOut, 1),
    ],
)
def test_an_error_has_the_exit_status_of_the_contract(
    error: type[RedisHaError], status: int
) -> None:
    assert error("text").exit_status == status


def test_a_failed_command_names_node_command_status_and_the_end_of_its_output() -> None:
    error = CommandFailed("redis1", ("tar", "-xf", "a.tar"), 3, "one\ntwo\n three \nfour\n\n")
    assert str(error) == "redis1: `tar -xf a.tar` ended with status 3: two | three | four"
    assert error.exit_status == 2


def test_a_failed_command_says_that_it_printed_nothing() -> None:
    assert str(CommandFailed("here", ("false",), 1, " \n")).endswith("with status 1: no output")


HINT = "was it brought up with another one?"
SEVERAL: dict[str, tuple[dict[str, RedisHaError], str]] = {
    "each has its own reason": (
        {"redis1": CommandFailed("redis1", ("tar",), 2, "full"), "redis3": Unreachable("no SSH")},
        "redis1: `tar` ended with status 2: full; redis3: no SSH",
    ),
    "who is named already is not named again": (
        {
            "redis1": Unreachable("redis1 (10.0.0.1:6379) does not answer"),
            "redis1:26379": Unreachable("Sentinel redis1:26379 (10.0.0.1:26379) does not answer"),
        },
        "redis1 (10.0.0.1:6379) does not answer; "
        "Sentinel redis1:26379 (10.0.0.1:26379) does not answer",
    ),
    "another of a longer name is another": (
        {"redis1": TimedOut("redis10 is late"), "redis2": TimedOut("late: redis2")},
        "redis1: redis10 is late; redis2: late: redis2",
    ),
    "the same advice is said once": (
        {
            "redis1": WrongPassword(f"redis1 refuses; {HINT}"),
            "redis2": WrongPassword(f"redis2 refuses; {HINT}"),
        },
        f"redis1 refuses; redis2 refuses; {HINT}",
    ),
    "advice of its own stays": (
        {"redis1": Unhealthy("late; wait"), "redis2": Unhealthy("late; go")},
        "redis1: late; wait; redis2: late; go",
    ),
}


@pytest.mark.parametrize(("failed", "text"), SEVERAL.values(), ids=SEVERAL)
def test_several_failures_are_one_line(failed: dict[str, RedisHaError], text: str) -> None:
    error = SeveralFailed(failed)
    assert str(error) == text
    assert error.failed == failed


@pytest.mark.parametrize(
    ("failed", "status"),
    [
        ((Unhealthy("a"), TimedOut("b")), 1),
        ((TimedOut("a"), Unreachable("b")), 2),
        ((Unreachable("a"), TimedOut("b")), 2),
    ],
)
def test_the_worst_of_several_gives_the_exit_status(
    failed: tuple[RedisHaError, ...], status: int
) -> None:
    errors = {f"redis{number}": error for number, error in enumerate(failed)}
    assert SeveralFailed(errors).exit_status == status
