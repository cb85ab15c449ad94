"""The services of a node that systemd keeps."""

from redis_ha.nodes.scripts import Runs, uploaded

SERVICES = {
    "redis": "redis.service",
    "sentinel": "redis-sentinel.service",
    "commander": "redis-commander.service",
}
HOLD_DOWN = "provision/common/hold-down.sh"
SIGNAL = "provision/faults/signal.sh"


class SystemdUnits:
    """Controls units through `systemctl`."""

    def __init__(self, node: Runs) -> None:
        self._node = node

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
        return self._node.run("systemctl", "is-active", "--quiet", service(unit), check=False).ok

    def log_command(self, unit: str, lines: int, *, follow: bool) -> tuple[str, ...]:
        # The journal knows no aliases: it is asked for every name that the unit may have.
        names = {service(unit), service(unit).replace("redis.", "redis-server.")}
        units = [f"--unit={name}" for name in sorted(names)]
        words = ("journalctl", "--output=cat", f"--lines={lines}", *units)
        return ("sudo", "-n", *words, *(["--follow"] if follow else []))

    def _signal(self, name: str, units: tuple[str, ...]) -> float:
        with uploaded(self._node, SIGNAL) as script:
            return script.strike(name, *map(service, units))

    def _systemctl(self, verb: str, *words: str) -> None:
        *flags, unit = words
        self._node.run("systemctl", verb, *flags, service(unit), sudo=True)

    def _hold_down(self, word: str, unit: str) -> None:
        """Prevent, or allow again, that systemd restarts a killed service (`Restart=always`)."""
        with uploaded(self._node, HOLD_DOWN) as script:
            script.run(word, service(unit))


def service(unit: str) -> str:
    """Return the systemd name, one that Debian (as an alias) and Enterprise Linux share."""
    kind, _, port = unit.partition("-")
    if port:
        return f"redis-{kind}@{port}.service"
    return SERVICES[kind]
