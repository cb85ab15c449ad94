"""What is known of the application's own client."""

from typing import Annotated

from pydantic import Field

from redis_ha.values import HOUR_MS, table


@table
class Client:
    """The application's own client."""

    retry_budget_ms: Annotated[int, Field(ge=0, le=HOUR_MS)] | None = None
    """How long it goes on trying an operation that fails, in milliseconds; `doctor` holds it
    against the recovery."""
