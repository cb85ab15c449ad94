"""TYPO3's settings: made for an environment, and those of a site looked at."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from redis_ha.cli import choices
from redis_ha.cli.group import Group
from redis_ha.cli.option import Option
from redis_ha.cli.task import environment_task

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
    wish = library.Wish(version, mode, _words(caches), _words(with_), user, tls)
    sys.stdout.write(library.fragment(environment, wish))


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.split(",") if word)


TASKS: dict[str, Task[Any]] = {"settings": settings}
