"""One run of provisioning: its scripts on nodes, stage after stage."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from redis_ha import roles
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each
from redis_ha.providers import Tell
from redis_ha.provision import steps
from redis_ha.provision.configuration import NodeFile
from redis_ha.provision.plan import Stage, Work
from redis_ha.provision.steps import OnStep, Step
from redis_ha.roles.role import Role
from redis_ha.shell import scripts
from redis_ha.wait import now_s

Payloads = Mapping[str, Mapping[str, bytes]]
"""What goes to each node besides scripts and files: by the node's name, then by path."""


@dataclass
class Run:
    """What is worked on, who is told of it, and whether something has changed so far.

    Args:
        is_check: whether nothing may be changed; steps say what is due then.
        in_place: whether the master stays master over a restart of its own.
    """

    environment: Environment
    chosen: Sequence[Role]
    on_step: OnStep
    tell: Tell
    is_check: bool = False
    in_place: bool = False
    has_changed: bool = field(default=False, init=False)

    @property
    def nodes(self) -> list[Node]:
        """Return the nodes that have one of the roles."""
        return [
            node
            for node in self.environment.nodes.values()
            if any(role.is_on(node.spec) for role in self.chosen)
        ]

    def prepare(self) -> None:
        """Run the scripts that bring packages, accounts and folders, each once a node."""
        each(self.nodes, self._prepare)

    def carry_out(self, stage: Stage) -> None:
        """Install the files of a stage and see to it that its processes run."""
        chosen = dict.fromkeys(role for work in stage.works for role in work.roles)
        payloads = {role.name: self._payloads(role, stage) for role in chosen}
        each(stage.works, lambda work: self._configure(work, payloads))

    def act(self, node: Node, step: str, work: Callable[[], object]) -> None:
        """Change something on a node without a script, as a step; a check says that it is due."""
        start_s = now_s()
        if not self.is_check:
            work()
            self.has_changed = True
        result = "due" if self.is_check else "changed"
        self.on_step(Step(node.name, step, result, now_s() - start_s))

    def _prepare(self, node: Node) -> None:
        own = [role for role in self.chosen if role.is_on(node.spec)]
        if names := tuple(dict.fromkeys(script for role in own for script in role.prepare)):
            with node.upload(scripts(*names)) as folder:
                for name in names:
                    self._script(node, f"{folder}/{name}", node.provision_flags())

    def _payloads(self, role: Role, stage: Stage) -> Payloads:
        own = roles.capability("provision", role.name, "payloads")
        nodes = [self.environment.nodes[name] for name in stage.nodes]
        return own(self.environment, nodes, self.tell, is_check=self.is_check) if own else {}

    def _configure(self, work: Work, payloads: Mapping[str, Payloads]) -> None:
        node = self.environment.nodes[work.node]
        payload = {
            f"payload/{name}": content
            for role in work.roles
            for name, content in payloads[role.name].get(node.name, {}).items()
        }
        upload = {**scripts(work.script), **as_upload(work.files), **payload}
        with node.upload(upload) as folder:
            flags = (
                *("--files", f"{folder}/role"),
                *(("--payload", f"{folder}/payload") if payload else ()),
                *steps.process_flags(node, work.processes),
                *node.provision_flags(),
                *node.service_flags(),
            )
            has_changed = self._script(node, f"{folder}/{work.script}", flags)
        for role in work.roles if has_changed else ():
            if settle := roles.capability("provision", role.name, "settle"):
                settle(self.environment, node)

    def _script(self, node: Node, script: str, flags: tuple[str, ...]) -> bool:
        """Run a script; say whether it changed something."""
        if self.is_check:
            has_changed = steps.run(node, script, ("--check", *flags), self.on_step)
        else:
            with node.noted("provision", script.rpartition("/")[2]):
                has_changed = steps.run(node, script, flags, self.on_step)
        self.has_changed = self.has_changed or has_changed
        return has_changed


def as_upload(files: Iterable[NodeFile]) -> dict[str, bytes]:
    """Return files, and the list of them, laid out for `--files role`."""
    found = list(files)
    listed = "".join(f"{_listed(file)}\n" for file in found)
    return {
        "role/files.list": listed.encode(),
        **{f"role/files{file.path}": file.due.encode() for file in found},
    }


def _listed(file: NodeFile) -> str:
    what = file.wanted.file
    noting = ",".join(file.takes_note) or "-"
    return f"{file.path} {what.mode:o} {what.owner} {what.group} {what.then} {noting}"
