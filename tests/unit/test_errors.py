import pytest

from redis_ha.errors import (
    CommandFailed,
    InventoryError,
    ProviderError,
    RedisHaError,
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
