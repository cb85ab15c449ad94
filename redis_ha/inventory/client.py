"""What is known of the application's own client."""

from redis_ha.values import Natural, table


@table
class Client:
    """The application's own client.

    Args:
        retry_budget_ms: how long it goes on trying an operation that fails; None for unknown.
    """

    retry_budget_ms: Natural | None = None
