"""The process that writes and reads during a drill; `Workload` starts and ends it.

It reads its orders as one line of JSON from standard input, so that no password stands in argv,
writes the history file, and ends with the end of its standard input.
"""

import csv
import json
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import IO

import redis
from pydantic import TypeAdapter

from redis_ha.measure.clients import CONFIRMED, KINDS, ClientSettings, NoMaster, WritingClient
from redis_ha.measure.history import COLUMNS, READER, Operation, Outcome, to_row
from redis_ha.measure.program import RunningProgram, Task
from redis_ha.measure.visits import Visits
from redis_ha.measure.witnesses import Witness
from redis_ha.services import refusals
from redis_ha.wait import now_s, ticks

KEPT_S = 3600
"""When Redis forgets what a drill wrote, should the drill not come to it."""
CONFIRM_MS = 100
"""How long a confirmed write waits for its replicas."""
BACK_OFF_S = 0.01
"""How long a client leaves everybody alone after a failure."""
FLUSH_S = 0.05


@dataclass(frozen=True)
class WriterOrders:
    """Orders for one writer.

    Args:
        client: its name, KIND-NUMBER.
        site: what it can reach.
        rate_per_s: how many writes it begins in a second.
        confirmations: how many replicas have to have a write before it counts (WAIT).
    """

    client: str
    site: ClientSettings
    rate_per_s: float
    confirmations: int = 0


@dataclass(frozen=True)
class Orders:
    """What the process is to do.

    Args:
        prefix: what the keys of this drill begin with.
        reads_per_s: how often the reader looks, at each node in turn.
        visits: what visitors of web nodes are to do.
        witnesses: what clients that others wrote are to do.
    """

    prefix: str
    history: str
    writers: tuple[WriterOrders, ...]
    site: ClientSettings
    reads_per_s: float
    visits: tuple[Visits, ...] = ()
    witnesses: tuple[Witness, ...] = ()

    @property
    def programs(self) -> tuple[Task, ...]:
        """Return what programs of their own are to do."""
        return (*self.visits, *self.witnesses)


ORDERS = TypeAdapter(Orders)


class Worker:
    """The writers and the reader of one drill, each a thread.

    Args:
        give_up: takes why this cannot go on.
    """

    def __init__(self, orders: Orders, give_up: Callable[[str], object] = sys.exit) -> None:
        self._orders, self._give_up = orders, give_up
        self._done = threading.Event()
        self._ended = threading.Event()
        self._operations: deque[Operation] = deque()
        self._recent: deque[str] = deque(maxlen=1)

    def run(self, until: IO[str]) -> None:
        """Work until the end of `until`."""
        threads = [
            threading.Thread(target=partial(self._write, writer)) for writer in self._orders.writers
        ]
        threads.append(threading.Thread(target=self._read))
        threads += [
            threading.Thread(target=partial(self._start, task)) for task in self._orders.programs
        ]
        keeper = threading.Thread(target=self._keep)
        for thread in (*threads, keeper):
            thread.start()
        until.read()
        self._done.set()
        for thread in threads:
            thread.join()
        self._ended.set()
        keeper.join()

    def _write(self, writer: WriterOrders) -> None:
        kind = writer.client.rpartition("-")[0]
        client = KINDS[kind](writer.site)
        prefix = f"{self._orders.prefix}:{writer.client}"
        for number, _ in enumerate(ticks(1 / writer.rate_per_s)):
            if self._done.is_set():
                break
            key, invoked_s = f"{prefix}:{number}", now_s()
            outcome, error = attempt(client, key, writer.confirmations)
            operation = Operation(
                client=writer.client,
                key=key,
                invoked_s=invoked_s,
                ended_s=now_s(),
                outcome=outcome,
                node=client.node,
                error=error,
            )
            self._operations.append(operation)
            if not operation.acknowledged:
                client.failed()
                self._done.wait(BACK_OFF_S)
            elif kind == CONFIRMED:
                self._recent.append(key)

    def _start(self, task: Task) -> None:
        program = RunningProgram(task, self._orders.prefix, self._operations.append)
        if why := program.run(self._done):
            self._give_up(why)

    def _read(self) -> None:
        """Look for the write that was acknowledged last, at each node in turn."""
        site = self._orders.site
        nodes = cycle([(name, site.connect(address)) for name, address in site.nodes.items()])
        for _ in ticks(1 / self._orders.reads_per_s):
            if self._done.is_set():
                break
            if self._recent:
                self._operations.append(_look(*next(nodes), self._recent[-1]))

    def _keep(self) -> None:
        """Write down what was done, in the background."""
        with Path(self._orders.history).open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(COLUMNS)
            ended = False
            while not ended:
                ended = self._ended.wait(FLUSH_S)
                rows.writerows(to_row(each) for each in self._taken())
                file.flush()

    def _taken(self) -> Iterable[Operation]:
        while self._operations:
            yield self._operations.popleft()


def attempt(client: WritingClient, key: str, confirmations: int) -> tuple[Outcome, str | None]:
    """Store a key once and say what is known of it."""
    try:
        stored, confirmed = confirmed_set(client.get(), key, confirmations)
    except NoMaster as nobody:
        return Outcome.FAILED, str(nobody)
    except redis.RedisError as error:
        stored, confirmed = error, 0
    if isinstance(stored, redis.RedisError):  # READONLY, NOREPLICAS, MISCONF, … or no answer
        if reply := refusals.reply_of(stored):
            return Outcome.FAILED, reply
        return Outcome.INDETERMINATE, type(stored).__name__
    if confirmed < confirmations:
        return Outcome.INDETERMINATE, f"confirmed by {confirmed} of {confirmations} replicas"
    return Outcome.ACKNOWLEDGED, None


def confirmed_set(client: redis.Redis, key: str, confirmations: int) -> tuple[object, int]:
    """Return the answer to SET and how many replicas have confirmed it."""
    if not confirmations:
        return client.set(key, key, ex=KEPT_S), 0
    pipeline = client.pipeline(transaction=False)
    pipeline.set(key, key, ex=KEPT_S)
    pipeline.wait(confirmations, CONFIRM_MS)
    stored, confirmed = pipeline.execute(raise_on_error=False)
    return stored, confirmed if isinstance(confirmed, int) else 0


def _look(node: str, client: redis.Redis, key: str) -> Operation:
    invoked_s = now_s()
    error = None
    try:
        outcome = Outcome.FRESH if client.get(key) == key else Outcome.STALE
    except redis.RedisError as failure:
        outcome, error = Outcome.FAILED, type(failure).__name__
    return Operation(
        client=f"{READER}-1",
        key=key,
        invoked_s=invoked_s,
        ended_s=now_s(),
        outcome=outcome,
        node=node,
        error=error,
    )


def main() -> None:
    """Take the orders from standard input and work."""
    Worker(ORDERS.validate_python(json.loads(sys.stdin.readline())), _end).run(sys.stdin)


def _end(why: str) -> None:
    """End the process from any of its threads."""
    sys.stderr.write(f"{why}\n")
    sys.stderr.flush()
    os._exit(1)


if __name__ == "__main__":
    main()
