"""What is known of the application's own client."""

from redis_ha.values import Natural, table


@table
class Client:
    """The application's own client."""

    retry_budget_ms: Natural | None = None
    """How long it goes on trying an operation that fails, in milliseconds; `doctor` holds it
    against the recovery."""
