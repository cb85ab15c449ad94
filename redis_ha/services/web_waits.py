"""How long each part of a page waits for the next: all from the longest wait for a master.

While there is no master the proxy holds a connection, for its grace at most. Whoever waits for
it must be more patient than it is, each a step more than the one that it waits for; else the
impatient one ends a page that was about to be served.
"""

from dataclasses import dataclass
from math import ceil

from redis_ha.inventory import Inventory
from redis_ha.roles.web import Web
from redis_ha.services import proxy

CONNECT_S = 1.0
"""To the proxy, which is on the same machine and takes every connection at once."""
STEP_S = 1.5
"""By how much each is more patient than the next one."""
FASTCGI_S = 5
"""By how much nginx is more patient than PHP, which ends a page itself."""


@dataclass(frozen=True)
class Waits:
    """The waits of a page, in seconds, from the innermost on.

    Args:
        hold_s: of the proxy, for a master.
        connect_s: of PHP, for the connection to the proxy.
        read_s: of PHP, for each answer of Redis, the first of which may be held.
        lock_s: of PHP, for the lock of a session that another page has, and is held with.
        terminate_s: how long a page may take in all: its own time and what Redis keeps it waiting.
        fastcgi_s: of nginx, for PHP.
    """

    hold_s: float
    connect_s: float
    read_s: float
    lock_s: float
    terminate_s: int
    fastcgi_s: int


def of(topology: Inventory) -> Waits:
    """Return the waits of an environment's pages."""
    hold_s = proxy.grace_s(topology)
    read_s = hold_s + STEP_S
    lock_s = read_s + STEP_S
    terminate_s = topology.table(Web).page_s + ceil(lock_s + read_s)
    return Waits(
        hold_s=hold_s,
        connect_s=CONNECT_S,
        read_s=read_s,
        lock_s=lock_s,
        terminate_s=terminate_s,
        fastcgi_s=terminate_s + FASTCGI_S,
    )
