"""redis_ha/services/merging.py and what `directives.unmanaged` leaves to others."""

from hashlib import sha256

import pytest

from redis_ha.services.directives import differences, unmanaged
from redis_ha.services.merging import lines, merge, put_back

HEAD = "# Managed by redis-ha: change the inventory\n"
REDIS = f"{HEAD}port 6379\nrequirepass secret\nmaxmemory 1mb\n"
CHANGED = REDIS.replace("1mb", "2mb")
SENTINEL = f"{HEAD}port 26379\nsentinel monitor mymaster 10.0.0.1 6379 2\n"
HASH = sha256(b"secret").hexdigest()
OTHERS_MASTER = (
    "sentinel monitor others 10.9.0.1 6379 1\n"
    "sentinel auth-pass others else\n"
    "sentinel notification-script others /opt/tell.sh\n"
    "sentinel known-replica others 10.9.0.2 6379\n"
    "sentinel config-epoch others 7\n"
)

KEPT = {
    "a user": (REDIS, "user app on >pw ~* +@all\n"),
    "a file of users": (REDIS, "aclfile /etc/redis/users.acl\n"),
    "a module": (REDIS, "loadmodule /opt/one.so a b\nloadmodule /opt/two.so\n"),
    "a file": (REDIS, "include /etc/redis/more.conf\n"),
    "a directive": (REDIS, "maxclients 5000\n"),
    "one with several lines": (REDIS, 'rename-command FLUSHALL ""\nrename-command KEYS k\n'),
    "a restricted default user": (REDIS, f"user default on #{HASH} ~* &* +@all -flushall\n"),
    "another master": (SENTINEL, OTHERS_MASTER),
    "a user of our master": (SENTINEL, "sentinel auth-user mymaster watcher\n"),
    "a user of a Sentinel": (SENTINEL, "user app on >pw +@all\n"),
    "a setting of a Sentinel": (SENTINEL, "sentinel sentinel-user peer\nloglevel verbose\n"),
}
DROPPED = {
    "the default user": (REDIS, f"user default on sanitize-payload #{HASH} ~* &* +@all\n"),
    "the default user of another password": (REDIS, "user default on #00 ~* +@read\n"),
    "whom it followed": (REDIS, "replicaof 10.0.0.9 6379\n"),
    "a script of before": (SENTINEL, "sentinel notification-script mymaster /etc/redis/n.sh\n"),
    "an earlier name of our master": (
        SENTINEL,
        "sentinel monitor before 10.0.0.1 6379 2\nsentinel auth-pass before pw\n",
    ),
    "an earlier name of one that has moved": (
        SENTINEL,
        "sentinel monitor before 10.0.0.2 6379 2\nsentinel known-replica before 10.0.0.1 6379\n",
    ),
    "half a line": (SENTINEL, "sentinel\nsentinel monitor\n"),
}


@pytest.mark.parametrize(("wanted", "others"), KEPT.values(), ids=KEPT)
def test_what_others_wrote_is_no_difference_and_is_kept(wanted: str, others: str) -> None:
    assert differences(wanted, wanted + others) == []
    assert merge(wanted, wanted + others) == wanted + others
    changed = wanted.replace("port", "timeout 5\nport")
    assert merge(changed, wanted + others) == changed + others
    assert "".join(f"{line}\n" for line in lines(wanted, wanted + others)) == others


@pytest.mark.parametrize(("wanted", "former"), DROPPED.values(), ids=DROPPED)
def test_what_is_ours_or_the_servers_own_is_not_kept(wanted: str, former: str) -> None:
    changed = wanted.replace("port", "timeout 5\nport")
    assert merge(changed, wanted + former) == changed
    assert lines(wanted, wanted + former) == ()


def test_a_file_of_somebody_else_has_nothing_to_keep() -> None:
    assert unmanaged(REDIS, "port 1\nmaxclients 5000\n") == frozenset()
    assert merge(REDIS, "port 1\nmaxclients 5000\n") == REDIS


def test_what_stood_above_stays_above() -> None:
    held = f"{HEAD}include /a.conf\nport 6379\nmaxmemory 1mb\ninclude /b.conf\n"
    merged = merge(CHANGED, held)
    assert merged == f"include /a.conf\n{CHANGED}include /b.conf\n"
    assert merge(CHANGED, merged) == merged


def test_what_an_inventory_names_no_more_is_a_difference_and_goes() -> None:
    both = "# Directives of the inventory: maxclients, timeout\n"
    adopted = f"{REDIS}{both}maxclients 1\ntimeout 5\n"
    assert merge(adopted, REDIS) == adopted
    fewer = f"{REDIS}# Directives of the inventory: maxclients\nmaxclients 1\n"
    assert [str(each) for each in differences(fewer, adopted)] == ["timeout: 5 instead of not set"]
    assert merge(fewer, adopted) == fewer
    assert merge(REDIS, f"{adopted}hz 20\n") == f"{REDIS}hz 20\n"


def test_what_stood_there_already_is_adopted_without_a_difference() -> None:
    adopted = f"{REDIS}# Directives of the inventory: maxclients\nmaxclients 1\n"
    by_hand = f"{REDIS}maxclients 1\n"
    assert differences(adopted, by_hand) == []
    assert merge(adopted, by_hand) == adopted


@pytest.mark.parametrize(
    ("held", "after"),
    [
        ("", "maxclients 5000\n"),
        ("maxclients 10000\n", "maxclients 5000\n"),
        ("user a on\n", "user a on\nmaxclients 5000\n"),
    ],
    ids=["lost", "rewritten", "beside others"],
)
def test_lines_to_keep_come_in_place_of_what_a_rewrite_made_of_them(held: str, after: str) -> None:
    kept = ["maxclients 5000"]
    assert merge(REDIS, REDIS + held, kept=kept) == REDIS + after
    assert merge(REDIS, REDIS + after, kept=kept) == REDIS + after


def test_a_sentinel_keeps_what_it_learned_of_every_master() -> None:
    learned = "sentinel myid ab\nsentinel known-replica mymaster 10.0.0.2 6379\n"
    moved = SENTINEL.replace("10.0.0.1", "10.0.0.2")
    known = "sentinel known-replica mymaster 10.0.0.1 6379\n"
    merged = merge(moved, SENTINEL + learned + OTHERS_MASTER, known)
    assert merged == moved + "sentinel myid ab\n" + known + OTHERS_MASTER


BEFORE = f"{REDIS}loadmodule /a.so\ninclude /a.conf\nuser app on #00\nreplicaof 10.0.0.1 6379\n"
PUT_BACK = {
    "all as it was": (BEFORE, BEFORE),
    "of an included file": (f"{BEFORE}hz 20\n", BEFORE),
    "what was only in memory": (f"{BEFORE}timeout 9\nuser b on\n",) * 2,
    "a setting that was not read": (
        BEFORE.replace("1mb", "9mb"),
        BEFORE,
    ),
    "a module that was not read": (BEFORE.replace("loadmodule /a.so\n", ""), None),
    "a user that was not read": (BEFORE.replace("user app on #00\n", ""), None),
    "the rules of a user": (BEFORE.replace("#00", "#11"),) * 2,
    "whom it follows": (BEFORE.replace("10.0.0.1", "10.0.0.2"),) * 2,
}


@pytest.mark.parametrize(("after", "due"), PUT_BACK.values(), ids=PUT_BACK)
def test_a_rewrite_gets_back_what_the_server_had_not_read(after: str, due: str | None) -> None:
    found = put_back(BEFORE, after, "hz 20\nmaxmemory 1mb\n", but=["replicaof"])
    assert found == due if due else sorted(found.splitlines()) == sorted(BEFORE.splitlines())


def test_with_a_file_of_users_that_was_not_read_there_are_none_beside_it() -> None:
    before = f"{REDIS}aclfile /a.acl\n"
    assert (
        put_back(before, f"{before}user default on\nuser app on\n".replace("/a.acl", '""'))
        == before
    )


def test_a_sentinel_is_believed_what_it_learned_and_watches() -> None:
    before = f"{SENTINEL}sentinel myid a\nloglevel verbose\nuser app on #00\n"
    after = before.replace("10.0.0.1", "10.0.0.2").replace("myid a", "myid b")
    assert put_back(before, after.replace("verbose", "notice")) == after
