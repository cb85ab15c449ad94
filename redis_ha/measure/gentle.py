"""Questions to a server that has more important things to do: it gets most of its time back."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Sequence
from typing import Any

import redis

from redis_ha.services.client import TIMEOUT_S
from redis_ha.wait import now_s, pause_until

SHARE = 0.08
"""How much of the server's time all questions together may take."""
PINGS = 10
REMEMBERED = 25
"""Questions of a kind that the next one is compared with."""
CHECKED = 50
"""After so many questions the server is asked for its processor's time."""
PROCESSOR = re.compile(r"used_cpu_(?:sys|user):([\d.]+)")
Command = tuple[str | int, ...]


class Gentle:
    """One connection to a server, which pauses after each question.

    The server's time is what passes until an answer begins, without the way there and back (the
    fastest PING): a server that is busy has others before us in that time, and gets a longer pause.
    What fits into one read of the server is answered after all of it has been worked on. Where
    most questions of a kind take longer than the fastest quarter, it is the machines that are slow
    to wake up, and the server has that time for others. No question costs more than all the time
    that the server has had from its processor since.
    """

    def __init__(self, client: redis.Redis, share: float = SHARE) -> None:
        self.busy_s = 0.0
        self._usual: dict[Any, deque[float]] = defaultdict(lambda: deque(maxlen=REMEMBERED))
        self._connection = client.connection_pool.get_connection()
        self._rest = 1 / share - 1
        self._free_s = self._began_s = 0.0
        self._way_s = 0.0
        self._asked, self._reckoned_s, self._factor = 0, 0.0, 1.0
        self._processor_s = self._processor()
        self._way_s = min(self._timed([("PING",)])[0] for _ in range(PINGS))

    def ask(self, *commands: Command) -> list[Any]:
        """Return what the server answers to commands that are sent together.

        Raises:
            redis.RedisError: it does not answer, or refuses one of them.
        """
        pause_until(self._free_s)
        waited_s, answers = self._timed(commands)
        self._rest_after(str(commands[0][0]), waited_s)
        self._asked += 1
        if self._asked % CHECKED == 0:
            self._check()
        return answers

    def _check(self) -> None:
        """See how much of what was reckoned the server can have spent at all."""
        then_s, self._processor_s = self._processor_s, self._processor()
        if self._reckoned_s:
            self._factor = min(1.0, (self._processor_s - then_s) / self._reckoned_s)
        self._reckoned_s = 0.0

    def _processor(self) -> float:
        """Return how much of its processor's time the server has had so far, for everything."""
        (told,) = self._timed([("INFO", "cpu")])[1]
        return sum(map(float, PROCESSOR.findall(str(told))))

    def _rest_after(self, kind: str, waited_s: float) -> None:
        usual = self._usual[kind]
        usual.append(waited_s)
        reckoned_s = sorted(usual)[len(usual) // 4]
        self._reckoned_s += reckoned_s
        busy_s = reckoned_s * self._factor
        self.busy_s += busy_s
        self._free_s = self._began_s + busy_s * self._rest

    def _timed(self, commands: Sequence[Command]) -> tuple[float, list[Any]]:
        connection = self._connection
        packed = connection.pack_commands(commands)  # type: ignore[no-untyped-call]
        sent_s = now_s()
        connection.send_packed_command(packed)  # type: ignore[no-untyped-call]
        if not connection.can_read(TIMEOUT_S):
            raise redis.TimeoutError("Timeout reading from socket")
        self._began_s = now_s()
        waited_s = max(0.0, self._began_s - sent_s - self._way_s)
        return waited_s, [connection.read_response() for _ in commands]
