"""In which order nodes are brought to what the inventory says; a pure function of what is known."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from redis_ha.provision.configuration import NodeFile
from redis_ha.roles import redis
from redis_ha.roles.file import Then
from redis_ha.roles.role import Role


@dataclass(frozen=True)
class Work:
    """One run of a script on a node, for the roles there that share it.

    Args:
        processes: those that the script sees to.
        files: all of these roles, those that differ and those that do not.
        is_master: whether the node is master.
    """

    node: str
    roles: tuple[Role, ...]
    processes: tuple[str, ...]
    files: tuple[NodeFile, ...]
    is_master: bool = False

    @property
    def name(self) -> str:
        return self.node

    @property
    def script(self) -> str:
        return self.roles[0].configure

    @property
    def is_clustered(self) -> bool:
        return any(role.is_clustered for role in self.roles)

    @property
    def hands_over(self) -> bool:
        """Say whether it restarts the master: another node should be that by then."""
        return self.is_master and redis.NAME in self.noting(Then.RESTART)

    @property
    def differing(self) -> tuple[NodeFile, ...]:
        return tuple(file for file in self.files if file.differs)

    def noting(self, then: Then) -> tuple[str, ...]:
        """Return the processes that restart, or reload, for the files that differ."""
        chosen = [file for file in self.differing if file.wanted.file.then is then]
        return tuple(dict.fromkeys(name for file in chosen for name in file.takes_note))

    def __str__(self) -> str:
        names = ", ".join(file.path.rpartition("/")[2] for file in self.differing)
        words = [f"{names or 'no file'} changes"]
        if restarts := self.noting(Then.RESTART):
            words.append(f"{', '.join(restarts)} restarts")
        if reloads := self.noting(Then.RELOAD):
            words.append(f"{', '.join(reloads)} reloads")
        master = " (master)" if self.is_master and self.is_clustered else ""
        return f"{self.node}{master}: {'; '.join(words)}"


@dataclass(frozen=True)
class Stage:
    """What is done side by side.

    Args:
        waits: whether these nodes have to be back in their places before the next stage.
    """

    works: tuple[Work, ...]
    waits: bool = False

    @property
    def nodes(self) -> list[str]:
        return [work.node for work in self.works]

    @property
    def hands_over(self) -> bool:
        """Say whether it restarts the master of a cluster that runs."""
        return self.waits and any(work.hands_over for work in self.works)

    def lines(self) -> Iterator[str]:
        """Yield in words what changes, a line a node; what stays as it is in one."""
        changing = [work for work in self.works if work.differing]
        if self.hands_over:
            yield f"a switchover: {self.nodes[0]} is restarted as a replica"
        yield from (str(work) for work in changing)
        if rest := [work.node for work in self.works if not work.differing]:
            yield f"{', '.join(rest)}: no file changes"


def stages(
    works: Iterable[Work], master: str, *, running: bool, down: Collection[str] = ()
) -> list[Stage]:
    """Return the work in order: what is clustered first, then role after role.

    Args:
        running: whether there is a master that runs.
        down: the nodes whose Redis does not run: they come first, the others wait for them.
    """
    todo = list(works)
    clustered = [work for work in todo if work.is_clustered]
    rest = [work for work in todo if not work.is_clustered]
    return [
        *_clustered(clustered, master, running=running, down=down),
        *(Stage(tuple(same)) for _, same in groupby(rest, key=lambda work: work.roles)),
    ]


def _clustered(
    works: list[Work], master: str, *, running: bool, down: Collection[str]
) -> Iterator[Stage]:
    """Yield Redis's and the Sentinels' stages: a change on a running cluster goes node by node."""
    changed = [work for work in works if work.differing]
    if not running or not changed:
        yield from [Stage(tuple(works))] if works else []
        return
    several = len(works) > 1
    if harmless := [work for work in works if not work.differing or work.node in down]:
        yield Stage(tuple(harmless), waits=several)
    in_turn = [work for work in changed if work.node not in down]
    for work in sorted(in_turn, key=lambda each: each.node == master):
        yield Stage((work,), waits=several)
