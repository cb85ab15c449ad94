"""How often Sentinels ask and tell: shorter for tests that measure no time."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from redis_ha.errors import RedisHaError
from redis_ha.nodes.environment import Environment
from redis_ha.services.client import ask, asking

STOCK = {"INFO-PERIOD": "10000", "PUBLISH-PERIOD": "2000", "TILT-PERIOD": "30000"}
QUICK = {"INFO-PERIOD": "1000", "PUBLISH-PERIOD": "500", "TILT-PERIOD": "4000"}
"""Within the first a Sentinel learns of replicas and priorities; after four of the second it makes
a replica of a master that came back; the third it only watches after it was stopped."""
AGAIN_S = 0.5


def tell(environment: Environment, periods: dict[str, str]) -> None:
    """Give every Sentinel that answers other periods (ms); one that is restarted forgets them."""
    words = [word for pair in periods.items() for word in pair]
    for node in environment.sentinel_nodes:
        for port in node.spec.sentinels:
            with (
                suppress(RedisHaError),
                asking(node.name, node.address, port, environment.secrets.sentinel) as client,
            ):
                ask(client, "SENTINEL", "DEBUG", *words)


def told(environment: Environment) -> list[dict[str, str]]:
    """Return the periods of every Sentinel."""
    found = []
    for node in environment.sentinel_nodes:
        for port in node.spec.sentinels:
            with asking(node.name, node.address, port, environment.secrets.sentinel) as client:
                flat = [str(word) for word in ask(client, "SENTINEL", "DEBUG")]
                every = dict(zip(flat[::2], flat[1::2], strict=True))
                found.append({name: every[name] for name in STOCK})
    return found


@contextmanager
def quick(environment: Environment) -> Iterator[None]:
    """Shorten the periods for a while, also those of Sentinels that are started meanwhile."""
    tell(environment, QUICK)
    ended = Event()
    teller = Thread(target=_keep_telling, args=(environment, ended))
    teller.start()
    try:
        yield
    finally:
        ended.set()
        teller.join()
        tell(environment, STOCK)


def _keep_telling(environment: Environment, ended: Event) -> None:
    while not ended.wait(AGAIN_S):
        tell(environment, QUICK)
