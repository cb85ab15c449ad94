"""Configuration files tried on throwaway servers, before anything of them is installed or set.

What a server of the node's own program does not take, it says there, in its own words.
"""

from collections.abc import Iterator, Mapping, Sequence

from redis_ha.errors import CommandFailed, RedisHaError
from redis_ha.nodes import Node
from redis_ha.nodes.group import each
from redis_ha.provision.configuration import NodeFile
from redis_ha.provision.run import Run
from redis_ha.services import acl, directives
from redis_ha.shell import scripts

SCRIPT = "provision/redis/try.sh"
NOBODY = "127.0.0.1 1"
"""Address and port of the master that a Sentinel is tried with: it must not meet the others."""
LATER = (("sentinel", "notification-script"), ("sentinel", "client-reconfig-script"))
"""What names files that may not be there yet."""
Files = Mapping[str, Sequence[NodeFile]]


def run(run: Run, files: Files) -> None:
    """Start a server with each file of one that differs, node beside node; nothing is installed.

    Raises:
        RedisHaError: a server refuses its file.
    """
    each(run.nodes, lambda node: _try(run, node, files[node.name]))


def _try(run: Run, node: Node, files: Sequence[NodeFile]) -> None:
    tried = [file for file in files if file.wanted.file.is_rewritten and file.takes_note]
    if not (differing := [file for file in tried if file.differs]):
        return
    named = {f"try/{number}.conf": file for number, file in enumerate(differing)}
    texts = {name: for_trial(file.due).encode() for name, file in named.items()}
    with node.upload({**scripts(SCRIPT), **texts}) as folder:
        options = [
            word
            for name, file in named.items()
            for word in (f"--{file.wanted.role.name}", f"{folder}/{name}")
        ]
        try:
            node.run("bash", f"{folder}/{SCRIPT}", *options, *node.provision_flags(), sudo=True)
        except CommandFailed as error:
            said = error.output.strip().rpartition("\n")[2].partition(": ")[2]
            raise RedisHaError(f"{node.name}: {run.environment.secrets.masked(said)}") from None


def for_trial(text: str) -> str:
    """Return a file with which a server meets nobody: what a Sentinel learned is left out.

    A file of users is named by its whole path: the trial is in another folder than the server.
    """
    return "".join(f"{line}\n" for line in _for_trial(text))


def _for_trial(text: str) -> Iterator[str]:
    for line in text.splitlines():
        key = directives.of_line(line)
        if key and (key[:2] in directives.LEARNED or key[:2] in LATER):
            continue
        if key and key[:2] == directives.MONITOR:
            words = line.split()
            yield " ".join([*words[:3], NOBODY, *words[5:]])
        elif key == ("aclfile",):
            yield f'aclfile "{acl.file(text)}"'
        else:
            yield line
