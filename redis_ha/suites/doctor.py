"""What this machine lacks for the environment, and the command that mends it."""

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass

from redis_ha import proc
from redis_ha.errors import RedisHaError
from redis_ha.nodes.environment import Environment
from redis_ha.providers import engine_answers
from redis_ha.suites import doctor_machines
from redis_ha.suites.finding import Finding


@dataclass(frozen=True)
class _Tool:
    """A program that may be missing: who needs it, and how to get it."""

    name: str
    providers: tuple[str, ...]
    why: str
    mend: str


ENGINE_INSTALL = "sudo ./inv engine.install"
TOOLS = (
    _Tool("docker", ("docker",), "the command of the engine", ENGINE_INSTALL),
    _Tool("vagrant", ("vagrant",), "virtual machines", doctor_machines.INSTALL),
    _Tool(
        "redis-benchmark", (), "`benchmark` on the local provider", "apt-get install redis-tools"
    ),
    _Tool(
        "ssh",
        (),
        "`shell`, `logs --tmux` and the console on machines",
        "apt-get install openssh-client",
    ),
    _Tool("npm", (), "packing the console, once", "apt-get install npm"),
    _Tool("node", (), "the console on the local provider", "apt-get install nodejs"),
    _Tool("tmux", (), "`logs --tmux`", "apt-get install tmux"),
    _Tool("bats", (), "the session `shell`", "apt-get install bats"),
    _Tool("chromium", (), "the sessions `commander`", "apt-get install chromium"),
)


def examine(environment: Environment) -> list[Finding]:
    """Return everything that was looked for, what blocks the provider in use first."""
    provider = environment.choice.name
    findings = [
        _python(),
        *(_tool(tool, provider) for tool in TOOLS),
        _engine(provider),
        _compose(provider),
        _redis_server(provider),
        *(doctor_machines.examine(environment.topology) if provider == "vagrant" else ()),
    ]
    return sorted(findings, key=lambda finding: (not finding.blocks, finding.ok))


def _python() -> Finding:
    return Finding("python", True, sys.version.split()[0], True, "")


def _tool(tool: _Tool, provider: str) -> Finding:
    path = shutil.which(tool.name)
    detail = path or f"not on PATH; for {tool.why}"
    return Finding(
        tool.name, bool(path), detail, provider in tool.providers, "" if path else tool.mend
    )


def _engine(provider: str) -> Finding:
    path = engine_answers()
    detail = f"answers on {path}" if path else "no engine answers"
    mend = "" if path else ENGINE_INSTALL
    return Finding("Docker engine", bool(path), detail, provider == "docker", mend)


def _compose(provider: str) -> Finding:
    return _tried(
        "Compose v2",
        _compose_version,
        provider == "docker",
        ENGINE_INSTALL,
    )


def _compose_version() -> str:
    return proc.run("docker", "compose", "version", "--short").stdout.strip()


def _redis_server(provider: str) -> Finding:
    from redis_ha.providers.local import find_redis_server

    mend = "apt-get install redis-server, or --provider docker"
    return _tried("redis-server", lambda: str(find_redis_server()), provider == "local", mend)


def _tried(name: str, find: Callable[[], str], needed: bool, mend: str) -> Finding:
    try:
        return Finding(name, True, find(), needed, "")
    except RedisHaError as error:
        return Finding(name, False, str(error), needed, mend)
