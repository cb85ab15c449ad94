"""Turns on this machine: what measures time has it alone, everything else shares it.

Checks run side by side because most of their time is waiting; a drill that did so would measure
the others' work. The locks are files, so that every process of a checkout sees them.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from redis_ha import state
from redis_ha.wait import wait_until

TURN_S = 900
"""How long others may have the machine: a test of machines that are emulated."""
LOOK_S = 0.02


@dataclass(frozen=True)
class Turn:
    """The machine, alone or shared."""

    descriptor: int

    def share(self) -> None:
        """Let others work from now on: what is measured is over."""
        fcntl.flock(self.descriptor, fcntl.LOCK_SH)


@contextmanager
def shared() -> Iterator[Turn]:
    """Work while nobody measures."""
    with _turn(fcntl.LOCK_SH) as turn:
        yield turn


@contextmanager
def alone() -> Iterator[Turn]:
    """Measure while nobody else works."""
    with _turn(fcntl.LOCK_EX) as turn:
        yield turn


@contextmanager
def _turn(kind: int) -> Iterator[Turn]:
    """Hold the machine; who waits for it keeps those who came later from getting it first.

    Raises:
        TimedOut: others held it for too long.
    """
    with _opened("queue") as queue, _opened("machine") as machine:
        _lock(queue, fcntl.LOCK_EX)
        _lock(machine, kind)
        fcntl.flock(queue, fcntl.LOCK_UN)
        yield Turn(machine)


@contextmanager
def _opened(name: str) -> Iterator[int]:
    """Open a lock's file; what is held of it ends when it is closed."""
    folder = state.STATE / "turns"
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _lock(descriptor: int, kind: int) -> None:
    wait_until(
        lambda: _try(descriptor, kind),
        what="a turn on this machine, among the other checks",
        timeout_s=TURN_S,
        interval_s=LOOK_S,
    )


def _try(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
