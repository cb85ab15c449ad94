"""The settings of a TYPO3 site for the Redis of an environment, in the form of its version."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from math import ceil

from redis_ha.errors import NotApplicable, RedisHaError
from redis_ha.inventory import Inventory
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.printable import short
from redis_ha.render import render
from redis_ha.roles.proxy import NAME, Proxy
from redis_ha.roles.redis import Redis
from redis_ha.roles.typo3 import PASSWORD_FILE
from redis_ha.roles.web import Web
from redis_ha.services import proxy
from redis_ha.typo3.versions import FIXED, GRACEFUL, LIFETIMES, LOCKS, VERSIONS, Typo3Version

SWITCH = "TYPO3_WITHOUT_REDIS"
"""With this in its environment, a command line sees the site as it will be without Redis."""
EVERYBODY = 0
"""The database that who names none has."""
MARGIN_S = 2
"""How much longer than the proxy holds a connection a client waits for its answer."""
CORE = r"\TYPO3\CMS\Core\Cache\Backend\RedisBackend"
BACKENDS = {GRACEFUL: r"\B13\GracefulCache\Backend\RedisCacheBackend"}


@dataclass(frozen=True)
class Address:
    """Where a site finds Redis.

    Args:
        timeout_s: how long it has to wait for an answer.
        why: the reason, for the file.
    """

    host: str
    port: int
    timeout_s: int
    why: str


@dataclass(frozen=True)
class Cache:
    """A cache that is moved: its database, and the lifetime that core has for it."""

    name: str
    database: int
    lifetime: int | None


@dataclass(frozen=True)
class Wish:
    """What somebody wants of a file of settings.

    Args:
        caches: those to move; none for those that are worth it in this version.
        packages: extensions that the site has, of those that this knows.
        user: the user of Redis, empty for the default one.
    """

    version: Typo3Version
    mode: str
    caches: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    user: str = ""
    tls: bool = False


def version(name: str) -> Typo3Version:
    """Return a version of TYPO3 by its name.

    Raises:
        RedisHaError: nothing is known of it.
    """
    if name not in VERSIONS:
        raise RedisHaError(f"--typo3: one of {', '.join(VERSIONS)}, not `{short(name)}`")
    return VERSIONS[name]


def _through_proxy(environment: Environment, node: Node | None) -> Address:
    found = node or next(iter(environment.nodes_with(NAME)), None)
    if not found:
        raise NotApplicable(f"no node has the role {NAME}; `--mode direct` names a server")
    topology = environment.topology
    timeout = ceil(proxy.grace_s(topology)) + MARGIN_S
    why = "longer than the proxy lets a connection wait for a master"
    return Address(proxy.address(found), topology.table(Proxy).port, timeout, why)


def _direct(environment: Environment, node: Node | None) -> Address:
    del node
    first = next(iter(environment.nodes_with("redis")))
    why = "a server that hangs holds each request for as long"
    return Address(first.address, environment.topology.table(Redis).port, 2, why)


MODES: Mapping[str, Callable[[Environment, Node | None], Address]] = {
    "proxy": _through_proxy,
    "direct": _direct,
}


def databases(topology: Inventory) -> dict[str, int]:
    """Return the database of each purpose: the same whichever caches are moved.

    Raises:
        NotApplicable: Redis has fewer of them.
    """
    purposes = ("sessions", "locks", *LIFETIMES)
    taken = (EVERYBODY, topology.table(Web).session_database)
    free = (number for number in count() if number not in taken)
    found = dict(zip(purposes, free, strict=False))
    if (least := max(found.values()) + 1) > topology.table(Redis).databases:
        raise NotApplicable(f"redis.databases: TYPO3's purposes need {least}")
    return found


def fragment(environment: Environment, wish: Wish, node: Node | None = None) -> str:
    """Return the file of settings; the password is not in it.

    Args:
        node: where the site is, with its own proxy and folder; else a machine with the first one.

    Raises:
        RedisHaError: a cache that cannot be moved, an extension that this version has not.
    """
    numbers = databases(environment.topology)
    _known("--mode", (wish.mode,), MODES, {})
    _known("--with", wish.packages, wish.version.packages, {})
    _known("--caches", wish.caches, wish.version.movable, FIXED)
    address = address_of(environment, wish.mode, node)
    chosen = wish.caches or wish.version.caches
    ordered = (each for each in LIFETIMES if each in chosen)
    return render(
        "typo3/redis.php.j2",
        version=wish.version,
        caches=[Cache(each, numbers[each], LIFETIMES[each]) for each in ordered],
        databases=numbers,
        locks=LOCKS in wish.packages,
        backend=next((BACKENDS[each] for each in wish.packages if each in BACKENDS), CORE),
        address=address.host,
        hostname=f"tls://{address.host}" if wish.tls else address.host,
        port=address.port,
        timeout_s=address.timeout_s,
        why_timeout=address.why,
        tls=wish.tls,
        user=wish.user,
        password_file=node.path(PASSWORD_FILE) if node else PASSWORD_FILE,
        switch=SWITCH,
    )


def address_of(environment: Environment, mode: str, node: Node | None = None) -> Address:
    """Return where a site finds Redis."""
    return MODES[mode](environment, node)


def off(wanted: Typo3Version) -> str:
    """Return the steps that take Redis out of a site."""
    return render("typo3/off.sh.j2", version=wanted, switch=SWITCH)


def _known(option: str, typed: Iterable[str], known: Iterable[str], why: Mapping[str, str]) -> None:
    """Refuse a word that is none of those that are known, with the reason where there is one."""
    names = tuple(known)
    for each in typed:
        if each not in names:
            reason = f": {why[each]}" if each in why else ""
            words = ", ".join(names)
            raise RedisHaError(f"{option}: takes {words}, not `{short(each)}`{reason}")
