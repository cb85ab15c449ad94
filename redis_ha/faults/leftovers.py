"""What commands that were killed have left changed: named, and put back.

It is known by the entries here, by the marks that nodes keep, whichever machine's command left
them, and by the uploads on a node.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from redis_ha.errors import RedisHaError
from redis_ha.faults import disk, network
from redis_ha.intents import LASTS, Intent
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import outcomes
from redis_ha.nodes.marks import NodeMarks
from redis_ha.printable import printable
from redis_ha.providers import Powered, Tell
from redis_ha.services import decision
from redis_ha.services.client import ask, redis_of
from redis_ha.services.switchover import PAUSE_S
from redis_ha.wait import now_s

Question = Callable[[Environment, Node, Intent], object]
"""Its answer is true while the change is there."""
Work = Callable[[Environment, Node, Intent], object]
PRIORITY, MIN_REPLICAS = "replica-priority", "min-replicas-to-write"


@dataclass(frozen=True)
class LeftoverKind:
    """One kind of change.

    Args:
        words: what a node is or has, with `{detail}` of the entry.
        is_there: asks the node.
        put_back: changes it back; None where the next `up` goes on with it anyway.
        brings_back: whether a Redis comes back by that.
    """

    words: str
    is_there: Question
    put_back: Work | None
    brings_back: bool = False


@dataclass(frozen=True)
class Leftover:
    """A change that is still there.

    Args:
        name: what tells it from the others.
        path: its entry here, None where only the node knows of it.
    """

    name: str
    intent: Intent
    path: Path | None = None

    @property
    def place(self) -> str:
        return self.intent.node

    def __str__(self) -> str:
        intent = self.intent
        words = KINDS[intent.kind].words.format(detail=intent.detail)
        by = f" by `{intent.command}`" if intent.command else ""
        return printable(f"{intent.node}: {words}; left{by} of {intent.since}{self._whose}")

    @property
    def _whose(self) -> str:
        return "" if self.path or not self.intent.command else ", perhaps from another machine"


def _inactive(environment: Environment, node: Node, intent: Intent) -> bool:
    del environment
    return not node.units.is_active(intent.detail)


def _start(environment: Environment, node: Node, intent: Intent) -> None:
    del environment
    node.units.start(intent.detail)


def _silent(environment: Environment, node: Node, intent: Intent) -> bool:
    del environment, intent
    try:
        return not node.run("true", check=False, timeout_s=5).ok
    except RedisHaError:
        return True


def _restore_power(environment: Environment, node: Node, intent: Intent) -> None:
    del intent
    if isinstance(environment.provider, Powered):
        environment.provider.restore_power([node.name])


def _let_go(environment: Environment, node: Node, intent: Intent) -> None:
    del intent
    with redis_of(environment, node) as client:
        ask(client, "CLIENT", "UNPAUSE")


def _wanted(environment: Environment, node: Node, setting: str) -> str:
    by_inventory = {
        PRIORITY: node.spec.priority,
        MIN_REPLICAS: environment.topology.redis.min_replicas_to_write,
    }
    return str(by_inventory[setting])


def _differs(setting: str, environment: Environment, node: Node, intent: Intent) -> bool:
    del intent
    with redis_of(environment, node) as client:
        return str(ask(client, "CONFIG", "GET", setting)[1]) != _wanted(environment, node, setting)


def _set(setting: str, environment: Environment, node: Node, intent: Intent) -> None:
    del intent
    with redis_of(environment, node) as client:
        ask(client, "CONFIG", "SET", setting, _wanted(environment, node, setting))
        ask(client, "CONFIG", "REWRITE")


def _is_recent(environment: Environment, node: Node, intent: Intent) -> bool:
    del environment, node
    return _age_s(intent) < PAUSE_S


def _always(environment: Environment, node: Node, intent: Intent) -> bool:
    del environment, node, intent
    return True


KINDS: Mapping[str, LeftoverKind] = {
    "power": LeftoverKind("its power was cut", _silent, _restore_power, True),
    "cut": LeftoverKind(
        "packets from and to {detail} are dropped",
        lambda _environment, node, _intent: network.is_cut(node),
        lambda _environment, node, _intent: network.heal(node),
        brings_back=True,
    ),
    "stopped": LeftoverKind(
        "{detail} is stopped (SIGSTOP)",
        lambda _environment, node, intent: node.units.is_paused(intent.detail),
        lambda _environment, node, intent: node.units.resume(intent.detail),
        brings_back=True,
    ),
    "held": LeftoverKind("{detail} was killed and is kept down", _inactive, _start, True),
    "disk": LeftoverKind(
        "a small file system lies over its append-only folder",
        lambda _environment, node, _intent: disk.is_mounted(node),
        lambda environment, node, _intent: disk.heal(environment, node),
    ),
    "restart": LeftoverKind(
        "{detail} was to be restarted and does not run", _inactive, _start, True
    ),
    "switchover": LeftoverKind(
        f"writers may be held for {PAUSE_S:g} s, for a switchover to {{detail}} broke off",
        _is_recent,
        _let_go,
    ),
    "priority": LeftoverKind(
        "`replica-priority` was changed for a switchover, it should be {detail}",
        partial(_differs, PRIORITY),
        partial(_set, PRIORITY),
    ),
    "min-replicas": LeftoverKind(
        "runs with `min-replicas-to-write` {detail} for a drill",
        partial(_differs, MIN_REPLICAS),
        partial(_set, MIN_REPLICAS),
    ),
    "setting": LeftoverKind("a drill has set another {detail} than the inventory's", _always, None),
    "upload": LeftoverKind(
        "has the upload folder {detail}",
        lambda _environment, node, intent: node.run("test", "-e", intent.detail, check=False).ok,
        lambda _environment, node, intent: node.run("rm", "-rf", intent.detail, sudo=True),
    ),
    "provision": LeftoverKind("{detail} broke off; `./inv up` goes on from there", _always, None),
    "upgrade": LeftoverKind("an upgrade broke off; `./inv up` goes on from there", _always, None),
}
"""By the word in an entry, in the order in which they are put back."""


def look(environment: Environment) -> list[Leftover]:
    """Return what is left, and take out the entries of what is not.

    A node that cannot tell may still have it. All are asked for their marks, in one command each.
    """
    entries = sorted(_known(environment), key=lambda entry: entry.intent)
    told = outcomes(entries, partial(_is_there, environment))
    for entry in entries:
        if told[entry.name] is False:
            _forget(environment, entry)
    return [entry for entry in entries if told[entry.name] is not False]


def _known(environment: Environment) -> Iterator[Leftover]:
    """Yield what entries and nodes tell of commands that have ended."""
    every, left = environment.intents.every(), environment.intents.left()
    yield from (Leftover(path.stem, intent, path) for path, intent in left.items())
    known = {path.stem for path in every} | {intent.detail for intent in every.values()}
    for name, kept in outcomes(environment.nodes.values(), lambda node: node.kept()).items():
        if isinstance(kept, NodeMarks):
            yield from (each for each in _of_node(name, kept) if each.name not in known)


def _of_node(name: str, kept: NodeMarks) -> Iterator[Leftover]:
    for mark, text in kept.marks.items():
        if (intent := Intent.read(text)) and intent.kind in KINDS:
            yield Leftover(mark, replace(intent, node=name))
    for path, made_s in kept.uploads.items():
        made = datetime.fromtimestamp(made_s, UTC).isoformat(timespec="seconds")
        yield Leftover(path, Intent(made, "upload", name, path, command=""))


def _forget(environment: Environment, entry: Leftover) -> None:
    """Take out the entry, here and on its node."""
    node = environment.nodes.get(entry.place)
    with suppress(RedisHaError):
        if node and entry.intent.kind in LASTS:
            node.unmark(entry.name)
    if entry.path:
        environment.intents.forget(entry.path)


def lift(environment: Environment, tell: Tell) -> None:
    """Put back what is left and take out its entries; what `up` goes on with stays.

    Raises:
        RedisHaError: something could not be put back; all else was.
    """
    left, failed = look(environment), []
    _wait_for_decisions(environment, left)
    for entry in sorted(left, key=lambda entry: list(KINDS).index(entry.intent.kind)):
        put_back = KINDS[entry.intent.kind].put_back
        if put_back is None:
            continue
        try:
            put_back(environment, environment.node(entry.place), entry.intent)
        except RedisHaError as error:
            failed.append(f"{entry} ({error})")
            continue
        tell(f"put back: {entry}")
        _forget(environment, entry)
    if failed:
        raise RedisHaError(f"could not be put back: {'; '.join(failed)}")


def _wait_for_decisions(environment: Environment, left: list[Leftover]) -> None:
    """Wait until Redis that were lost a moment ago may come back."""
    for entry in left:
        if KINDS[entry.intent.kind].brings_back:
            lost_s = now_s() - _age_s(entry.intent)
            decision.wait(environment, entry.place, lost_s, unsure_s=decision.limit_s(environment))


def _age_s(intent: Intent) -> float:
    return (datetime.now(UTC) - datetime.fromisoformat(intent.since)).total_seconds()


def _is_there(environment: Environment, entry: Leftover) -> bool:
    if entry.place not in environment.nodes or entry.intent.kind not in KINDS:
        return False  # of an inventory or a version of this program that is gone
    node = environment.nodes[entry.place]
    return bool(KINDS[entry.intent.kind].is_there(environment, node, entry.intent))
