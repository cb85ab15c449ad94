"""The load of a drill: several kinds of writers and a reader, in a process of their own."""

import gzip
import json
import secrets
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Lock
from typing import IO, Self

from redis_ha.errors import RedisHaError, TimedOut
from redis_ha.measure import steady
from redis_ha.measure.history import History, Operation
from redis_ha.measure.load import READS_PER_S, site, writers
from redis_ha.measure.visits import ALL, Visits
from redis_ha.measure.witnesses import Witness
from redis_ha.measure.worker import ORDERS, Orders
from redis_ha.nodes.environment import Environment
from redis_ha.render import PROJECT
from redis_ha.services import refusals
from redis_ha.wait import now_s, wait_until

COMMAND = (sys.executable, "-m", "redis_ha.measure.worker")
ENDS_S = 15
STEADY_S = 15
SITE_STEADY_S = 60
"""The same for a TYPO3 site, whose visitors all log in first."""


class Workload:
    """Writes and reads until it is left, as a context manager.

    Args:
        history_file: where the operations are written down, as CSV; compressed in the end.
        confirmations: how many replicas confirm a careful client's write; by default as many as
            the inventory's `min_replicas_to_write`.
        share: of the full load, see `load.pace`.
        visits: what visitors of web nodes do besides, see `web_visitors.orders`.
        witnesses: what clients that others wrote do, see `runtimes.witnesses_of`.
    """

    def __init__(
        self,
        environment: Environment,
        history_file: Path,
        *,
        sides: Sequence[Sequence[str]] = (),
        confirmations: int | None = None,
        share: float = 1.0,
        visits: Sequence[Visits] = (),
        witnesses: Sequence[Witness] = (),
    ) -> None:
        if confirmations is None:
            confirmations = environment.topology.redis.min_replicas_to_write
        self.history = History()
        self.prefix = f"redis-ha:drill:{secrets.token_hex(4)}"
        self._file = history_file
        self._orders = Orders(
            prefix=self.prefix,
            history=str(history_file),
            writers=writers(environment, sides, confirmations, share),
            site=site(environment),
            reads_per_s=READS_PER_S * share,
            visits=tuple(visits),
            witnesses=tuple(witnesses),
        )
        self._process: subprocess.Popen[str] | None = None
        self._seen_bytes = 0
        self._looking = Lock()

    def __enter__(self) -> Self:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.touch()
        # A group of its own: Ctrl-C is for the drill, which then ends this in its own time.
        self._process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            process_group=0,
            cwd=PROJECT,
        )
        orders = json.dumps(ORDERS.dump_python(self._orders, mode="json"))
        with suppress(BrokenPipeError):  # one that has ended already is found by `steady`
            self._input.write(f"{orders}\n")
            self._input.flush()
        return self

    def __exit__(self, *error: object) -> None:
        process = self._running
        try:
            process.communicate(timeout=ENDS_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        self.look()
        self._compress()

    def look(self) -> History:
        """Return the history with everything that is written down by now; for any thread."""
        with self._looking:
            if self._file.exists():  # else it is packed: everything was read
                self._read_on()
        return self.history

    def _read_on(self) -> None:
        with self._file.open("rb") as file:
            file.seek(self._seen_bytes)
            whole, newline, _ = file.read().rpartition(b"\n")
        self._seen_bytes += len(whole + newline)
        self.history.read(whole.decode().splitlines())

    def steady(self) -> None:
        """Wait until every kind of client has written, from now on.

        Raises:
            TimedOut: one has not; nothing can be said of a drill then. The message has what the
                last write was told that a server refused.
        """
        before, since_s = len(self.look()), now_s()

        def fewest() -> int:
            self._check()
            return steady.fewest(History(list(self.look())[before:]), self._orders)

        wait_until(
            fewest,
            accept=lambda count: count >= steady.WRITES,
            show=lambda count: (
                f"{count} of the kind of client with the fewest"
                f"{last_failure(self.history, since_s)}"
            ),
            what=f"{steady.WRITES} acknowledged writes of every kind of client",
            timeout_s=SITE_STEADY_S
            if any(each.typo3 for each in self._orders.visits)
            else STEADY_S,
        )

    def returned(self, since_s: float, timeout_s: float) -> None:
        """Wait until each client that others wrote has written again, for a while and no longer."""
        deadline_s = now_s() + timeout_s
        for each in self._orders.witnesses:
            self.seen(
                partial(History.acknowledged_after, after_s=since_s, kinds={each.kind}),
                f"a write of {each.kind}",
                max(0.0, deadline_s - now_s()),
            )

    def seen(
        self, find: Callable[[History], Operation | None], what: str, timeout_s: float
    ) -> Operation | None:
        """Wait for an operation; None when it does not come in time.

        Raises:
            RedisHaError: the writers ended by themselves; the message has why.
        """

        def found() -> Operation | None:
            self._check()
            return find(self.look())

        try:
            return wait_until(found, what=what, timeout_s=timeout_s)
        except TimedOut:
            return None

    @property
    def _running(self) -> subprocess.Popen[str]:
        if self._process is None:
            raise RuntimeError("the workload is not entered")
        return self._process

    @property
    def _input(self) -> IO[str]:
        if self._running.stdin is None:
            raise RuntimeError("the workload has no input")
        return self._running.stdin

    def _check(self) -> None:
        if self._running.poll() is not None:
            said = self._running.stderr.read() if self._running.stderr else ""
            last = (said.strip().splitlines() or ["it says nothing"])[-1]
            raise RedisHaError(f"the writers ended by themselves: {last}")

    def _compress(self) -> None:
        packed = self._file.with_name(f"{self._file.name}.gz")
        with gzip.open(packed, "wb", compresslevel=3) as target:
            target.write(self._file.read_bytes())
        with self._looking:
            self._file.unlink()


def last_failure(history: History, since_s: float) -> str:
    """Say in words what the last write was told that failed; nothing where none did."""
    last = history.last_failure(since_s)
    if last is None:
        return ""
    if last.kind in ALL:
        return f"; the last page of {last.kind} failed: {last.error}"
    if last.refused:
        return f"; {refusals.error(str(last.node), 'SET', str(last.error))}"
    return f"; the last write failed: {last.error}"
