"""TYPO3's settings: made for an environment, and those of a site looked at."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from redis_ha.cli import choices, opening
from redis_ha.cli.console import print_json, say, show, verdict
from redis_ha.cli.group import Group
from redis_ha.cli.option import Option
from redis_ha.cli.task import WantedEnvironment, environment_task, wanting_task
from redis_ha.errors import Unhealthy

if TYPE_CHECKING:
    from invoke.tasks import Task

    from redis_ha.nodes.environment import Environment

VERSION = Option("the version of the site", choices.TYPO3)


@environment_task(
    Group.LOOK,
    help={
        "typo3": VERSION,
        "mode": Option("how the site reaches Redis", choices.MODES),
        "caches": Option("which to move", choices.CACHES, "those worth it in that version"),
        "with_": Option("extensions that it has", choices.EXTENSIONS, "none"),
        "user": Option("the user of Redis", None, "default"),
        "tls": "Redis speaks TLS at that address",
        "off": "the steps that take Redis out again, instead",
    },
)
def settings(
    environment: Environment,
    *,
    typo3: str = "13.4",
    mode: str = "proxy",
    caches: str = "",
    with_: str = "",
    user: str = "",
    tls: bool = False,
    off: bool = False,
) -> None:
    """Print the settings of a TYPO3 site for this Redis.

    The password is not among them: they read it from a file of the web node.
    """
    from redis_ha.provision import typo3_settings as library

    version = library.version(typo3)
    if off:
        sys.stdout.write(library.off(version))
        return
    wish = library.Wish(
        version=version,
        mode=mode,
        caches=_words(caches),
        packages=_words(with_),
        user=user,
        tls=tls,
    )
    sys.stdout.write(library.fragment(environment, wish))


@wanting_task(
    Group.LOOK,
    help={
        "site": Option(
            "its folder, here or as ssh://[USER@]HOST[:PORT]/PATH; or the address of the "
            "environment's own",
            None,
            "the environment's own, else the current folder",
            "PATH|URL",
        ),
        "json": "print the findings as JSON",
    },
    words=("site",),
)
def check(wanted: WantedEnvironment, site: str = "", json: bool = False) -> None:
    """Say what is wrong with the settings of a TYPO3 site.

    Its settings are read by its own PHP where it is, which runs them; its Redis
    and its database are asked from there.
    Exit status 1 when something is wrong.
    """
    from redis_ha.checkers import typo3
    from redis_ha.checkers.configuration.finding import complaints
    from redis_ha.cli import doctor, typo3_sites

    read = typo3_sites.read(wanted, site)
    found = typo3.findings(read)
    wrong = "; ".join(complaints(found))
    if json:
        print_json([each.as_json() for each in found])
    else:
        known = f"TYPO3 {read.typo3}" if read.typo3 else "TYPO3 of an unknown version"
        verdict(f"{known}: {wrong or 'nothing is wrong'}", good=not wrong)
        if found:
            show(doctor.settings(found))
    if wrong:
        raise Unhealthy(wrong)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.split(",") if word)


@environment_task(Group.LOOK)
def open(environment: Environment) -> None:  # noqa: A001 - what people type
    """Make the TYPO3 site reachable from here, in a browser.

    Where a tunnel over SSH is needed, it stays until Ctrl-C.
    """
    from redis_ha.roles.typo3 import NAME
    from redis_ha.roles.web import NGINX, PHP
    from redis_ha.services import web

    chosen = opening.node_of(environment, NAME, "site", "", (NGINX, PHP))
    if web.direct(environment, chosen):
        for line in ready(environment):
            say(line)
        return
    with web.reached(environment, chosen) as url:
        say(url, style="bold")
        say(_accounts(environment))
        opening.hold_tunnel(chosen)


def ready(environment: Environment) -> Iterator[str]:
    """Yield where the site is and who gets in."""
    from redis_ha.roles.typo3 import NAME
    from redis_ha.services import typo3

    for node in environment.nodes_with(NAME):
        yield f"the site: {typo3.url(environment, node)}"
        yield _accounts(environment)


def _accounts(environment: Environment) -> str:
    from redis_ha.roles.typo3 import NAME
    from redis_ha.secrets import FILE
    from redis_ha.services.typo3 import ADMIN, BACKEND

    where = environment.folder / FILE
    return f"its backend: /{BACKEND}, user {ADMIN}, password: `{NAME}` in {where}"


NEXT = (("typo3.open", "the site: its address, its user and where the password is"),)
"""What `up` offers where there is a site."""
TASKS: dict[str, Task[Any]] = {"check": check, "open": open, "settings": settings}
