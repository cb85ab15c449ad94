"""The supervisord of a local environment, spoken to over its own socket."""

import http.client
import signal
import xmlrpc.client
from collections.abc import Collection
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import SupervisorTransport

from redis_ha.errors import CommandFailed, ProviderError
from redis_ha.roles.process import STOPS_S
from redis_ha.wait import last_seen

RUNNING = "RUNNING"
TRIES_S = 15
"""How long it takes with a start at most."""
TOO_QUICKLY = "Exited too quickly"
"""What it says of a process that ended soon after its start."""
ALIVE = (RUNNING, "STARTING")
AT_IT = ("STARTING", "BACKOFF")
"""The states in which supervisord itself tries to start a process."""


class Supervisor:
    """Controls the processes behind one socket; a process is named `node:process`."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket

    def answers(self) -> bool:
        """Say whether the daemon runs and takes commands."""
        try:
            return self._state() == RUNNING
        except (ProviderError, CommandFailed):  # there is none, or it is about to end
            return False

    def _state(self) -> str:
        return str(self._call("getState")["statename"])

    def processes(self) -> dict[str, str]:
        """Return the state of every process: RUNNING, STOPPED, EXITED, FATAL and so on."""
        infos = self._call("getAllProcessInfo")
        return {f"{info['group']}:{info['name']}": info["statename"] for info in infos}

    def runs(self, process: str) -> bool:
        """Say whether a process runs, once supervisord itself has done with trying to start it."""
        state = last_seen(
            lambda: self.processes().get(process),
            accept=lambda now: now not in AT_IT,
            timeout_s=TRIES_S,
        )
        return state == RUNNING

    def pid(self, process: str) -> int:
        """Return the process id, 0 when it does not run."""
        return int(self._call("getProcessInfo", process)["pid"])

    def obstacle(self, process: str) -> str:
        """Return why it could not even be run; empty where it ran: its log has more."""
        said = str(self._call("getProcessInfo", process)["spawnerr"])
        return "" if said.startswith(TOO_QUICKLY) else said

    def start(self, process: str) -> None:
        """Start a process; does nothing when it runs.

        Raises:
            CommandFailed: it does not start.
        """
        if not self.runs(process):
            self._call("startProcess", process)

    def restart(self, process: str) -> bool:
        """Let a process save and end, then start it; say whether it had to be killed."""
        if self.processes()[process] == RUNNING:
            self.signal(process, signal.SIGTERM)
        lasting = self.lasting([process])
        for each in lasting:
            self.kill(each)
        self.start(process)
        return bool(lasting)

    def lasting(self, processes: Collection[str]) -> list[str]:
        """Return those that still run when the time is over in which they may end."""

        def running() -> list[str]:
            states = self.processes()
            return [name for name in processes if states[name] == RUNNING]

        return last_seen(running, accept=lambda left: not left, timeout_s=STOPS_S)

    def kill(self, process: str) -> None:
        """End a process with SIGKILL and leave it down."""
        if self.processes()[process] == RUNNING:
            self._call("stopProcess", process)

    def signal(self, process: str, number: signal.Signals) -> None:
        """Send a signal."""
        self._call("signalProcess", process, number.name.removeprefix("SIG"))

    def terminate_all(self) -> None:
        """Ask every process to save and end; the daemon does not restart them."""
        self._call("signalAllProcesses", "TERM")

    def shutdown(self) -> None:
        """End the daemon and whatever still runs below it."""
        self._call("shutdown")

    def _call(self, method: str, *arguments: str) -> Any:
        # A transport does not get over a failed connection: each call has its own.
        transport = SupervisorTransport(serverurl=f"unix://{self._socket}")
        try:
            with xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport) as rpc:
                return getattr(rpc.supervisor, method)(*arguments)
        except xmlrpc.client.Fault as fault:
            words = (method, *arguments)
            raise CommandFailed("supervisord", words, fault.faultCode, fault.faultString) from None
        except (OSError, http.client.HTTPException) as error:
            raise ProviderError(f"supervisord does not answer: {error}") from None
