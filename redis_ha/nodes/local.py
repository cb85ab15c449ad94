"""A node that is a folder on this machine, its services kept by supervisord."""

import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from redis_ha import proc
from redis_ha.errors import Unwritable
from redis_ha.nodes import Command, Node, Units, is_stopped, last_words, marks
from redis_ha.nodes.last_words import AskedNode
from redis_ha.nodes.marks import NodeMarks
from redis_ha.proc import Result
from redis_ha.providers import Folder, Host, redis_server
from redis_ha.providers.supervisor import Supervisor
from redis_ha.roles.process import Processes


class SupervisorUnits:
    """The processes of one node below the environment's supervisord."""

    def __init__(self, node: AskedNode, folder: Folder, processes: Processes) -> None:
        self._node, self._folder, self._processes = node, folder, processes
        self._supervisor = Supervisor(folder.socket)

    def start(self, unit: str) -> None:
        with self._told(unit):
            self._supervisor.start(self._process(unit))

    def restart(self, unit: str) -> bool:
        with self._told(unit):
            return self._supervisor.restart(self._process(unit))

    def hold(self, unit: str) -> None:
        """Nothing to do: what supervisord itself kills it leaves down."""

    def kill(self, *units: str) -> float:
        at_s = time.time()
        for unit in units:
            self._supervisor.kill(self._process(unit))
        return at_s

    def pause(self, *units: str) -> float:
        at_s = time.time()
        for unit in units:
            self._supervisor.signal(self._process(unit), signal.SIGSTOP)
        return at_s

    def resume(self, unit: str) -> None:
        if self.is_active(unit):
            self._supervisor.signal(self._process(unit), signal.SIGCONT)

    def is_active(self, unit: str) -> bool:
        return self._supervisor.runs(self._process(unit))

    def obstacle(self, unit: str) -> str:
        process = self._process(unit)
        return "" if self._supervisor.runs(process) else self._supervisor.obstacle(process)

    def pid(self, unit: str) -> int:
        return self._supervisor.pid(self._process(unit))

    def is_paused(self, unit: str) -> bool:
        stat = Path(f"/proc/{self.pid(unit)}/stat")
        return stat.exists() and is_stopped(stat.read_text(encoding="utf-8"))

    def log_command(self, unit: str, lines: int, *, follow: bool) -> tuple[str, ...]:
        log = f"{self._folder.root}{self._processes.named(unit).log}"
        return ("tail", "-n", str(lines), *(["-F"] if follow else []), log)

    def _process(self, unit: str) -> str:
        return f"{self._node.name}:{unit}"

    def _told(self, unit: str) -> AbstractContextManager[None]:
        return last_words.told(self._node, self, self._processes.named(unit))


class LocalNode(Node):
    """Runs commands in the node's folder; there is no sudo and no need for it."""

    is_machine = False

    def __init__(self, host: Host, folder: Folder, processes: Processes) -> None:
        self.spec, self.address = host.spec, host.address
        self.processes = processes.of_folders()
        self.bind: tuple[str, ...] = (host.address,)  # 127.0.0.1 is everybody's here
        self._folder = folder
        self.units: Units = SupervisorUnits(self, folder, self.processes)

    def carry_out(self, command: Command) -> Result:
        return proc.run(
            *command.argv,
            where=self.name,
            cwd=self._folder.root,
            env=self._environment(),
            check=False,
            timeout_s=command.timeout_s,
            on_line=command.on_line,
        )

    def _environment(self) -> dict[str, str]:
        """Return this process's environment with the node's programs first on PATH."""
        tools = [str(self._folder.binaries), str(Path(sys.executable).parent)]
        path = os.pathsep.join([*tools, os.environ.get("PATH", os.defpath)])
        return {**os.environ, "PATH": path}

    def path(self, absolute: str) -> str:
        return f"{self._folder.root}{absolute}"

    def by_hand(self, program: str) -> str:
        """Return the program itself: files here belong to whoever runs this."""
        return redis_server.tool(program)

    def read(self, *paths: str) -> dict[str, str | None]:
        files = {path: Path(path) for path in paths}
        return {
            path: file.read_text(encoding="utf-8") if file.exists() else None
            for path, file in files.items()
        }

    @contextmanager
    def upload(self, files: Mapping[str, bytes]) -> Iterator[str]:
        self._sweep()
        folder = self._uploads / f"{marks.PREFIX}{token_hex(8)}"
        with self.noted("upload", str(folder)), ExitStack() as after:
            try:
                folder.mkdir(mode=0o700)
                after.callback(shutil.rmtree, folder)
                for name, content in files.items():
                    target = folder / name
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(content)
            except OSError as error:
                raise Unwritable(self.name, str(folder.parent), str(error.strerror)) from None
            yield str(folder)

    @property
    def _uploads(self) -> Path:
        return self._folder.root / "tmp"

    def _sweep(self) -> None:
        """Remove old uploads."""
        for path in self.kept().uploads:
            shutil.rmtree(path, ignore_errors=True)

    def mark(self, name: str, text: str, *, lasts: bool) -> None:
        del lasts  # what outlives a restart of this machine is asked for its state
        self._mark(name).symlink_to(text)

    def unmark(self, name: str) -> None:
        self._mark(name).unlink(missing_ok=True)

    def kept(self) -> NodeMarks:
        texts, made_s = {}, {}
        for each in self._uploads.glob(f"{marks.PREFIX}*"):
            with suppress(FileNotFoundError):  # a command that is at work has taken it away
                if each.is_symlink():
                    texts[each.name.removeprefix(marks.PREFIX)] = str(each.readlink())
                elif marks.is_old(each.stat().st_mtime):
                    made_s[str(each)] = each.stat().st_mtime
        return NodeMarks(texts, made_s)

    def _mark(self, name: str) -> Path:
        return self._uploads / f"{marks.PREFIX}{name}"

    def command_line(self, *argv: str) -> tuple[str, ...]:
        path = f"PATH={self._environment()['PATH']}"
        return ("env", "-C", str(self._folder.root), path, *(argv or ("bash",)))

    def piped(self, *argv: str) -> tuple[str, ...]:
        return self.command_line(*argv)

    @contextmanager
    def forwarded(self, address: str, port: int) -> Iterator[tuple[str, int]]:
        yield address, port

    def provision_flags(self) -> tuple[str, ...]:
        return ("--root", str(self._folder.root))

    def service_flags(self) -> tuple[str, ...]:
        return ("--supervisor", str(self._folder.supervisor), "--node", self.name)

    def close(self) -> None:
        """Nothing is kept open."""
