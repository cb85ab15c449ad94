"""Scripts of `provision/` on a node: uploaded for a while, run as root."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

from redis_ha.errors import RedisHaError
from redis_ha.proc import Result
from redis_ha.render import PROJECT

LIB = "provision/common/lib.sh"
"""What every script sources."""


class Runs(Protocol):
    """What runs commands and takes files on the node."""

    def run(self, *argv: str, sudo: bool = ..., check: bool = ...) -> Result:
        """Run a command on the node."""

    def upload(self, files: Mapping[str, bytes]) -> AbstractContextManager[str]:
        """Put files into a folder of the node for a while."""


@dataclass(frozen=True)
class Script:
    """A script that is on a node, in a folder with what came along."""

    node: Runs
    name: str
    folder: str

    def run(self, *words: str) -> Result:
        """Run it.

        Raises:
            Unreachable: the node does not take commands.
            CommandFailed: the script says no.
        """
        return self.node.run("bash", f"{self.folder}/{self.name}", *words, sudo=True)

    def strike(self, *words: str) -> float:
        """Run it where it breaks something; return when, by the node's own clock (epoch, seconds).

        Raises:
            Unreachable: the node does not take commands.
            CommandFailed: the script says no.
            RedisHaError: it says nothing of a moment.
        """
        done = self.run(*words)
        for line in done.stdout.splitlines():
            match line.split():
                case ["::", "struck", moment]:
                    return float(moment)
        raise RedisHaError(f"{self.name} does not say when: {done.stdout.strip() or 'no output'}")


@contextmanager
def uploaded(node: Runs, name: str, files: Mapping[str, bytes] | None = None) -> Iterator[Script]:
    """Put a script on a node for a while, with what it sources and more files.

    Args:
        name: its path in the project, such as "provision/common/hosts.sh".
    """
    scripts = {each: (PROJECT / each).read_bytes() for each in (LIB, name)}
    with node.upload({**scripts, **(files or {})}) as folder:
        yield Script(node, name, folder)
