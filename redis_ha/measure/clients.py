"""Clients as applications have them: careful ones that ask the Sentinels, and others."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import redis

from redis_ha.measure.history import NO_MASTER
from redis_ha.services import refusals
from redis_ha.services.client import ask, connect
from redis_ha.services.sentinel import SentinelClient

TIMEOUT_S = 0.25
"""How long a careful client waits for one answer, of a Sentinel or of Redis."""
NAIVE_TIMEOUT_S = 5.0
"""How long a naive one does: most applications never thought of it."""


@dataclass(frozen=True)
class ClientSettings:
    """What a client is configured with, and nothing that it could not know.

    Args:
        nodes: the address of every Redis by its name.
        sentinels: address and port of every Sentinel.
    """

    nodes: dict[str, str]
    port: int
    sentinels: tuple[tuple[str, int], ...]
    master_name: str
    redis_password: str
    sentinel_password: str

    def connect(self, address: str, timeout_s: float = TIMEOUT_S) -> redis.Redis:
        """Return a connection to the Redis at an address; it is made when it is used."""
        return connect(address, self.port, self.redis_password, timeout_s, name=None)

    def name_at(self, address: str) -> str | None:
        """Return the name of the node with this address."""
        return next((name for name, known in self.nodes.items() if known == address), None)


class NoMaster(Exception):
    """The client knows no node that it may write to.

    Args:
        reply: of the node that it was sent to, where that refuses to say whether it is one.
    """

    def __init__(self, reply: str | None = None) -> None:
        super().__init__(reply or NO_MASTER)


class WritingClient(Protocol):
    """Finds the node to write to, each kind in its way.

    Args:
        node: the name of the node that it uses, or used last.
    """

    node: str | None

    def get(self) -> redis.Redis:
        """Return a connection to the node to write to.

        Raises:
            NoMaster: there is none at the moment.
        """

    def failed(self) -> None:
        """Take note that the last operation failed."""


class SentinelAware:
    """Asks the Sentinels, checks the role of the node it was sent to, and asks anew on failure.

    The Sentinel that sent it there is asked last then: one that is cut off together with the old
    master names that one for as long as the cut lasts.
    """

    def __init__(self, site: ClientSettings) -> None:
        self._site = site
        self._client: redis.Redis | None = None
        self._sentinels = deque(
            SentinelClient(
                connect(address, port, site.sentinel_password, TIMEOUT_S, name=None),
                site.master_name,
                f"Sentinel {address}:{port}",
            )
            for address, port in site.sentinels
        )
        self.node: str | None = None

    def get(self) -> redis.Redis:
        self._client = self._client or self._find()
        return self._client

    def failed(self) -> None:
        if self._client is not None:
            self._client.close()
            self._sentinels.rotate(-1)
        self._client = None

    def _find(self) -> redis.Redis:
        """Connect to the master; the Sentinel that names it stands first from now on."""
        refusal = NoMaster()
        for _ in range(len(self._sentinels)):
            if name := self._named_by(self._sentinels[0]):
                try:
                    return self._checked(name)
                except NoMaster as refused:
                    refusal = refused
            self._sentinels.rotate(-1)
        raise refusal

    def _checked(self, name: str) -> redis.Redis:
        """Connect to the node that is said to be master.

        Raises:
            NoMaster: it is none, or does not say.
        """
        client, self.node = self._site.connect(self._site.nodes[name]), name
        reply = None
        try:
            if says_master(client):
                return client
        except redis.RedisError as failure:
            reply = refusals.reply_of(failure)
        client.close()
        raise NoMaster(reply)

    def _named_by(self, sentinel: SentinelClient) -> str | None:
        """Return what a Sentinel names as master, if this client can get there."""
        try:
            address = sentinel.address()
        except redis.RedisError:
            return None
        return self._site.name_at(address[0]) if address else None


class RoleLooking:
    """Asks the nodes themselves who is master, and does without Sentinels."""

    def __init__(self, site: ClientSettings) -> None:
        self._site = site
        self._clients = {name: site.connect(address) for name, address in site.nodes.items()}
        self._found = False
        self.node: str | None = None

    def get(self) -> redis.Redis:
        if not self._found:
            self.node = self._find()
            self._found = True
        return self._clients[str(self.node)]

    def failed(self) -> None:
        self._found = False

    def _find(self) -> str:
        # The one that just failed is asked last: it may still call itself master.
        for name in sorted(self._clients, key=lambda name: name == self.node):
            if is_master(self._clients[name]):
                return name
        raise NoMaster


class Naive:
    """Stays on the node that was master when it started, whatever happens."""

    def __init__(self, site: ClientSettings) -> None:
        first = SentinelAware(site)
        first.get()
        self.node = first.node
        first.failed()
        self._client = site.connect(site.nodes[str(self.node)], NAIVE_TIMEOUT_S)

    def get(self) -> redis.Redis:
        return self._client

    def failed(self) -> None:
        """It tries the same node again."""


def is_master(client: redis.Redis) -> bool:
    """Say whether a node answers and says that it is master."""
    try:
        return says_master(client)
    except redis.RedisError:
        return False


def says_master(client: redis.Redis) -> bool:
    """Say whether a node says that it is master.

    Raises:
        redis.RedisError: it says nothing, or refuses to.
    """
    return bool(ask(client, "ROLE")[0] == "master")


CONFIRMED = "sentinel"
"""The kind that verdicts go by: Sentinel-aware, and a write counts once replicas confirm it."""
NAIVE = "naive"
"""The kind that no verdict goes by: it waits 5 s for an answer, and a master that was hung answers
what had waited before it looks at its replicas again."""
KINDS: dict[str, Callable[[ClientSettings], WritingClient]] = {
    CONFIRMED: SentinelAware,
    "unconfirmed": SentinelAware,
    NAIVE: Naive,
    "role": RoleLooking,
}
