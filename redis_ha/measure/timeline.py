"""What Sentinels announce and nodes say of themselves, on the clock of the writes."""

import threading
from collections import deque
from functools import partial
from statistics import quantiles
from typing import Self

import redis

from redis_ha.measure.events import Event
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.services import refusals
from redis_ha.services.client import ask, connect
from redis_ha.wait import now_s, ticks

ROLE_INTERVAL_S = 0.02
LISTEN_S = 0.25
ANSWERS = 250
"""How many of a node's latest answers its ping time is taken from: those of 5 s."""


class Timeline:
    """Listens to every Sentinel and every Redis, as a context manager."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._events: list[Event] = []
        self._took: dict[str, deque[float]] = {
            node.name: deque(maxlen=ANSWERS) for node in environment.redis_nodes
        }
        self._done = threading.Event()
        self._threads = [
            *(
                threading.Thread(target=partial(self._listen, node, port), daemon=True)
                for node in environment.sentinel_nodes
                for port in node.spec.sentinels
            ),
            *(
                threading.Thread(target=partial(self._watch, node), daemon=True)
                for node in environment.redis_nodes
            ),
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()

    @property
    def events(self) -> list[Event]:
        """Return what was seen so far, in order of time."""
        return sorted(self._events[:], key=lambda event: event.at_s)

    def ping_s(self) -> float:
        """Return within which time every Redis answered nine of ten of the latest questions."""
        tenths = (quantiles(took, n=10) for took in map(list, self._took.values()) if len(took) > 1)
        return max((each[-1] for each in tenths), default=0.0)

    def _note(self, source: str, kind: str, detail: str) -> None:
        self._events.append(Event(now_s(), source, kind, detail))

    def _listen(self, node: Node, port: int) -> None:
        """Note a Sentinel's announcements; connect anew where it goes away."""
        password = self._environment.secrets.sentinel
        while not self._done.is_set():
            client = connect(node.address, port, password)
            try:
                channel = client.pubsub()  # type: ignore[no-untyped-call]
                channel.psubscribe("*")
                self._drain(channel, f"{node.name}:{port}")
            except redis.RedisError:
                self._done.wait(LISTEN_S)
            finally:
                client.close()

    def _drain(self, channel: redis.client.PubSub, source: str) -> None:
        while not self._done.is_set():
            message = channel.get_message(timeout=LISTEN_S)
            if message and message["type"] == "pmessage":
                self._note(source, message["channel"], message["data"])

    def _watch(self, node: Node) -> None:
        """Note each change of what a node says its role is."""
        port = self._environment.topology.redis.port
        client = connect(node.address, port, self._environment.secrets.redis, LISTEN_S)
        last = ""
        for _ in ticks(ROLE_INTERVAL_S):
            if self._done.is_set():
                break
            asked_s = now_s()
            try:
                role = ask(client, "ROLE")[0]
            except redis.RedisError as failure:
                role = "unknown" if refusals.reply_of(failure) else "down"
            self._took[node.name].append(now_s() - asked_s)
            if role != last:
                self._note(node.name, "role", role)
            last = role
        client.close()
