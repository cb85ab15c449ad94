"""A drill that is interrupted (Ctrl-C) while the old master is gone: healed at the right moment."""

from collections.abc import Iterator
from contextlib import contextmanager

from redis_ha.checkers.strike import Strike
from redis_ha.nodes.environment import Environment
from redis_ha.providers import Tell
from redis_ha.services import decision


@contextmanager
def decided_first(
    environment: Environment, strike: Strike, fault_s: float, tell: Tell
) -> Iterator[None]:
    """Let an interrupt wait until the Sentinels have decided; a second one does not wait."""
    try:
        yield
    except KeyboardInterrupt:
        if strike.takes_redis and strike.master in strike.targets:
            tell(
                "interrupted: healing once the Sentinels have decided about "
                f"{strike.master}, within {decision.limit_s(environment):g} s; a second Ctrl-C "
                "heals at once and may cost writes that were confirmed"
            )
            decision.wait(environment, strike.master, fault_s)
        raise
