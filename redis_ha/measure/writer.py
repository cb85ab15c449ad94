"""A writer as a careful application would be: it asks the Sentinels and checks the role."""

import secrets
import threading
from types import TracebackType
from typing import Self

import redis

from redis_ha.errors import TimedOut
from redis_ha.measure.history import History, Outcome, Write
from redis_ha.nodes.environment import Environment
from redis_ha.services.client import ask, connect
from redis_ha.services.sentinel import SentinelClient
from redis_ha.wait import now_s, ticks, wait_until

RATE_PER_S = 500
TIMEOUT_S = 0.25
"""How long it waits for one answer, of a Sentinel or of Redis."""
KEPT_S = 3600
"""When Redis forgets what a drill wrote, should the drill not come to it."""


class NoMaster(Exception):
    """No Sentinel names a node that says it is master."""


class MasterClient:
    """The connection to the present master, found anew after every failure."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._client: redis.Redis | None = None
        self._sentinels = [
            SentinelClient(
                connect(node.address, port, environment.secrets.sentinel, TIMEOUT_S),
                environment.topology.sentinel.master_name,
            )
            for node in environment.sentinel_nodes
            for port in node.spec.sentinels
        ]
        self.node: str | None = None

    def get(self) -> redis.Redis:
        """Return a connection to the master.

        Raises:
            NoMaster: there is none at the moment.
        """
        if self._client is None:
            self._client = self._find()
        return self._client

    def drop(self) -> None:
        """Forget the connection: the next `get` asks the Sentinels again."""
        if self._client is not None:
            self._client.close()
        self._client = None

    def _find(self) -> redis.Redis:
        for sentinel in self._sentinels:
            try:
                address = sentinel.address()
            except redis.RedisError:
                continue
            if address and (client := self._master_at(*address)):
                node = self._environment.node_at(address[0])
                self.node = node.name if node else address[0]
                return client
        raise NoMaster

    def _master_at(self, address: str, port: int) -> redis.Redis | None:
        """Return a connection if the node there itself says that it is master."""
        client = connect(address, port, self._environment.secrets.redis, TIMEOUT_S)
        try:
            role = ask(client, "ROLE")[0]
        except redis.RedisError:
            role = "unknown"
        if role == "master":
            return client
        client.close()
        return None


class Writer(threading.Thread):
    """Writes unique keys at a steady rate, as a context manager, until it is left."""

    def __init__(self, environment: Environment, rate_per_s: float = RATE_PER_S) -> None:
        super().__init__(name="writer", daemon=True)
        self.history = History()
        self._master = MasterClient(environment)
        self._interval_s = 1 / rate_per_s
        self._done = threading.Event()
        self.prefix = f"redis-ha:drill:{secrets.token_hex(4)}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        self.join()

    def run(self) -> None:
        for number, _ in enumerate(ticks(self._interval_s)):
            if self._done.is_set():
                break
            self.history.add(self._write(f"{self.prefix}:{number}"))

    def steady(self, writes: int = 200, timeout_s: float = 10) -> None:
        """Wait until this many writes were acknowledged.

        Raises:
            TimedOut: they were not; nothing can be said of a drill then.
        """
        wait_until(
            lambda: self.history.keys(Outcome.ACKNOWLEDGED),
            accept=lambda keys: len(keys) >= writes,
            show=lambda keys: f"{len(keys)} acknowledged of {len(self.history)}",
            what=f"{writes} acknowledged writes",
            timeout_s=timeout_s,
        )

    def steady_for(self, seconds: float) -> None:
        """Go on writing for this long."""
        self._done.wait(seconds)

    def recovered(self, old_master: str, since_s: float, timeout_s: float) -> Write | None:
        """Wait for the first write that another master acknowledges; None when none comes."""
        try:
            return wait_until(
                lambda: self.history.acknowledged_elsewhere(old_master, since_s),
                what="a write on a new master",
                timeout_s=timeout_s,
            )
        except TimedOut:
            return None

    def _write(self, key: str) -> Write:
        invoked_s = now_s()
        outcome, error = self._attempt(key)
        if outcome is not Outcome.ACKNOWLEDGED:
            self._master.drop()
        return Write(key, invoked_s, now_s(), outcome, self._master.node, error)

    def _attempt(self, key: str) -> tuple[Outcome, str | None]:
        try:
            self._master.get().set(key, key, ex=KEPT_S)
        except NoMaster:
            return Outcome.FAILED, "no master"
        except redis.ResponseError as error:  # READONLY, NOREPLICAS, LOADING, …
            return Outcome.FAILED, str(error)
        except redis.RedisError as error:
            return Outcome.INDETERMINATE, type(error).__name__
        return Outcome.ACKNOWLEDGED, None
