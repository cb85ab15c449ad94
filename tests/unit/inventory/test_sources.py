"""One inventory out of several files: what goes before, and what is refused."""

import shutil
from pathlib import Path

import pytest

from redis_ha import inventory
from redis_ha.errors import InventoryError
from redis_ha.inventory import INVENTORIES
from redis_ha.inventory.docker import Docker
from redis_ha.inventory.merging import over
from redis_ha.render import PROJECT
from tests.unit.inventory.files import NODES

SITE = f"""
[redis]
maxmemory = "1gb"
databases = 4
{NODES}
[[nodes]]
name = "web1"
host = 21
roles = ["web"]
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "site.toml").write_text(SITE)
    return tmp_path


def load(folder: Path, text: str, name: str = "mine") -> inventory.Inventory:
    path = folder / f"{name}.toml"
    path.write_text(text)
    return inventory.load(str(path))


def refusal(folder: Path, text: str) -> str:
    """Return what is said, without the folder of the files."""
    with pytest.raises(InventoryError) as caught:
        load(folder, text)
    assert "\n" not in str(caught.value)
    return str(caught.value).replace(f"{folder}/", "")


def test_what_an_inventory_says_goes_before_what_it_extends(site: Path) -> None:
    mine = load(site, 'extends = "site.toml"\n[redis]\nmaxmemory = "2gb"\n[sentinel]\nquorum = 1\n')
    assert (mine.redis.maxmemory, mine.redis.databases, mine.sentinel.quorum) == ("2gb", 4, 1)
    assert [node.name for node in mine.nodes] == ["redis1", "redis2", "web1"]


def test_it_has_a_name_of_its_own(site: Path) -> None:
    assert load(site, 'extends = "site.toml"', "production").name == "production"


def test_nodes_are_taken_over_by_name_key_by_key(site: Path) -> None:
    mine = load(
        site,
        'extends = "site.toml"\n'
        '[[nodes]]\nname = "redis2"\npriority = 40\n'
        '[[nodes]]\nname = "redis3"\nhost = 13\nroles = ["redis"]\n',
    )
    assert [node.name for node in mine.nodes] == ["redis1", "redis2", "web1", "redis3"]
    changed = mine.node("redis2")
    assert (changed.priority, changed.host, changed.sentinels) == (40, 12, (26379,))


def test_a_list_is_taken_as_a_whole(site: Path) -> None:
    mine = load(
        site, 'extends = "site.toml"\n[[nodes]]\nname = "redis2"\nsentinels = [26380, 26381]\n'
    )
    assert mine.node("redis2").sentinels == (26380, 26381)


def test_nodes_can_be_left_out(site: Path) -> None:
    mine = load(site, 'extends = "site.toml"\nwithout = ["web1"]\n')
    assert [node.name for node in mine.nodes] == ["redis1", "redis2"]


def test_a_node_that_is_left_out_can_be_described_anew(site: Path) -> None:
    node = '[[nodes]]\nname = "redis2"\nhost = 40\nroles = ["redis"]\n'
    mine = load(
        site, f'extends = "site.toml"\nwithout = ["redis2"]\n[sentinel]\nquorum = 1\n{node}'
    )
    assert mine.node("redis2").sentinels == ()


def test_chains_work(site: Path) -> None:
    (site / "middle.toml").write_text(
        'extends = "site.toml"\nwithout = ["web1"]\n[redis]\nmaxmemory = "2gb"\nport = 7000\n'
    )
    mine = load(site, 'extends = "middle.toml"\n[redis]\nport = 7001\n')
    assert (mine.redis.port, mine.redis.maxmemory, mine.redis.databases) == (7001, "2gb", 4)
    assert [node.name for node in mine.nodes] == ["redis1", "redis2"]


def test_a_path_is_seen_from_the_file_that_has_it(site: Path) -> None:
    below = site / "stages"
    below.mkdir()
    assert load(below, 'extends = "../site.toml"').redis.databases == 4


def test_a_name_is_one_of_the_project(tmp_path: Path) -> None:
    mine = load(tmp_path, 'extends = "default"\n[docker]\nsubnet = "10.99.0.0/24"\n')
    default = inventory.load("default")
    assert mine.nodes == default.nodes
    assert str(mine.table(Docker).subnet) == "10.99.0.0/24"


def test_fast_is_what_it_was_when_it_stood_there_in_full() -> None:
    complete = PROJECT / "tests" / "golden" / "inventories" / "fast.toml"
    assert "extends" not in complete.read_text()
    assert "extends" in (INVENTORIES / "fast.toml").read_text()
    assert inventory.load("fast") == inventory.load(str(complete))


REFUSED = {
    "no such name": (
        'extends = "nosuch"',
        f"mine.toml: extends: {INVENTORIES}/nosuch.toml: no such inventory; there are default, "
        "fast, site, two-nodes",
    ),
    "no such file": (
        'extends = "nosuch.toml"',
        "mine.toml: extends: nosuch.toml: no such inventory; "
        "there are default, fast, site, two-nodes",
    ),
    "itself": (
        'extends = "mine.toml"',
        "mine.toml: extends: `mine.toml` builds on this one itself",
    ),
    "a circle": (
        'extends = "circle.toml"',
        "circle.toml: extends: `mine.toml` builds on this one itself",
    ),
    "a base that is no TOML": ('extends = "broken.toml"', "mine.toml: extends: broken.toml: not"),
    "no text": ("extends = 3", "mine.toml: extends: input should be a valid string, not `3`"),
    "nothing": ('extends = ""', "mine.toml: extends: string should have at least 1 character"),
    "a node that is not there": (
        'extends = "site.toml"\nwithout = ["web9"]',
        "mine.toml: without[0]: what it extends has no node `web9`; there are redis1, redis2, web1",
    ),
    "left out of nothing": (
        f'without = ["web1"]\n{SITE}',
        "mine.toml: without[0]: what it extends has no node `web1`; there are none",
    ),
    "left out as a word": (
        'extends = "site.toml"\nwithout = "web1"',
        "mine.toml: without: input should be a valid array, not `web1`",
    ),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_extended_is_refused_with_file_and_key(
    text: str, message: str, site: Path
) -> None:
    (site / "circle.toml").write_text('extends = "mine.toml"')
    (site / "broken.toml").write_text("[")
    assert refusal(site, text).startswith(message)


BASE = 'extends = "base.toml"\n'
PLACES = {
    "a key of the base": (
        SITE.replace("databases = 4", "databases = 0"),
        BASE,
        "base.toml: redis.databases: input should be greater than or equal to 1, not `0`",
    ),
    "a key that is put right": (
        SITE.replace("databases = 4", "databases = 0"),
        f"{BASE}[redis]\ndatabases = 2\n",
        "",
    ),
    "a key over a good one": (
        SITE,
        f"{BASE}[redis]\ndatabases = 0\n",
        "mine.toml: redis.databases: input should be greater than or equal to 1, not `0`",
    ),
    "an unknown key of the base": (
        f"colours = 1\n{SITE}",
        BASE,
        "base.toml: colours: unknown key; allowed are client, commander, docker, extends, local, "
        "nodes, proxy, redis, sentinel, typo3, vagrant, web, without",
    ),
    "a node by its number in the base": (
        SITE.replace("priority = 75", "priority = 1001"),
        f'{BASE}[[nodes]]\nname = "redis2"\nhost = 40\n',
        "base.toml: nodes[1].priority: input should be less than or equal to 1000, not `1001`",
    ),
    "a node by its number in the upper file": (
        SITE,
        f'{BASE}[[nodes]]\nname = "redis2"\nhost = 1\n',
        "mine.toml: nodes[0].host: input should be greater than or equal to 2, not `1`",
    ),
    "what a new node lacks": (
        SITE,
        f'{BASE}[[nodes]]\nname = "web2"\nhost = 22\n',
        "mine.toml: nodes[0].roles: is required",
    ),
    "what a node lacks that is described anew": (
        SITE,
        f'{BASE}without = ["web1"]\n[[nodes]]\nname = "web1"\nhost = 22\n',
        "mine.toml: nodes[0].roles: is required",
    ),
    "a node without a name": (
        SITE,
        f'{BASE}[[nodes]]\nhost = 22\nroles = ["web"]\n',
        "mine.toml: nodes[0].name: is required",
    ),
    "an item of a list in the base": (
        SITE.replace('roles = ["web"]', 'roles = ["db"]'),
        BASE,
        "base.toml: nodes[2].roles[0]: input should be 'redis', 'commander', 'proxy', 'web' "
        "or 'typo3', not `db`",
    ),
    "both files": (
        SITE.replace("databases = 4", "databases = 0"),
        f"{BASE}[sentinel]\nquorum = 0\n",
        "base.toml: redis.databases: input should be greater than or equal to 1, not `0`; "
        "mine.toml: sentinel.quorum: input should be greater than or equal to 1, not `0`",
    ),
    "a contradiction of the upper file": (
        SITE,
        f"{BASE}[sentinel]\nquorum = 3\n",
        "mine.toml: sentinel.quorum: at most 2 (the number of Sentinels)",
    ),
    "a contradiction with a key of the base": (
        f"[sentinel]\nquorum = 2\n{SITE}",
        f'{BASE}[[nodes]]\nname = "redis2"\nsentinels = []\n',
        "mine.toml: sentinel.quorum: at most 1 (the number of Sentinels) (set in base.toml)",
    ),
    "one name twice in a file": (
        SITE,
        f'{BASE}[[nodes]]\nname = "web1"\nhost = 22\n'
        '[[nodes]]\nname = "web1"\nhost = 23\nroles = ["web"]\n',
        "mine.toml: nodes.name: `web1` is used 2 times, every node needs its own",
    ),
    "nodes that are no list": (SITE, f"nodes = 3\n{BASE}", "mine.toml: nodes: input should be"),
    "a table that is none": (SITE, f"redis = 3\n{BASE}", "mine.toml: redis: input should be"),
}


@pytest.mark.parametrize(("base", "text", "message"), PLACES.values(), ids=PLACES)
def test_what_is_wrong_is_told_of_the_file_that_says_so(
    base: str, text: str, message: str, tmp_path: Path
) -> None:
    (tmp_path / "base.toml").write_text(base)
    if message:
        assert refusal(tmp_path, text).startswith(message)
    else:
        assert load(tmp_path, text).redis.databases == 2


def test_tables_are_laid_over_each_other_key_by_key() -> None:
    base = {"a": {"b": 1, "c": {"d": 1}}, "e": [1, 2]}
    own = {"a": {"c": {"f": 2}}, "e": [3]}
    assert over(base, own) == {"a": {"b": 1, "c": {"d": 1, "f": 2}}, "e": [3]}
    assert base == {"a": {"b": 1, "c": {"d": 1}}, "e": [1, 2]}


def test_a_copy_of_a_shipped_inventory_can_be_used_elsewhere(tmp_path: Path) -> None:
    shutil.copy(INVENTORIES / "fast.toml", tmp_path)
    assert inventory.load(str(tmp_path / "fast.toml")) == inventory.load("fast")
