"""The web node: nginx, PHP with a pool for the site, and MariaDB; sessions are in Redis."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from redis_ha.render import PROJECT
from redis_ha.roles.file import File, Then, copies, unit
from redis_ha.roles.process import Process, Program
from redis_ha.roles.redis import Redis
from redis_ha.roles.role import Role, Spec, Topology
from redis_ha.tool import Tool
from redis_ha.values import Natural, Port, table

NAME = "web"
ACCOUNT = "site"
NGINX_ACCOUNT = "www-data"
FOLDER = "/etc/redis-ha/web"
SESSIONS = f"{FOLDER}/sessions.json"
"""Where PHP finds Redis."""
PROGRAM = "/usr/local/share/redis-ha/php"
LINKED = "/usr/local/lib/redis-ha"
SITE = "/srv/site"
PHP_FPM = "php-fpm"
NGINX, PHP, MARIADB = "nginx", "php", "mariadb"
MOST_CHILDREN = 50
"""Processes of PHP at most, where the node's memory decides; `provision/web.py` has the formula."""
VERSIONS = ("8.5", "8.4", "8.3", "8.2", "8.1")
"""Of PHP; its programs bear them in their names."""
SOURCES = PROJECT / "php"
INSTALLED = ("autoload.php", "prepend.php", "src/**/*", "public/**/*", "bin/**/*")
"""What of `php/` is brought to nodes."""


@table
class Web:
    """The web node: where it serves, how PHP keeps sessions, how many pages it makes at a time."""

    port: Port = 8080
    """Where nginx listens; nothing else on its node may."""
    listen: Literal["loopback", "node", "all"] = "node"
    """On which addresses besides the node's own loopback one: none, the node's, or all."""
    sessions: Literal["redis-ha", "php-redis"] = "redis-ha"
    """Who keeps sessions: the handler of this project, or the one that php-redis has."""
    session_database: Natural = 1
    """The database of sessions, below `redis.databases`; one that no cache flushes."""
    session_lifetime_s: Annotated[int, Field(ge=60, le=365 * 86400)] = 172_800
    """How long a session lives that nobody uses, in seconds."""
    cache_lifetime_s: Annotated[int, Field(ge=1, le=10 * 365 * 86400)] = 86400
    """How long entries of the site's caches live at most, in seconds; `doctor` holds sessions
    against it, which have to live longer."""
    session_lock_s: Annotated[int, Field(ge=1, le=3600)] = 30
    """How long a session's lock lives, in seconds; a page that takes longer is not alone."""
    page_s: Annotated[int, Field(ge=1, le=3600)] = 240
    """How long PHP may work on a page, in seconds; what it waits for Redis is not counted."""
    children: Annotated[int, Field(ge=0, le=1000)] = 0
    """How many pages are made at a time: PHP's processes; 0 for what the node's memory allows."""
    connections: Annotated[int, Field(ge=1, le=100)] = 4
    """How many connections to Redis each of them keeps: sessions, locks, caches of the site."""


PROGRAM_OF_PHP = Program(
    (
        PHP_FPM,
        "--nodaemonize",
        "--allow-to-run-as-root",
        # What is no absolute path is below where it starts: a socket's has 107 bytes.
        *("--prefix", "."),
        *("--fpm-config", f"{{root}}{FOLDER}/php-fpm.conf"),
    ),
    reload="USR2",
    also=tuple(f"{PHP_FPM}{version}" for version in VERSIONS),
)
PROGRAM_OF_NGINX = Program(
    ("nginx", "-e", "stderr", "-c", f"{{root}}{FOLDER}/nginx.conf", "-g", "daemon off;")
)


def processes(spec: Spec, topology: Topology) -> tuple[Process, ...]:
    """Return the web server, PHP and the database server of a node."""
    del spec
    return (
        Process(
            role=NAME,
            name=PHP,
            units=("redis-web-php.service",),
            config=f"{FOLDER}/php-fpm.conf",
            program=PROGRAM_OF_PHP,
        ),
        Process(
            role=NAME,
            name=NGINX,
            units=("redis-web.service",),
            port=topology.table(Web).port,
            port_key="web.port",
            config=f"{FOLDER}/nginx.conf",
            program=PROGRAM_OF_NGINX,
        ),
        Process(role=NAME, name=MARIADB, units=("mariadb.service",), only_machines=True),
    )


def contradictions(topology: Any) -> Iterator[str]:
    """Yield the database that Redis does not have."""
    nodes = [node for node in topology.nodes if ROLE.is_on(node)]
    if not nodes:
        return
    last = topology.table(Redis).databases - 1
    if (database := topology.table(Web).session_database) > last:
        yield f"web.session_database: at most {last} (redis.databases), not `{database}`"


ROLE = Role(
    name=NAME,
    table=Web,
    contradictions=contradictions,
    after=("redis", "proxy"),
    processes=processes,
    files=(
        *copies(SOURCES, INSTALLED, PROGRAM, then=Then.RELOAD, process=PHP),
        File(
            "web/sessions.json.j2",
            SESSIONS,
            mode=0o640,
            group=ACCOUNT,
            then=Then.RELOAD,
            process=PHP,
        ),
        File("web/page.json.j2", f"{FOLDER}/page.json"),
        File("web/php-fpm.conf.j2", f"{FOLDER}/php-fpm.conf", then=Then.RELOAD, process=PHP),
        File("web/children.conf.j2", f"{FOLDER}/children.conf", then=Then.RELOAD, process=PHP),
        File(
            "web/pool.conf.j2",
            f"{FOLDER}/pool.conf",
            mode=0o640,
            group=ACCOUNT,
            then=Then.RELOAD,
            process=PHP,
        ),
        unit("web/redis-web-php.service", process=PHP),
        File(
            "web/htpasswd.j2",
            f"{FOLDER}/htpasswd",
            mode=0o640,
            group=NGINX_ACCOUNT,
            process=NGINX,
        ),
        File("web/nginx.conf.j2", f"{FOLDER}/nginx.conf", then=Then.RELOAD, process=NGINX),
        unit("web/redis-web.service", process=NGINX),
        File(
            "web/mariadb.cnf",
            "/etc/mysql/mariadb.conf.d/90-redis-ha.cnf",
            then=Then.RESTART,
            only_machines=True,
            process=MARIADB,
        ),
    ),
    prepare=("provision/web/1-provision.sh",),
    in_image=True,
    configure="provision/web/2-configure.sh",
    tools=(
        Tool("nginx", (), "the site on the local provider", "apt-get install nginx-light"),
        Tool(
            "php", (), "the site on the local provider", "apt-get install php-fpm php-cli php-redis"
        ),
    ),
    secrets=(NAME,),
    optional="site",
)
