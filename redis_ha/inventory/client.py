"""What is known of the application's own client."""

from typing import Annotated, Literal

from pydantic import Field

from redis_ha.values import HOUR_MS, Unique, table


@table
class Client:
    """The application's own client."""

    retry_budget_ms: Annotated[int, Field(ge=0, le=HOUR_MS)] | None = None
    """How long it goes on trying an operation that fails, in milliseconds; `doctor` holds it
    against the recovery."""
    library: Literal["ioredis", "phpredis", "redis-py"] | None = None
    """What it talks to Redis with; `doctor` says which of its options a hang of a master needs."""
    options: Annotated[
        tuple[Literal["commandTimeout", "failoverDetector", "socket_timeout"], ...], *Unique
    ] = ()
    """Which of these options it sets."""
