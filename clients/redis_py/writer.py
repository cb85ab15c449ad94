"""Writes through the Sentinels with redis-py's `master_for` as it comes, for a drill.

Its orders are a line of JSON on standard input, which also has questions for its clock; it prints
a row for each write and ends with the end of its input. `--about` prints what it is.
"""

import json
import platform
import sys
import threading
import time
from typing import Any

import redis
from redis.sentinel import MasterNotFoundError, Sentinel

KEPT_S = 3600
SAYING = threading.Lock()


def say(row: object) -> None:
    """Print a line at once."""
    with SAYING:
        sys.stdout.write(f"{json.dumps(row)}\n")
        sys.stdout.flush()


class Writer:
    """One client, as an application has it."""

    def __init__(self, orders: dict[str, Any]) -> None:
        self._orders = orders
        asked: Any = Sentinel
        sentinel = asked(
            [tuple(each) for each in orders["sentinels"]],
            sentinel_kwargs={"password": orders["sentinel_password"]},
        )
        self._client = sentinel.master_for(
            orders["master_name"], password=orders["redis_password"], **orders["options"]
        )

    def write_on(self, is_over: threading.Event) -> None:
        """Begin a write so many times a second; after a slow one the missed turns are left out."""
        number, due_s = 0, time.monotonic()
        while not is_over.wait(max(0.0, due_s - time.monotonic())):
            due_s = max(due_s + 1 / self._orders["rate_per_s"], time.monotonic())
            self._write(f"{self._orders['prefix']}:{self._orders['client']}:{number}")
            number += 1

    def _write(self, key: str) -> None:
        outcome, error, begun_s = "acknowledged", "", time.monotonic()
        try:
            self._client.set(key, key, ex=KEPT_S)
        except MasterNotFoundError:
            outcome, error = "failed", "no master"
        except redis.ResponseError as refused:
            outcome, error = "failed", str(refused)
        except (redis.RedisError, OSError) as failure:
            outcome, error = "indeterminate", type(failure).__name__
        ended_s = time.monotonic()
        say([self._orders["client"], key, begun_s, ended_s, outcome, self._node(), error])

    def _node(self) -> str:
        """Return the address that its connections lead to."""
        address = self._client.connection_pool.proxy.master_address
        return str(address[0]) if address else ""


def main() -> None:
    """Answer questions for the clock, and write once there are orders."""
    if "--about" in sys.argv:
        runtime = f"Python {platform.python_version()}"
        say({"client": f"redis-py {redis.__version__}", "runtime": runtime})
        return
    is_over, writing = threading.Event(), list[threading.Thread]()
    for line in sys.stdin:
        word, _, name = line.strip().partition(" ")
        if word == "clock":
            say({"clock": name, "at_s": time.monotonic()})
        elif line.strip():
            writer = Writer(json.loads(line))
            writing.append(threading.Thread(target=writer.write_on, args=(is_over,), daemon=True))
            writing[-1].start()
    is_over.set()
    for thread in writing:
        thread.join(timeout=10)


if __name__ == "__main__":
    main()
