"""What keys are for, by their names."""

import pytest

from redis_ha.measure.purposes import MOST, OTHERS, Own, naming

SHA1 = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("key", "name", "kind", "use"),
    [
        ("identData:3_1f2e", "TYPO3 cache", "entries", "cache"),
        ("identTags:3_1f2e", "TYPO3 cache", "tags by entry", "cache"),
        ("tagIdents:pageId_3", "TYPO3 cache", "entries by tag", "cache"),
        ("shop-pages:identData:3_1f2e", "shop-pages", "entries", "cache"),
        (f"typo3_ses_BE_{SHA1}_{SHA1}", "TYPO3 sessions", "backend", "sessions"),
        (f"shop-typo3_ses_FE_{SHA1}_{SHA1}", "TYPO3 sessions", "frontend", "sessions"),
        ("PHPREDIS_SESSION:abc", "PHP sessions", "php-redis", "sessions"),
        ("PHPREDIS_SESSION:abc_LOCK", "locks", "php-redis", "locks"),
        ("session:abc", "PHP sessions", "redis-ha", "sessions"),
        ("session-lock:abc", "locks", "redis-ha", "locks"),
        (f"{SHA1}:lock:mutex:pagesection", "locks", "distributed-locks", "locks"),
        ("redis-ha:drill:1:2", "redis-ha", "writes of drills", ""),
        ("key:__rand_int__", "redis-benchmark", "", ""),
        ("cart:17:items", "cart:*", "", ""),
        ("user4711", "user*", "", ""),
        ("plain", "plain", "", ""),
        ("a\nidentData:1", "a", "entries", "cache"),
        ("\x1b[2J\udcff:1", "\x1b[*J\udcff:*", "", ""),
    ],
)
def test_a_key_is_told_by_its_name(key: str, name: str, kind: str, use: str) -> None:
    found = naming(0)(key)
    if key.startswith("a\n"):
        name = "a\n"
    assert (found.name, found.kind, found.use) == (name, kind, use)


def test_a_name_of_the_inventory_counts_in_its_database_and_keeps_the_kinds_apart() -> None:
    own = [Own.read("pages = 3/*"), Own.read("carts = */cart:*")]
    of_3, of_4 = naming(3, own), naming(4, own)
    assert of_3("identData:1").name == "pages"
    assert (of_3("tagIdents:x").name, of_3("tagIdents:x").kind) == ("pages", "entries by tag")
    assert of_4("identData:1").name == "TYPO3 cache"
    assert of_4("cart:1").name == "carts"
    assert of_4("carts:1").name == "carts:*"


def test_keys_of_one_purpose_share_one_value() -> None:
    tell = naming(0)
    assert tell("cart:1") is tell("cart:2")
    assert tell("cart:1") != naming(1)("cart:1")


def test_no_number_of_prefixes_makes_more_rows_than_a_table_can_have() -> None:
    tell = naming(0)
    found = {tell(f"{'x' * number}:1") for number in range(1, 40)}
    found |= {tell(f"{chr(97 + number % 26)}{'y' * (number // 26)}:") for number in range(300)}
    assert len(found) == MOST + 1
    assert tell("unheard:of").name == OTHERS
