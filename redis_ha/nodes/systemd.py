"""The services of a node that systemd keeps."""

from contextlib import AbstractContextManager
from math import ceil
from typing import Protocol

from redis_ha.nodes import is_stopped, last_words
from redis_ha.nodes.last_words import AskedNode
from redis_ha.nodes.scripts import Runs, uploaded
from redis_ha.roles.process import STOPS_S, Processes
from redis_ha.wait import last_seen, now_s

HOLD_DOWN = "provision/common/hold-down.sh"
SIGNAL = "provision/faults/signal.sh"
KILLED = "timed out. Killing"
LINES = 200
STARTS = "activating"
RUNS = ("active", STARTS, "reloading")
"""The states of a unit whose process is there; one that loads its data is about to be active."""
TRIES_S = 5
"""How long systemd tries to start a unit anew that ends at once, at most."""


class Machine(Runs, AskedNode, Protocol):
    """The node, as far as its units ask it."""


class SystemdUnits:
    """Controls the units of a node's processes through `systemctl`."""

    def __init__(self, node: Machine, processes: Processes) -> None:
        self._node, self._processes = node, processes

    def start(self, unit: str) -> None:
        self._hold_down("off", unit)
        with self._told(unit):
            self._systemctl("start", unit)

    def restart(self, unit: str) -> bool:
        begun_s = now_s()
        with self._told(unit):
            self._systemctl("restart", unit)
        return now_s() - begun_s >= STOPS_S and self._was_killed(unit, now_s() - begun_s)

    def hold(self, unit: str) -> None:
        self._hold_down("on", unit)

    def kill(self, *units: str) -> float:
        return self._signal("KILL", units)

    def pause(self, *units: str) -> float:
        return self._signal("STOP", units)

    def resume(self, unit: str) -> None:
        words = ("systemctl", "kill", "--kill-whom=main", "--signal=CONT", self._name(unit))
        done = self._node.run(*words, sudo=True, check=False)
        if not done.ok and self.is_active(unit):
            done.checked(self._node.name)

    def is_active(self, unit: str) -> bool:
        return self._state(unit) in RUNS

    def obstacle(self, unit: str) -> str:
        """Return nothing, once systemd has done with trying: the journal has what it knows."""
        last_seen(lambda: self._state(unit), accept=lambda now: now != STARTS, timeout_s=TRIES_S)
        return ""

    def pid(self, unit: str) -> int:
        asked = ("systemctl", "show", "--property=MainPID", "--value", self._name(unit))
        return int(self._node.run(*asked).stdout)

    def is_paused(self, unit: str) -> bool:
        stat = f"/proc/{self.pid(unit)}/stat"
        return is_stopped(self._node.run("cat", stat, check=False).stdout)

    def log_command(self, unit: str, lines: int, *, follow: bool) -> tuple[str, ...]:
        # The journal knows no aliases: it is asked for every name that the unit may have.
        units = [f"--unit={name}" for name in sorted(self._processes.named(unit).units)]
        words = ("journalctl", "--output=cat", f"--lines={lines}", *units)
        return ("sudo", "-n", *words, *(["--follow"] if follow else []))

    def _state(self, unit: str) -> str:
        asked = ("systemctl", "is-active", self._name(unit))
        return self._node.run(*asked, check=False).stdout.strip()

    def _told(self, unit: str) -> AbstractContextManager[None]:
        return last_words.told(self._node, self, self._processes.named(unit))

    def _signal(self, name: str, units: tuple[str, ...]) -> float:
        with uploaded(self._node, SIGNAL) as script:
            return script.strike(name, *map(self._name, units))

    def _systemctl(self, verb: str, unit: str) -> None:
        self._node.run("systemctl", verb, self._name(unit), sudo=True)

    def _was_killed(self, unit: str, within_s: float) -> bool:
        """Say whether systemd had to end a unit with SIGKILL, by its own line in the journal."""
        since = f"--since=-{ceil(within_s) + 1}s"
        said = self._node.run(*self.log_command(unit, LINES, follow=False), since, check=False)
        return KILLED in said.stdout

    def _hold_down(self, word: str, unit: str) -> None:
        """Prevent, or allow again, that systemd restarts a killed service (`Restart=always`)."""
        with uploaded(self._node, HOLD_DOWN) as script:
            script.run(word, self._name(unit))

    def _name(self, unit: str) -> str:
        """Return the name that systemd knows a process by."""
        return self._processes.named(unit).unit
