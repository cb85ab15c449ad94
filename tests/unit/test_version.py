import pytest

from redis_ha import version
from redis_ha.version import Version


@pytest.mark.parametrize(
    ("says", "read"),
    [
        ("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0", Version("Redis", "7.0.15")),
        ("Valkey server v=9.1.2 sha=00000000:1 malloc=libc", Version("Valkey", "9.1.2")),
        ("Server v=7.2.11 sha=00000000:0", Version("Valkey", "7.2.11")),
        ("KeyDB server v=6.3.4 sha=00000000:0", Version("KeyDB", "6.3.4")),
        ("hello", None),
    ],
)
def test_a_program_tells_its_product_and_version(says: str, read: Version | None) -> None:
    assert version.printed(says) == read


@pytest.mark.parametrize(
    ("info", "read"),
    [
        ({"redis_version": "7.0.15"}, "Redis 7.0.15"),
        ({"redis_version": "7.2.4", "valkey_version": "9.1.2"}, "Valkey 9.1.2"),
    ],
)
def test_a_server_tells_its_own_version_not_the_one_it_is_compatible_with(
    info: dict[str, object], read: str
) -> None:
    assert str(version.of_info(info)) == read


@pytest.mark.parametrize(
    ("product", "number", "is_supported"),
    [
        ("Redis", "6.2.14", False),
        ("Redis", "6.9", False),
        ("Redis", "7.0.0", True),
        ("Redis", "7.0-rc1", True),
        ("Redis", "10.0.1", True),
        ("Valkey", "7.2.11", False),
        ("Valkey", "8.0.0", True),
        ("Valkey", "9.1.2", True),
        ("KeyDB", "7.3.4", False),
    ],
)
def test_the_floor_is_redis_7_0_and_valkey_8(product: str, number: str, is_supported: bool) -> None:
    found = Version(product, number)
    assert found.is_supported is is_supported
    assert (found.problem is None) is is_supported


def test_an_older_one_is_named_with_what_is_needed() -> None:
    said = "Redis 6.2.14; this needs Redis 7.0 or Valkey 8 or newer"
    assert Version("Redis", "6.2.14").problem == said


def test_each_that_is_too_old_is_told_with_its_nodes() -> None:
    old, older, new = (Version("Redis", number) for number in ("6.2.14", "6.0.16", "7.0.15"))
    needed = "this needs Redis 7.0 or Valkey 8 or newer"
    assert version.too_old({"redis1": old, "redis2": new, "redis3": old, "redis4": older}) == [
        f"Redis 6.2.14 on redis1, redis3; {needed}",
        f"Redis 6.0.16 on redis4; {needed}",
    ]
    assert version.too_old({"redis2": new}) == []


VALKEY, REDIS = "Valkey", "Redis"


@pytest.mark.parametrize(
    ("now", "written", "loads"),
    [
        ((REDIS, "7.0.15"), (REDIS, "7.0.16"), True),
        ((REDIS, "8.0.2"), (REDIS, "7.0.15"), True),
        ((REDIS, "7.0.15"), (REDIS, "7.2.4"), False),
        ((REDIS, "8.2.0"), (VALKEY, "8.0.0"), False),
        ((VALKEY, "9.1.2"), (VALKEY, "8.1.8"), True),
        ((VALKEY, "8.1.8"), (VALKEY, "9.1.2"), False),
        ((VALKEY, "9.1.2"), (REDIS, "6.2.5"), True),
        ((VALKEY, "9.1.2"), (REDIS, "7.2.11"), True),
        ((VALKEY, "9.1.2"), (REDIS, "7.4.0"), False),
    ],
)
def test_a_server_loads_what_older_ones_of_its_line_wrote(
    now: tuple[str, str], written: tuple[str, str], loads: bool
) -> None:
    assert Version(*now).loads(Version(*written)) is loads
