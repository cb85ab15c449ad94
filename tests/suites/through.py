"""Writers through the proxy, plain as an application's, beside what Redis and Sentinels say."""

import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from threading import Event, Thread

from redis_ha.nodes.environment import Environment
from redis_ha.roles.proxy import Proxy
from redis_ha.services import proxy
from redis_ha.wait import now_s, pause_until

EVERY_S = 0.02
READS_S = 12.0
"""Above the grace, as an application's has to be."""
LOOK_S = 0.01
SILENT_S = 0.3
SEEN_S = 1.0
KEY = "redis-ha:through"
KEPT, NEW = "kept", "new"


@dataclass(frozen=True)
class Write:
    """One write through the proxy.

    Args:
        kind: over a kept connection, or over one of its own.
        node: who acknowledged it, None where nobody did.
        error: why not, as the client saw it.
    """

    kind: str
    began_s: float
    ended_s: float
    node: str | None
    error: str = ""

    @property
    def took_s(self) -> float:
        return self.ended_s - self.began_s


class Connection:
    """The protocol in a few lines: no retry, nothing that a library would do by itself."""

    def __init__(self, place: tuple[str, int], password: str, timeout_s: float = READS_S) -> None:
        self._socket = socket.create_connection(place, timeout=timeout_s)
        self._stream = self._socket.makefile("rb")
        try:
            self.ask("AUTH", password)
        except BaseException:
            self.close()
            raise

    @cached_property
    def server(self) -> str:
        """Return the address of the server behind the proxy."""
        said = dict(pair.split("=", 1) for pair in self.ask("CLIENT", "INFO").split())
        return said["laddr"].rpartition(":")[0]

    def ask(self, *words: str) -> str:
        """Return the reply to a command, that of several parts with spaces between.

        Raises:
            OSError: the connection is gone, or the server refuses.
        """
        parts = [f"${len(word.encode())}\r\n{word}\r\n" for word in words]
        self._socket.sendall("".join([f"*{len(parts)}\r\n", *parts]).encode())
        return self._reply()

    def _reply(self) -> str:
        head = self._stream.readline().decode()
        if not head.endswith("\r\n"):
            raise ConnectionResetError("closed")
        kind, rest = head[0], head[1:].strip()
        if kind == "-":
            raise OSError(rest)
        if kind == "*":
            return " ".join(self._reply() for _ in range(int(rest)))
        return self._stream.read(int(rest) + 2)[:-2].decode() if kind == "$" else rest

    def close(self) -> None:
        self._stream.close()
        self._socket.close()


@dataclass(frozen=True)
class Moment:
    """What the servers said at one time: who is named by whom, and who takes writes."""

    at_s: float
    named: dict[str, int]
    able: frozenset[str]


@dataclass
class Record:
    """What writers and the watch have seen so far."""

    writes: list[Write]
    moments: list[Moment]
    needed: int

    def of(self, kind: str) -> list[Write]:
        return [each for each in self.writes if each.kind == kind]

    def refused(self, kind: str) -> list[Write]:
        return [each for each in self.of(kind) if each.node is None]

    def first_s(self, kind: str, after_s: float, but: str = "") -> float:
        """Return when a writer was acknowledged first after a moment, by another node than one."""
        return next(
            each.ended_s
            for each in self.of(kind)
            if each.ended_s > after_s and each.node not in (None, but)
        )

    def returned_s(self, after_s: float, old: str) -> float:
        """Return when another master was there for everybody: named by a majority, and able."""
        return next(
            each.at_s
            for each in self.moments
            if each.at_s > after_s
            and any(name != old and each.named.get(name, 0) >= self.needed for name in each.able)
        )

    def last_named_s(self, name: str, after_s: float) -> float:
        """Return when a majority named a node for the last time."""
        return max(
            (each.at_s for each in self.moments if each.named.get(name, 0) >= self.needed),
            default=after_s,
        )

    def both(self) -> list[Write]:
        """Return the writes that a node acknowledged after a later master had begun to."""
        told = sorted((each for each in self.writes if each.node), key=lambda each: each.ended_s)
        masters = list(dict.fromkeys(each.node for each in told))
        first_s = {name: next(e.ended_s for e in told if e.node == name) for name in masters}
        return [
            each
            for each in told
            for later in masters[masters.index(each.node) + 1 :]
            if each.began_s > first_s[later]
        ]


@contextmanager
def reached(environment: Environment) -> Iterator[tuple[str, int]]:
    """Make the proxy reachable from this machine."""
    (node,) = environment.nodes_with("proxy")
    port = environment.topology.table(Proxy).port
    with node.forwarded(proxy.address(node), port) as place:
        yield place


@contextmanager
def writing(environment: Environment) -> Iterator[Record]:
    """Write through the proxy in both ways, and watch the servers, until the block ends."""
    record = Record([], [], proxy.majority(environment.topology))
    ended = Event()
    with reached(environment) as place, watched(environment, record), ExitStack() as after:
        for work in (_write_kept, _write_new):
            after.enter_context(_thread(work, environment, place, record, ended))
        after.callback(ended.set)
        pause_until(now_s() + SEEN_S)
        yield record
        pause_until(now_s() + SEEN_S)


def _write_new(
    environment: Environment, place: tuple[str, int], record: Record, ended: Event
) -> None:
    while not ended.wait(EVERY_S):
        began_s = now_s()
        try:
            with closing(Connection(place, environment.secrets.redis)) as connection:
                _write(environment, connection, NEW, began_s, record)
        except OSError as error:
            record.writes.append(Write(NEW, began_s, now_s(), None, str(error)))


def _write_kept(
    environment: Environment, place: tuple[str, int], record: Record, ended: Event
) -> None:
    while not ended.wait(EVERY_S):
        began_s = now_s()
        try:
            with closing(Connection(place, environment.secrets.redis)) as connection:
                while not ended.wait(EVERY_S):
                    began_s = now_s()
                    _write(environment, connection, KEPT, began_s, record)
        except OSError as error:
            record.writes.append(Write(KEPT, began_s, now_s(), None, str(error)))


def _write(
    environment: Environment, connection: Connection, kind: str, began_s: float, record: Record
) -> None:
    connection.ask("SET", KEY, str(began_s), "EX", "60")
    ended_s = now_s()
    node = environment.node_at(connection.server)
    record.writes.append(Write(kind, began_s, ended_s, node.name if node else connection.server))


@contextmanager
def watched(environment: Environment, record: Record) -> Iterator[None]:
    """Ask every Redis and every Sentinel all the time, each over a connection of its own."""
    topology, secrets = environment.topology, environment.secrets
    named = ("SENTINEL", "GET-MASTER-ADDR-BY-NAME", topology.sentinel.master_name)
    asked = [
        *(
            (node, topology.redis.port, secrets.redis, ("INFO", "replication"))
            for node in environment.redis_nodes
        ),
        *(
            (node, port, secrets.sentinel, named)
            for node in environment.sentinel_nodes
            for port in node.spec.sentinels
        ),
    ]
    said: dict[tuple[str, int], str] = {}
    ended = Event()
    with ExitStack() as after:
        for node, port, password, words in asked:
            arguments = ((node.address, port), password, words, said, ended)
            after.enter_context(_thread(_ask_on, *arguments))
        after.enter_context(_thread(_note, environment, said, record, ended))
        after.callback(ended.set)
        yield


@contextmanager
def _thread(work: Callable[..., None], *arguments: object) -> Iterator[None]:
    thread = Thread(target=work, args=arguments)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def _ask_on(
    place: tuple[str, int],
    password: str,
    words: tuple[str, ...],
    said: dict[tuple[str, int], str],
    ended: Event,
) -> None:
    """Keep what one server says now; one that is silent says nothing."""
    while not ended.wait(LOOK_S):
        try:
            with closing(Connection(place, password, SILENT_S)) as connection:
                while not ended.wait(LOOK_S):
                    said[place] = connection.ask(*words)
        except OSError:
            said.pop(place, None)


def _note(
    environment: Environment, said: dict[tuple[str, int], str], record: Record, ended: Event
) -> None:
    port, need = environment.topology.redis.port, environment.topology.redis.min_replicas_to_write
    servers = {node.address: node.name for node in environment.redis_nodes}
    while not ended.wait(LOOK_S):
        told = dict(said)
        votes = Counter(
            servers[text.split()[0]] for (_, where), text in told.items() if where != port
        )
        able = {
            servers[address]
            for (address, where), text in told.items()
            if where == port
            and "role:master" in text
            and not (need and "min_slaves_good_slaves:0" in text)
        }
        record.moments.append(Moment(now_s(), dict(votes), frozenset(able)))
