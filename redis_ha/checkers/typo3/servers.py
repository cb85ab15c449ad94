"""Rules about the servers that a site names, by what they say."""

from collections.abc import Iterator

from redis_ha.checkers.configuration.finding import Finding, Severity
from redis_ha.typo3.site import Site

POLICIES = {
    "allkeys": (
        Severity.WRONG,
        "memory that is full costs sessions, and the sets of tags: pages that no edit flushes",
    ),
    "noeviction": (
        Severity.RISKY,
        "memory that is full refuses every write, those of sessions and flushes as well",
    ),
}


def connect_timeout(site: Site) -> Iterator[Finding]:
    """See that a cache whose server is away costs a second, not as long as PHP likes."""
    for part in site.caches:
        value = part.options.get("connectionTimeout")
        if not value or value.shown == 0:
            why = "a machine that is gone holds each request for `default_socket_timeout`"
            now = "not set" if not value else "0"
            yield Finding(f"{part.name}: connectionTimeout", Severity.RISKY, now, "1", why)


def eviction(site: Site) -> Iterator[Finding]:
    """See that what makes room has a time to live: pages, and not sessions."""
    for address, server in site.servers.items():
        severity, why = POLICIES.get(server.policy.partition("-")[0], (None, ""))
        if severity:
            setting = f"{address}: maxmemory-policy"
            yield Finding(setting, severity, server.policy, "volatile-ttl", why)


def replica(site: Site) -> Iterator[Finding]:
    """See that no address leads to a replica."""
    for address, server in site.servers.items():
        if server.role == "slave":
            why = "a replica refuses writes: logged-in pages and the backend fail"
            yield Finding(address, Severity.WRONG, "a replica", "the proxy's address", why)


def direct(site: Site) -> Iterator[Finding]:
    """See that the address of a set that can fail over is one that follows."""
    for address, server in site.servers.items():
        if server.direct and server.role == "master" and server.replicas:
            why = "after a failover this address is a replica or nobody, until somebody changes it"
            now = f"one server, with {server.replicas} replicas"
            yield Finding(address, Severity.RISKY, now, "the proxy's address", why)


def silent(site: Site) -> Iterator[Finding]:
    """Say which servers could not be asked."""
    for address, server in site.servers.items():
        if server.trouble:
            why = "what it is set to is not known; the site may be unable to reach it as well"
            yield Finding(address, Severity.NOTE, server.trouble, "an answer", why)
