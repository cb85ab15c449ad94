"""What runs the clients that others wrote: their programs, here or on the web node."""

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path

from redis_ha import proc, tool
from redis_ha.errors import CommandFailed, RedisHaError
from redis_ha.measure import witnesses
from redis_ha.measure.witnesses import KINDS, Witness
from redis_ha.nodes.environment import Environment
from redis_ha.provision import npm
from redis_ha.render import PROJECT
from redis_ha.roles import web
from redis_ha.services import web as pages

CLIENTS = PROJECT / "clients"
RECIPE = CLIENTS / "ioredis"
NODE = "node"
ASKS_S = 30
Command = Callable[[Environment, tuple[str, ...]], tuple[str, ...]]
"""Returns the command of this machine that runs a program with these flags."""


def python(environment: Environment, flags: tuple[str, ...]) -> tuple[str, ...]:
    """Run it by the Python that runs this, with its own redis-py."""
    del environment
    return (sys.executable, str(CLIENTS / "redis_py" / "writer.py"), *flags)


def node(environment: Environment, flags: tuple[str, ...]) -> tuple[str, ...]:
    """Run it by this machine's Node.js.

    Raises:
        RedisHaError: there is none, or its package cannot be had.
    """
    del environment
    program = tool.located(NODE)
    if program is None:
        raise RedisHaError("no Node.js on this machine (Debian: `apt-get install nodejs npm`)")
    return (program, str(_package() / "writer.mjs"), *flags)


def php(environment: Environment, flags: tuple[str, ...]) -> tuple[str, ...]:
    """Run it by the PHP of the web node.

    Raises:
        RedisHaError: there is no such node.
    """
    nodes = environment.nodes_with(web.NAME)
    if not nodes:
        name = environment.topology.name
        raise RedisHaError(f"no node of `{name}` has the role `{web.NAME}`")
    found = nodes[0]
    return found.piped(pages.php(found), found.path(f"{web.PROGRAM}/bin/writer.php"), *flags)


COMMANDS: Mapping[str, Command] = {
    witnesses.PYTHON: python,
    witnesses.NODE: node,
    witnesses.PHP: php,
}
"""By library."""


def witnesses_of(environment: Environment, kinds: Collection[str]) -> tuple[Witness, ...]:
    """Return the orders of the clients among these kinds that others wrote.

    Raises:
        RedisHaError: something is missing that one of them needs.
    """
    topology = environment.topology
    return tuple(
        Witness(
            kind=kind,
            command=_command(environment, kind),
            servers={each.address: each.name for each in environment.redis_nodes},
            sentinels=tuple(
                (each.address, port)
                for each in environment.sentinel_nodes
                for port in each.spec.sentinels
            ),
            master_name=topology.sentinel.master_name,
            redis_password=environment.secrets.redis,
            sentinel_password=environment.secrets.sentinel,
        )
        for kind in KINDS
        if kind in kinds
    )


def versions(environment: Environment, kinds: Collection[str]) -> dict[str, str]:
    """Ask the program of each of these kinds what it is: the client's version and its runtime's.

    Raises:
        RedisHaError: something is missing that one of them needs.
    """
    return {kind: _version(environment, kind) for kind in KINDS if kind in kinds}


def _version(environment: Environment, kind: str) -> str:
    command = _command(environment, kind, "--about")
    try:
        told = json.loads(proc.run(*command, timeout_s=ASKS_S).stdout.strip().splitlines()[-1])
    except CommandFailed as error:
        said = (error.output.strip().splitlines() or ["it does not say why"])[-1]
        raise RedisHaError(f"--clients: {kind}: {said}") from None
    return f"{told['client']}, {told['runtime']}"


def _command(environment: Environment, kind: str, *flags: str) -> tuple[str, ...]:
    try:
        return COMMANDS[KINDS[kind].library](environment, flags)
    except RedisHaError as error:
        raise RedisHaError(f"--clients: {kind}: {error}") from None


def _package() -> Path:
    """Return a folder with the program that writes with ioredis and all that it needs.

    Raises:
        ProviderError: it is not made yet, and npm cannot.
    """
    name = f"{witnesses.NODE}-{npm.version(RECIPE, witnesses.NODE)}-{npm.digest(RECIPE)[:12]}"
    folder = npm.CACHE / name
    if not folder.exists():
        npm.CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=npm.CACHE) as made:
            draft = Path(made, name)
            shutil.copytree(RECIPE, draft, ignore=shutil.ignore_patterns("node_modules"))
            npm.install(draft, witnesses.NODE)
            with suppress(OSError):  # another command was quicker
                draft.rename(folder)
    return folder
