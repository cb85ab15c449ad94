"""The nodes' names and addresses as a managed block of a hosts file."""

from collections.abc import Iterator

from redis_ha import proc
from redis_ha.errors import RedisHaError
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each
from redis_ha.nodes.scripts import uploaded
from redis_ha.render import PROJECT

SCRIPT = "provision/common/hosts.sh"
BLOCK = "hosts"
"""What was written into this machine's hosts file, in the folder of the environment."""


def lines(environment: Environment) -> list[str]:
    """Return the entries, aligned."""
    return [f"{node.address:<15} {node.name}" for node in environment.nodes.values()]


def write(environment: Environment, *, local: bool) -> Iterator[str]:
    """Write the block on every guest that has a hosts file of its own; yield where it was done.

    Args:
        local: also into this machine's hosts file.

    Raises:
        RedisHaError: this machine's file is not ours to write.
    """
    block = "".join(f"{line}\n" for line in lines(environment)).encode()
    guests = [node for node in environment.nodes.values() if node.is_machine]
    yield from each(guests, lambda node: _write(node, block))
    if local:
        _write_here(environment, block)
        yield "this machine"


def forget(environment: Environment) -> None:
    """Take the block out of this machine's hosts file, if it was ever put there.

    Raises:
        RedisHaError: this machine's file is not ours to write.
    """
    if (environment.folder / BLOCK).exists():
        _write_here(environment, b"")


def _write_here(environment: Environment, block: bytes) -> None:
    name = f"{environment.topology.name}-{environment.choice.name}"
    file = environment.folder / BLOCK
    file.write_bytes(block)
    flags = ("--block", str(file), "--name", name)
    done = proc.run("bash", str(PROJECT / SCRIPT), *flags, check=False)
    if not done.ok:
        raise RedisHaError(f"/etc/hosts: {done.stderr.strip()}; run it as root")


def _write(node: Node, block: bytes) -> None:
    with uploaded(node, SCRIPT, {"block": block}) as script:
        script.run("--block", f"{script.folder}/block", "--name", "nodes")
