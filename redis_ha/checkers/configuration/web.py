"""Rules about the web node: its waits, its connections, and how long its sessions live."""

from collections.abc import Iterator, Mapping
from math import ceil

from redis_ha.checkers.configuration.finding import Finding, Severity
from redis_ha.checkers.configuration.settings import Settings
from redis_ha.inventory import Inventory
from redis_ha.roles import proxy
from redis_ha.roles.web import MOST_CHILDREN, NAME, Web
from redis_ha.services import web_waits

SHARE = 0.8
"""Of the connections that a server takes: beyond it there is no room for the next change."""
SOON = "volatile-ttl"


def way_to_redis(settings: Settings) -> Iterator[Finding]:
    """See that each web node has a proxy: its PHP goes through that one."""
    for node in settings.topology.nodes_with(NAME):
        if proxy.NAME not in node.roles:
            why = "its PHP reaches Redis through the proxy of its own node, and there is none"
            better = f"{node.name} proxy, web"
            yield Finding("nodes.roles", Severity.WRONG, f"{node.name} web", better, why)


def timeouts(settings: Settings) -> Iterator[Finding]:
    """See that nobody ends what another one still waits for."""
    topology = settings.topology
    if not topology.nodes_with(NAME):
        return
    found, web = web_waits.of(topology), topology.table(Web)
    if (idle_s := topology.table(proxy.Proxy).idle_timeout_s) <= found.terminate_s:
        why = f"a page may take {found.terminate_s} s, and its connection to Redis is cut before"
        yield Finding(
            "proxy.idle_timeout_s", Severity.RISKY, str(idle_s), str(2 * found.terminate_s), why
        )
    if web.session_lock_s <= found.read_s:
        why = (
            f"a page may be held for {found.hold_s:g} s while there is no master: its lock is gone "
            "by then, and another page changes the same session"
        )
        now, better = str(web.session_lock_s), str(ceil(2 * found.read_s))
        yield Finding("web.session_lock_s", Severity.RISKY, now, better, why)


def connections(settings: Settings) -> Iterator[Finding]:
    """Hold what all pages may keep open against what the proxy and each Redis take."""
    topology = settings.topology
    web, nodes = topology.table(Web), topology.nodes_with(NAME)
    if not nodes:
        return
    children = web.children or MOST_CHILDREN
    each, all_nodes = children * web.connections, children * web.connections * len(nodes)
    shown = f"{children} processes, {web.connections} connections each"
    most = topology.table(proxy.Proxy).max_connections
    if each > SHARE * most:
        why = f"{shown}: {each} on a node whose proxy takes {most}; the next page waits in vain"
        better = str(ceil(each / SHARE))
        yield Finding("proxy.max_connections", Severity.RISKY, str(most), better, why)
    least = min(redis.maxclients for redis in settings.redis)
    if all_nodes > SHARE * least:
        why = f"{shown}, {len(nodes)} web nodes: {all_nodes}; Redis turns the others away"
        better = str(ceil(all_nodes / SHARE))
        yield Finding("maxclients", Severity.RISKY, str(least), better, why)


def lifetimes(settings: Settings) -> Iterator[Finding]:
    """See that memory that is full takes entries of caches before it takes sessions."""
    topology = settings.topology
    web = topology.table(Web)
    if not topology.nodes_with(NAME) or SOON not in {redis.policy for redis in settings.redis}:
        return
    if web.session_lifetime_s > web.cache_lifetime_s:
        return
    yield Finding(
        "web.session_lifetime_s",
        Severity.RISKY,
        f"{web.session_lifetime_s} with caches of {web.cache_lifetime_s}",
        str(2 * web.cache_lifetime_s),
        f"with {SOON} what ends sooner is evicted first: visitors are logged out while caches stay",
    )


def findings_on(topology: Inventory, seconds: Mapping[str, int]) -> Iterator[Finding]:
    """Hold PHP's own timeout, as nodes have it, against the wait for a master.

    It is checked and not set: mail and HTTP use it as well.
    """
    needed_s = web_waits.of(topology).read_s
    for node, now_s in seconds.items():
        if now_s >= needed_s:
            continue
        why = (
            f"a program in PHP that sets no timeout of its own gives Redis up after {now_s} s, "
            f"while the proxy may hold it for {web_waits.of(topology).hold_s:g} s"
        )
        yield Finding("default_socket_timeout", Severity.RISKY, f"{now_s} ({node})", "60", why)


RULES = (way_to_redis, timeouts, connections, lifetimes)
