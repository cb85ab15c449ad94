"""The services of a node that systemd keeps."""

from redis_ha.nodes.scripts import Runs, uploaded
from redis_ha.roles.process import Processes

HOLD_DOWN = "provision/common/hold-down.sh"
SIGNAL = "provision/faults/signal.sh"


class SystemdUnits:
    """Controls the units of a node's processes through `systemctl`."""

    def __init__(self, node: Runs, processes: Processes) -> None:
        self._node, self._processes = node, processes

    def start(self, unit: str) -> None:
        self._hold_down("off", unit)
        self._systemctl("start", unit)

    def restart(self, unit: str) -> None:
        self._systemctl("restart", unit)

    def hold(self, unit: str) -> None:
        self._hold_down("on", unit)

    def kill(self, *units: str) -> float:
        return self._signal("KILL", units)

    def pause(self, *units: str) -> float:
        return self._signal("STOP", units)

    def resume(self, unit: str) -> None:
        self._systemctl("kill", "--kill-whom=main", "--signal=CONT", unit)

    def is_active(self, unit: str) -> bool:
        asked = ("systemctl", "is-active", "--quiet", self._name(unit))
        return self._node.run(*asked, check=False).ok

    def log_command(self, unit: str, lines: int, *, follow: bool) -> tuple[str, ...]:
        # The journal knows no aliases: it is asked for every name that the unit may have.
        units = [f"--unit={name}" for name in sorted(self._processes.named(unit).units)]
        words = ("journalctl", "--output=cat", f"--lines={lines}", *units)
        return ("sudo", "-n", *words, *(["--follow"] if follow else []))

    def _signal(self, name: str, units: tuple[str, ...]) -> float:
        with uploaded(self._node, SIGNAL) as script:
            return script.strike(name, *map(self._name, units))

    def _systemctl(self, verb: str, *words: str) -> None:
        *flags, unit = words
        self._node.run("systemctl", verb, *flags, self._name(unit), sudo=True)

    def _hold_down(self, word: str, unit: str) -> None:
        """Prevent, or allow again, that systemd restarts a killed service (`Restart=always`)."""
        with uploaded(self._node, HOLD_DOWN) as script:
            script.run(word, self._name(unit))

    def _name(self, unit: str) -> str:
        """Return the name that systemd knows a process by."""
        return self._processes.named(unit).unit
