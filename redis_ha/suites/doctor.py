"""What this machine lacks for the environment, and the command that mends it."""

import sys
from collections.abc import Callable, Iterator

from redis_ha import proc, roles, version
from redis_ha.errors import RedisHaError
from redis_ha.faults import leftovers
from redis_ha.nodes.environment import Environment
from redis_ha.providers import engine, redis_server
from redis_ha.services import ability, cluster, servers
from redis_ha.services.snapshot import Snapshot
from redis_ha.suites import doctor_machines
from redis_ha.suites.requirement import Requirement
from redis_ha.tool import Tool, located

OWN = (
    Tool("docker", ("docker",), "the command of the engine", engine.INSTALL),
    Tool("vagrant", ("vagrant",), "virtual machines", doctor_machines.INSTALL),
    Tool("redis-benchmark", (), "`benchmark` on the local provider", "apt-get install redis-tools"),
    Tool(
        "ssh",
        (),
        "`shell`, `logs --tmux` and the console on machines",
        "apt-get install openssh-client",
    ),
    Tool("tmux", (), "`logs --tmux`", "apt-get install tmux"),
    Tool("bats", (), "the session `shell`", "apt-get install bats"),
)
"""What the environment itself makes use of."""


def tools() -> tuple[Tool, ...]:
    """Return every program that is looked for: the environment's own, and those of roles."""
    return (*OWN, *(tool for role in roles.registry().values() for tool in role.tools))


def look(environment: Environment) -> Snapshot | None:
    """Ask the cluster, None where its nodes do not run or there is no engine that could tell.

    Raises:
        WrongPassword: a server refuses this environment's password.
    """
    try:
        is_up = environment.provider.is_up()
    except RedisHaError:  # no engine: the doctor says so among the programs
        return None
    return cluster.look(environment) if is_up else None


def examine(environment: Environment, seen: Snapshot | None) -> list[Requirement]:
    """Return everything that was looked for, what blocks the provider in use first.

    Args:
        seen: the cluster, None where it does not run.
    """
    provider = environment.choice.name
    found = [
        _python(),
        *(_tool(tool, provider) for tool in tools()),
        _engine(provider),
        _compose(provider),
        _redis_server(provider),
        *(_servers(environment, seen) if seen else ()),
        *(_left(environment) if seen else ()),
        *(doctor_machines.examine(environment.topology) if provider == "vagrant" else ()),
    ]
    return sorted(found, key=lambda each: (not each.is_blocking, each.ok))


def _python() -> Requirement:
    return Requirement("python", True, sys.version.split()[0], True, "")


def _tool(tool: Tool, provider: str) -> Requirement:
    path = located(tool.name)
    detail = path or f"not on PATH; for {tool.why}"
    mend = "" if path else tool.mend
    return Requirement(tool.name, bool(path), detail, provider in tool.providers, mend)


def _engine(provider: str) -> Requirement:
    found = engine.find()
    detail = found.problem or f"answers on {found.socket}"
    return Requirement("Docker engine", found.answers, detail, provider == "docker", found.mend)


def _compose(provider: str) -> Requirement:
    return _tried("Compose v2", _compose_version, provider == "docker", engine.INSTALL)


def _compose_version() -> str:
    return proc.run("docker", "compose", "version", "--short").stdout.strip()


def _redis_server(provider: str) -> Requirement:
    mend = f"install {version.NEEDED} or newer, or --provider docker"
    return _tried("redis-server", _found_server, provider == "local", mend)


def _found_server() -> str:
    server, version = redis_server.found()
    return f"{version} ({server})"


def _servers(environment: Environment, seen: Snapshot) -> Iterator[Requirement]:
    """Yield what is said of the nodes' own servers, nothing where no node can tell."""
    try:
        found = {**servers.installed(environment, seen), **seen.versions}
    except RedisHaError:  # no way in: `./inv status` says so
        return
    for name, runs in found.items():
        mend = "" if runs.is_supported else servers.way_on(environment)
        detail = runs.problem or str(runs)
        yield Requirement(f"supported server on {name}", runs.is_supported, detail, True, mend)
    for trouble in ability.troubles(seen):
        yield Requirement("able to fail over", False, trouble.says, True, "./inv provision")


def _left(environment: Environment) -> Iterator[Requirement]:
    """Yield what commands that were killed have left changed."""
    try:
        left = leftovers.look(environment)
    except RedisHaError:  # no way in: `./inv status` says so
        return
    for each in left:
        yield Requirement("nothing left behind", False, str(each), False, "./inv up")


def _tried(name: str, find: Callable[[], str], needed: bool, mend: str) -> Requirement:
    try:
        return Requirement(name, True, find(), needed, "")
    except RedisHaError as error:
        return Requirement(name, False, str(error), needed, mend)
