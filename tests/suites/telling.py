"""What suites print of a drill, to be seen should a test fail."""

from redis_ha.checkers.round import Round
from redis_ha.cli.drill_tables import one_round


def told(done: Round) -> None:
    """Say what a round came to."""
    print(one_round(done))  # noqa: T201
