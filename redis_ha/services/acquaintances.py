"""Whom a Sentinel counts, told apart by the inventory: its servers, and strangers."""

from collections.abc import Iterable, Mapping

from redis_ha.nodes.environment import Environment
from redis_ha.services.snapshot import UNREACHED, Stranger

Entry = Mapping[str, str]
"""One of SENTINEL REPLICAS or SENTINEL SENTINELS."""


def replicas(environment: Environment, entries: Iterable[Entry]) -> tuple[tuple[str, int], ...]:
    """Return the replicas of the inventory by name, with the priorities that were read."""
    names = _redis(environment)
    known = ((names.get(address(each)), int(each["slave-priority"])) for each in entries)
    return tuple(sorted((name, priority) for name, priority in known if name))


def strangers(
    environment: Environment, replicas: Iterable[Entry], sentinels: Iterable[Entry]
) -> tuple[Stranger, ...]:
    """Return who is neither; a node's address with another port is a stranger too."""
    return (
        *_strange("replica", _redis(environment), replicas),
        *_strange("Sentinel", _sentinels(environment), sentinels),
    )


def node_of(environment: Environment, entry: Entry) -> str | None:
    """Return the node whose Redis or Sentinel this is, None for that of a stranger."""
    name = names(environment).get(address(entry))
    return name.partition(":")[0] if name else None


def names(environment: Environment) -> dict[str, str]:
    """Return what the servers of the inventory are called, by their addresses with ports."""
    return {**_redis(environment), **_sentinels(environment)}


def address(entry: Entry) -> str:
    """Return where a server is, with its port."""
    return f"{entry['ip']}:{entry['port']}"


def _strange(kind: str, known: Iterable[str], entries: Iterable[Entry]) -> list[Stranger]:
    return [
        Stranger(
            kind,
            address(each),
            _is_reached(each),
            int(each.get("slave-priority", 0)) if _is_reached(each) else 0,
        )
        for each in entries
        if address(each) not in known
    ]


def _is_reached(entry: Entry) -> bool:
    return not UNREACHED & set(entry["flags"].split(","))


def _redis(environment: Environment) -> dict[str, str]:
    port = environment.topology.redis.port
    return {f"{node.address}:{port}": node.name for node in environment.redis_nodes}


def _sentinels(environment: Environment) -> dict[str, str]:
    return {
        f"{node.address}:{port}": f"{node.name}:{port}"
        for node in environment.sentinel_nodes
        for port in node.spec.sentinels
    }
