"""Scripts and functions that a Redis does not come back from: for how long, and how they end.

While one runs and `busy-reply-threshold` (5 s, unless it was changed) is over, every command is
answered with BUSY but those that end it, and FUNCTION STATS where it is a function. That one tells
how long it has run. Of a script nobody but a Sentinel knows: `last-ok-ping-reply` counts from the
last PING that was answered, and it pings every second, so that the script has run for that time
less a second at least. Of several Sentinels the least is taken.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from redis_ha.errors import RedisHaError, Refused, Unreachable
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.services.client import ask, redis_of
from redis_ha.services.sentinel import PING_S
from redis_ha.services.snapshot import RedisView, SentinelView

BUSY = "BUSY"
FUNCTION = "FUNCTION KILL"
"""In the reply of a server that is busy with a function; for a script it names SCRIPT KILL."""
MODULE = "module command"
UNKILLABLE = "UNKILLABLE"
OVER = "NOTBUSY"


def function_s(environment: Environment, node: Node) -> float:
    """Return for how many seconds a function has run, 0 where it is a script that runs."""
    with suppress(Unreachable, Refused), redis_of(environment, node, name=None) as client:
        told = ask(client, "FUNCTION", "STATS")
        running = dict(zip(told[::2], told[1::2], strict=True))["running_script"]
        if running:
            return int(dict(zip(running[::2], running[1::2], strict=True))["duration_ms"]) / 1000
    return 0.0


def timed(views: Iterable[RedisView], sentinels: Iterable[SentinelView]) -> tuple[RedisView, ...]:
    """Return the views, those of busy servers with how long they are busy at least."""
    told = list(sentinels)
    return tuple(view if view.busy_s is None else _timed(view, told) for view in views)


def _timed(view: RedisView, sentinels: list[SentinelView]) -> RedisView:
    seen = [one for each in sentinels for one in each.servers_seen if one.node == view.name]
    unheard_s = min((one.unheard_s for one in seen), default=0.0)
    busy_s = max(view.busy_s or 0.0, unheard_s - PING_S)
    since = f" for at least {int(busy_s)} s" if busy_s >= PING_S else ""
    words = f"{view.name} is busy with a script or function{since} (BUSY)"
    mend = "`./inv heal` ends it where the server allows that"
    return replace(view, busy_s=round(busy_s, 1), refusal=f"{words}; {mend}")


def end(environment: Environment, node: Node) -> bool:
    """End the script or function that keeps a Redis busy; say whether there was one.

    Raises:
        RedisHaError: it may not be ended; the message says what is left.
    """
    reply = _busy(environment, node)
    if reply is None:
        return False
    if MODULE in reply:
        raise RedisHaError(f"{node.name} is busy with a command of a module: wait until it ends")
    try:
        with redis_of(environment, node, name=None) as client:
            ask(client, *(FUNCTION if FUNCTION in reply else "SCRIPT KILL").split())
    except Refused as refused:
        if refused.reply.startswith(OVER):
            return False
        if refused.reply.startswith(UNKILLABLE):
            raise RedisHaError(_left(node.name)) from None
        raise
    return True


def _busy(environment: Environment, node: Node) -> str | None:
    """Return the reply of a Redis that is busy, None of one that is not or does not answer."""
    with suppress(Unreachable):
        try:
            with redis_of(environment, node) as client:
                client.ping()
        except Refused as refused:
            return refused.reply if refused.reply.startswith(BUSY) else None
    return None


def _left(name: str) -> str:
    return (
        f"{name} is busy with a script that has written, and no server ends such a one: wait until "
        "it is done, or send it SHUTDOWN NOSAVE, which drops what the script wrote and whatever "
        "else no file has yet, then `./inv heal` again"
    )
