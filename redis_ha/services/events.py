"""What Sentinels announce, from their logs, in plain words.

The words follow the list in Sentinel's documentation ("Sentinel API", Pub/Sub messages).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from redis_ha.nodes.environment import Environment
from redis_ha.roles.sentinel import NAME
from redis_ha.services import acquaintances, logs
from redis_ha.services.logs import Line, LogSource

ANNOUNCED = re.compile(
    r"^\d+:X (?P<at>\d\d \w{3} \d{4} [\d:.]+) [*#.-] (?P<event>[+-]\S+) ?(?P<rest>.*)$"
)
"""A line of a Sentinel's log that begins with an event; others are about the process."""
DATE = "%d %b %Y %H:%M:%S.%f"
KINDS = {"master": "master", "slave": "replica", "sentinel": "Sentinel"}
"""What Sentinel calls a server, and what it is called here."""

Called = Callable[[str, str], str]
"""Returns what the server at an address and port is called."""


@dataclass(frozen=True)
class SentinelEvent:
    """One announcement.

    Args:
        at: by the node's clock, ISO 8601, to the millisecond.
        sentinel: whose it is, by its node and, beside others there, its port.
        event: Sentinel's own word, such as `+odown`.
        detail: what it said besides.
        says: all of it in plain words.
    """

    at: str
    sentinel: str
    event: str
    detail: str
    says: str

    def as_json(self) -> dict[str, str]:
        """Return the record."""
        return asdict(self)


SAYS: Mapping[str, str] = {
    "+sdown": "{it} does not answer",
    "-sdown": "{it} answers again",
    "+odown": "{it} is down: {agree} Sentinels say so, {quorum} are needed",
    "-odown": "{it} is no longer taken for down by enough Sentinels",
    "+new-epoch": "election {rest} begins",
    "+try-failover": "wants to replace {it}",
    "+vote-for-leader": "votes in election {last}",
    "+elected-leader": "is elected to replace {it}",
    "+failover-state-select-slave": "looks for the best replica of {it}",
    "+selected-slave": "chose {it}",
    "+failover-state-send-slaveof-noone": "makes {it} master",
    "+failover-state-wait-promotion": "waits until {it} says that it is master",
    "+promoted-slave": "{it} is master now",
    "+failover-state-reconf-slaves": "turns the other replicas of {it} around",
    "+slave-reconf-sent": "told {it} to follow the new master",
    "+slave-reconf-inprog": "{it} turns to the new master",
    "+slave-reconf-done": "{it} follows the new master",
    "+failover-detected": "sees that {it} is being replaced",
    "+failover-end": "the failover of {it} is done",
    "+failover-end-for-timeout": "the failover of {it} took too long; the rest goes on without it",
    "-failover-abort-no-good-slave": "gives the failover of {it} up: no replica can be promoted",
    "-failover-abort-not-elected": "gives the failover of {it} up: it was not elected",
    "-failover-abort-slave-timeout": "gives the failover of {it} up: the replica was not promoted",
    "-failover-abort-master-is-back": "gives the failover of {it} up: the master is back",
    "+switch-master": "names another master: {new}, it was {old}",
    "+config-update-from": "learns the new master from {it}",
    "+slave": "knows {it} from now on",
    "+sentinel": "knows {it} from now on",
    "+dup-sentinel": "takes {it} for a Sentinel that it knew under another address",
    "+sentinel-address-switch": "{it} has another address",
    "+sentinel-invalid-addr": "{it} has no valid address any more",
    "+convert-to-slave": "makes {it} a replica again",
    "+fix-slave-config": "corrects {it}, which followed another server",
    "+reboot": "{it} was restarted",
    "+role-change": "{it} says that it has another role",
    "-role-change": "{it} says that it has the expected role again",
    "+monitor": "watches {it}",
    "+reset-master": "forgets what it knew of the replicas and Sentinels of {it}",
    "+set": "was told another setting of {it} ({tail})",
    "+script-error": "a script of the operator's failed ({rest})",
    "+script-timeout": "a script of the operator's was ended, for it took too long ({rest})",
    "+tilt": "only watches: its clock jumped, or it was stopped (TILT)",
    "-tilt": "acts again (out of TILT)",
}
"""By the event. `{it}` is the server meant, `{tail}` what follows it, `{last}` the last word."""


def recent(environment: Environment, lines: int) -> list[SentinelEvent]:
    """Return what stands in the last lines of every Sentinel's log, in order of time."""
    return list(_read(environment, logs.merged(sources(environment), lines)))


def followed(environment: Environment) -> Iterator[SentinelEvent]:
    """Yield what Sentinels announce from now on, without end.

    Raises:
        RedisHaError: a log cannot be followed any more.
    """
    yield from _read(environment, logs.followed(sources(environment)))


def sources(environment: Environment) -> list[LogSource]:
    """Return the logs of all Sentinels."""
    return logs.sources(environment, NAME)


def _read(environment: Environment, lines: Iterable[Line]) -> Iterator[SentinelEvent]:
    known = acquaintances.names(environment)

    def called(address: str, port: str) -> str:
        where = f"{address}:{port}"
        return known.get(where, where)

    for name, line in lines:
        if found := ANNOUNCED.match(line):
            at = datetime.strptime(found["at"], DATE).isoformat(timespec="milliseconds")
            words = said(found["event"], found["rest"], called)
            yield SentinelEvent(at, name, found["event"], found["rest"], words)


def said(event: str, rest: str, called: Called) -> str:
    """Return an announcement in plain words; one that is not known as it stands."""
    if event not in SAYS:
        return f"{event} {rest}".strip()
    words = rest.split()
    return SAYS[event].format(
        it=_it(words, called),
        rest=rest,
        last=words[-1] if words else "",
        tail=" ".join(words[4:]),
        **_quorum(words),
        **_switch(words, called),
    )


def _it(words: list[str], called: Called) -> str:
    """Return what `KIND NAME ADDRESS PORT …` means; a Sentinel's name is its id."""
    match words:
        case [kind, _, address, port, *_] if kind in KINDS:
            return f"{KINDS[kind]} {called(address, port)}"
    return " ".join(words)


def _quorum(words: list[str]) -> dict[str, str]:
    """Return how many Sentinels agree and how many have to, of `#quorum N/M` at the end."""
    agree, _, quorum = words[-1].partition("/") if words else ("", "", "")
    return {"agree": agree, "quorum": quorum}


def _switch(words: list[str], called: Called) -> dict[str, str]:
    """Return who was master and who is, of `NAME ADDRESS PORT ADDRESS PORT`."""
    match words:
        case [_, old, old_port, new, new_port]:
            return {"old": called(old, old_port), "new": called(new, new_port)}
    return {"old": "?", "new": "?"}
