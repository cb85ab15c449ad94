"""A TYPO3 site on the web node: its packages, its settings, its scheduler."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from redis_ha.render import PROJECT
from redis_ha.roles.file import File, Then, copies, unit
from redis_ha.roles.process import Process, Program
from redis_ha.roles.role import Role, Spec, Topology
from redis_ha.roles.web import ACCOUNT, LINKED, PROGRAM, SESSIONS, SITE
from redis_ha.tool import Tool
from redis_ha.values import TextForm, Unique, table

NAME = "typo3"
FOLDER = "/etc/redis-ha/typo3"
SYSTEM = f"{SITE}/config/system"
PASSWORD_FILE = f"{FOLDER}/redis-password"
CONSOLE = f"{LINKED}/typo3"
"""TYPO3's command line, as the account that the site belongs to."""
LOOP = f"{LINKED}/site-scheduler.sh"
SCHEDULER, WATCH = "scheduler", "watch"
SOURCES = PROJECT / "php" / "site"
PACKAGE = "/usr/local/share/redis-ha/site"
"""Of this project: the pages of the site."""
GRACEFUL = "b13/graceful-cache"
EDITOR, VISITOR = "typo3_editor", "typo3_visitor"
"""Passwords besides that of the admin, which is called like the role."""


@table
class Typo3:
    """The TYPO3 site: its version, and how it reaches Redis."""

    version: Literal["12.4", "13.4", "14.3"] = "13.4"
    """Of TYPO3. A higher one upgrades the site; there is no way back."""
    packages: Annotated[
        tuple[
            Annotated[
                str,
                Field(max_length=100),
                TextForm(
                    r"^[a-z0-9._-]+/[a-z0-9._-]+$", "a package such as `b13/distributed-locks`"
                ),
            ],
            ...,
        ],
        *Unique,
    ] = ()
    """Packages besides, of which the site takes the newest that fits."""
    mode: Literal["proxy", "direct"] = "proxy"
    """The address of Redis: that of the node's proxy, or the first server's, to compare with."""


def processes(spec: Spec, topology: Topology) -> tuple[Process, ...]:
    """Return what runs the scheduler's tasks every minute, and what flushes stale pages."""
    del spec, topology
    settings = f"{FOLDER}/watch.json"
    return (
        Process(
            role=NAME,
            name=SCHEDULER,
            # What the timer starts tells of itself under a name of its own.
            units=("redis-site-scheduler.timer", "redis-site-scheduler.service"),
            config=f"{SYSTEM}/redis.php",
            program=Program(("bash", f"{{root}}{LOOP}", f"{{root}}{CONSOLE}")),
        ),
        Process(
            role=NAME,
            name=WATCH,
            units=("redis-site-watch.service",),
            config=settings,
            program=Program(
                ("php", f"{{root}}{PROGRAM}/bin/typo3-watch.php", f"{{root}}{settings}"),
                environment={"REDIS_HA_SESSIONS": f"{{root}}{SESSIONS}"},
            ),
        ),
    )


def contradictions(topology: Any) -> Iterator[str]:
    """Yield what a site lacks on its node, and what its version does not take."""
    nodes = [node for node in topology.nodes if ROLE.is_on(node)]
    own = topology.table(Typo3)
    if len(nodes) > 1:
        yield "nodes.roles: typo3 on one node at most: two sites would share caches and sessions"
    needed = ("web", "proxy") if own.mode == "proxy" else ("web",)
    for node in nodes:
        for role in needed:
            if role not in node.roles:
                yield f"nodes.roles: {node.name} has typo3, which needs {role} there"
    if nodes and GRACEFUL in own.packages and own.version != "12.4":
        yield f"typo3.packages: {GRACEFUL} is there for TYPO3 12.4, not for `{own.version}`"


ROLE = Role(
    name=NAME,
    table=Typo3,
    contradictions=contradictions,
    after=("proxy", "web"),
    processes=processes,
    files=(
        *copies(SOURCES, ("composer.json", "Classes/**/*", "Configuration/**/*"), PACKAGE),
        File("typo3/redis-password.j2", PASSWORD_FILE, mode=0o640, group=ACCOUNT),
        File("typo3/additional.php.j2", f"{SYSTEM}/additional.php", mode=0o640, group=ACCOUNT),
        File("typo3/site-redis.php.j2", f"{SYSTEM}/redis.php", mode=0o640, group=ACCOUNT),
        File("typo3/typo3.sh.j2", CONSOLE, mode=0o755),
        File("typo3/site-scheduler.sh", LOOP, mode=0o755),
        *(
            unit(f"typo3/{name}", then=Then.NOTHING)
            for name in ("redis-site-scheduler.service", "redis-site-scheduler.timer")
        ),
        File("typo3/watch.json.j2", f"{FOLDER}/watch.json", then=Then.RESTART, process=WATCH),
        unit("typo3/redis-site-watch.service", process=WATCH),
    ),
    prepare=("provision/typo3/1-provision.sh",),
    configure="provision/typo3/2-configure.sh",
    tools=(
        Tool("composer", (), "the site's packages", "apt-get install composer"),
        Tool(
            "php",
            (),
            "the site on the local provider",
            "apt-get install php-cli php-gd php-intl php-mbstring php-sqlite3 php-xml php-zip",
        ),
    ),
    secrets=(NAME, EDITOR, VISITOR),
    optional="site",
)
