"""Directives of an inventory: rendered, or refused where a template has them already."""

from dataclasses import fields
from pathlib import Path

import pytest

from redis_ha import inventory
from redis_ha.errors import InventoryError
from redis_ha.provision import configuration
from redis_ha.render import FILES
from redis_ha.roles import directives, registry
from redis_ha.roles.redis import SUGGESTED
from redis_ha.services.directives import parse
from tests.unit.inventory import toml

NODE = {"name": "redis1", "host": 11, "roles": ["redis"], "sentinels": [26379]}
ALONE = {"redis": {"min_replicas_to_write": 0}, "sentinel": {"quorum": 1}}


def planned(folder: Path, table: str, given: dict[str, object]) -> str:
    """Return what the server of a table is configured with by these directives."""
    path = folder / "some.toml"
    tables = {**ALONE, table: {**ALONE[table], "directives": given}}
    path.write_text(toml.document({**tables, "nodes": [NODE]}), encoding="utf-8")
    return configuration.planned(inventory.load(str(path)))["redis1"][table]


@pytest.mark.parametrize(
    ("table", "given", "line"),
    [
        ("redis", {"maxclients": 5000}, "maxclients 5000"),
        ("redis", {"activedefrag": True}, "activedefrag yes"),
        ("redis", {"tcp-keepalive": 30}, "tcp-keepalive 30"),
        ("redis", {"notify-keyspace-events": ""}, 'notify-keyspace-events ""'),
        ("redis", {"oom-score-adj-values": "0 200 800"}, "oom-score-adj-values 0 200 800"),
        ("sentinel", {"loglevel": "warning"}, "loglevel warning"),
        ("sentinel", {"sentinel auth-user": "mymaster me"}, "sentinel auth-user mymaster me"),
    ],
)
def test_they_are_rendered_and_named(
    table: str, given: dict[str, object], line: str, tmp_path: Path
) -> None:
    text = planned(tmp_path, table, given)
    assert f"# Directives of the inventory: {', '.join(given)}\n" in text
    assert text.splitlines().count(line) == 1
    assert text.count("tcp-keepalive") == (table == "redis") + ("tcp-keepalive" in given)


REFUSED = {
    "a key": ("redis", "maxmemory", "is set by redis.maxmemory"),
    "an old name": ("redis", "slave-priority", "is set by nodes.priority"),
    "ours": ("redis", "appendonly", "is the project's own, and the same for every environment"),
    "users": ("redis", "user", "stays in the server's own file, where it is kept"),
    "Sentinel's": ("redis", "sentinel auth-user", "belongs to sentinel.directives"),
    "Sentinel's own": (
        "sentinel",
        "sentinel down-after-milliseconds",
        "is set by sentinel.down_after_ms",
    ),
}


@pytest.mark.parametrize(("table", "name", "why"), REFUSED.values(), ids=REFUSED)
def test_what_is_rendered_already_is_refused(
    table: str, name: str, why: str, tmp_path: Path
) -> None:
    with pytest.raises(InventoryError, match=why) as refused:
        planned(tmp_path, table, {name: "1"})
    assert f"{table}.directives.{name}: " in str(refused.value)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"Max Clients": 1}, "the name of a directive"),
        ({"timeout": "1\nport 1"}, "what follows the name"),
        ({"timeout": 1.5}, "redis.directives.timeout"),
        ({"timeout": [1]}, "redis.directives.timeout"),
    ],
    ids=["a name", "a second line", "a fraction", "a list"],
)
def test_what_is_no_directive_is_refused(
    given: dict[str, object], why: str, tmp_path: Path
) -> None:
    with pytest.raises(InventoryError, match=why):
        planned(tmp_path, "redis", given)


@pytest.mark.parametrize(
    ("source", "known"),
    [
        ("redis/redis.conf.j2", {*directives.REDIS, *SUGGESTED}),
        ("sentinel/redis-sentinel.conf.j2", {*directives.SENTINEL}),
    ],
)
def test_every_directive_of_a_template_is_known(source: str, known: set[str]) -> None:
    text = (FILES / source).read_text()
    lines = [line for line in text.splitlines() if line[:1] not in ("{", "#", "")]
    keys = [key[:2] if key[0] == "sentinel" else key[:1] for key in parse("\n".join(lines))]
    assert {" ".join(key) for key in keys} | {*SUGGESTED} & known == known


def test_what_is_named_in_place_of_them_is_a_key() -> None:
    known = {**directives.REDIS, **directives.SENTINEL}.values()
    named = {each for each in known if "." in each and not each.startswith("nodes.")}
    keys = {
        f"{name}.{item.name}"
        for name, role in registry().items()
        if role.table
        for item in fields(role.table)
    }
    assert len(named) > 5
    assert named - keys == set()
