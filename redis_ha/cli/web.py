"""The web node: the way to its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redis_ha.cli import choices, opening
from redis_ha.cli.console import say
from redis_ha.cli.group import Group
from redis_ha.cli.option import Option
from redis_ha.cli.task import environment_task

if TYPE_CHECKING:
    from redis_ha.nodes.environment import Environment

NEXT = (("web.open", "the page that shows who is master, in a browser"),)
"""What `up` offers where there is a web node."""


@environment_task(
    Group.LOOK,
    help={"node": Option("whose page", choices.nodes_with("web"), "the first one")},
    words=("node",),
)
def open(environment: Environment, node: str = "") -> None:  # noqa: A001 - what people type
    """Make the web node's page reachable, in a browser.

    It shows who is master, live. Where a tunnel over SSH is needed, it stays
    until Ctrl-C and no password is asked for.
    """
    from redis_ha.roles.web import NAME, NGINX, PHP
    from redis_ha.secrets import FILE
    from redis_ha.services import web

    chosen = opening.node_of(environment, NAME, "site", node, (NGINX, PHP))
    if url := web.direct(environment, chosen):
        say(url, style="bold")
        say(f"user {web.USER}, password: `{NAME}` in {environment.folder / FILE}")
        return
    with web.reached(environment, chosen) as root:
        say(f"{root}{web.PAGE}", style="bold")
        opening.hold_tunnel(chosen)


TASKS = {"open": open}
