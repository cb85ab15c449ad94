"""PHP's sessions in Redis: what an application and a visitor see in each situation."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager

import pytest

from redis_ha.wait import wait_until
from tests.php.fastcgi import Answer
from tests.php.servers import NOWHERE, Pair, Server, Site
from tests.unit import resp

MIDDLE_S = 0.4
"""How long a page takes during which something happens to Redis."""
LIFETIME_MS = 600_000


def count(answer: Answer) -> int:
    assert answer.status == 200, answer
    return int(json.loads(answer.body)["count"])


def visitor(site: Site) -> str:
    """Return the cookie of a visitor whose counter is at 1."""
    answer = site.ask("counter")
    assert count(answer) == 1
    cookie = answer.cookie()
    assert cookie
    return cookie


def is_outage(answer: Answer) -> bool:
    """Say whether an answer is an error after which a visitor tries again as who he was."""
    return (
        answer.status == 503
        and int(answer.headers["Retry-After"]) > 0
        and answer.cookie() is None
        and "count" not in answer.body
    )


@contextmanager
def meanwhile(site: Site, cookie: str, **query: str) -> Iterator[Future[Answer]]:
    """Ask for a page, and go on once it is in the middle of its work."""
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(lambda: site.ask("counter", cookie, pause=str(MIDDLE_S), **query))
        time.sleep(MIDDLE_S / 2)
        yield asked


@contextmanager
def gone(server: Server) -> Iterator[None]:
    server.end()
    try:
        yield
    finally:
        server.start()


@contextmanager
def demoted(server: Server) -> Iterator[None]:
    with server.client as client:
        client.replicaof(server.client.connection_pool.connection_kwargs["host"], 1)
        try:
            yield
        finally:
            client.replicaof("NO", "ONE")


def full(server: Server) -> AbstractContextManager[None]:
    return server.set_to(maxmemory="1mb", maxmemory_policy="noeviction")


def isolated(server: Server) -> AbstractContextManager[None]:
    return server.set_to(min_replicas_to_write="2")


REFUSALS: dict[str, Callable[[Server], AbstractContextManager[None]]] = {
    "gone": gone,
    "OOM": full,
    "READONLY": demoted,
    "NOREPLICAS": isolated,
}


def test_a_session_is_kept_under_the_names_that_are_documented(site: Site, pair: Pair) -> None:
    cookie = visitor(site)
    with pair.master.client as client:
        assert client.get(f"session:{cookie}") == b"count|i:1;"
        assert LIFETIME_MS * 0.9 < client.pttl(f"session:{cookie}") <= LIFETIME_MS
        assert not client.exists(f"session-lock:{cookie}")
    assert [count(site.ask("counter", cookie)) for _ in range(3)] == [2, 3, 4]


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_session_that_cannot_be_read_ends_the_request_and_is_kept(
    site: Site, pair: Pair, refusal: str
) -> None:
    cookie = visitor(site)
    with REFUSALS[refusal](pair.master):
        answer = site.ask("counter", cookie)
    assert is_outage(answer), answer
    pair.settle()
    assert count(site.ask("counter", cookie)) == 2


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_session_that_cannot_be_written_is_an_error_and_not_a_step_back(
    site: Site, pair: Pair, refusal: str
) -> None:
    cookie = visitor(site)
    with meanwhile(site, cookie) as asked, REFUSALS[refusal](pair.master):
        answer = asked.result()
    assert is_outage(answer), answer
    pair.settle()
    started = time.monotonic()
    assert count(site.ask("counter", cookie)) == 2
    assert time.monotonic() - started < 2, "the lock that the failed request left was waited for"


def test_one_line_is_logged_for_each_failure(site: Site, pair: Pair) -> None:
    cookie = visitor(site)
    before = len(site.log().splitlines())
    with isolated(pair.master):
        site.ask("counter", cookie)
    (line,) = site.log().splitlines()[before:]
    assert line.endswith(
        f"redis-ha: a session could not be read: 127.0.0.1:{pair.master.port} answers NOREPLICAS"
    )


def test_what_no_replica_confirms_is_not_written(site: Site, pair: Pair) -> None:
    cookie = visitor(site)
    with gone(pair.replica):
        assert is_outage(site.ask("counter", cookie))
        site.tell(confirm_replicas=0)
        assert site.ask("counter", cookie).status == 200
    assert "not confirmed by 1 of the replicas" in site.log()


def test_requests_of_one_visitor_take_turns(site: Site) -> None:
    cookie = visitor(site)
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda _: site.ask("counter", cookie, pause="0.05"), range(12)))
    assert sorted(map(count, answers)) == list(range(2, 14))


def test_a_lock_that_is_not_given_back_is_waited_for_and_then_an_error(
    site: Site, pair: Pair
) -> None:
    cookie = visitor(site)
    site.tell(lock_wait_s=0.3)
    with pair.master.client as client:
        client.set(f"session-lock:{cookie}", "elsewhere", px=20_000)
        assert is_outage(site.ask("counter", cookie))
        assert client.get(f"session-lock:{cookie}") == b"elsewhere"
        client.delete(f"session-lock:{cookie}")
    assert count(site.ask("counter", cookie)) == 2


def test_the_lock_of_a_request_that_was_killed_is_freed_by_the_next(site: Site) -> None:
    cookie = visitor(site)
    with pytest.raises(ConnectionError):
        site.ask("counter", cookie, do="die")
    started = time.monotonic()
    assert count(site.ask("counter", cookie)) == 2
    assert time.monotonic() - started < 2


def test_an_application_that_fails_keeps_no_lock(site: Site, pair: Pair) -> None:
    cookie = visitor(site)
    assert site.ask("counter", cookie, do="fail").status == 500
    with pair.master.client as client:
        assert not client.exists(f"session-lock:{cookie}")
    assert count(site.ask("counter", cookie)) == 3


def test_who_lost_the_lock_overwrites_nobody(site: Site, pair: Pair) -> None:
    cookie = visitor(site)
    with pair.master.client as client, meanwhile(site, cookie) as slow:
        client.delete(f"session-lock:{cookie}")
        assert count(site.ask("counter", cookie)) == 2
        assert is_outage(slow.result())
        assert client.get(f"session:{cookie}") == b"count|i:2;"


def test_who_lost_the_lock_while_nobody_wrote_writes(site: Site, pair: Pair) -> None:
    cookie = visitor(site)
    with pair.master.client as client, meanwhile(site, cookie) as slow:
        client.delete(f"session-lock:{cookie}")
        assert count(slow.result()) == 2
    assert count(site.ask("counter", cookie)) == 3


def test_a_connection_that_is_cut_between_costs_nothing(site: Site, pair: Pair) -> None:
    cookie = visitor(site)
    with pair.master.client as client, meanwhile(site, cookie) as asked:
        client.client_kill_filter(_type="normal", skipme=True)
        assert count(asked.result()) == 2
    assert count(site.ask("counter", cookie)) == 3


def test_an_unknown_cookie_gets_a_new_one_and_leaves_no_lock(site: Site, pair: Pair) -> None:
    answer = site.ask("counter", "planted")
    assert count(answer) == 1
    assert answer.cookie() not in (None, "planted")
    with pair.master.client as client:
        assert not client.exists("session:planted", "session-lock:planted")


def test_an_unchanged_session_is_prolonged_and_not_written(site: Site, pair: Pair) -> None:
    cookie = visitor(site)
    with pair.master.client as client:
        client.pexpire(f"session:{cookie}", 5_000)
        with meanwhile(site, cookie, do="unchanged") as asked:
            client.set(f"session:{cookie}", "count|i:7;")
            assert asked.result().status == 200
        assert client.get(f"session:{cookie}") == b"count|i:7;"
        assert client.pttl(f"session:{cookie}") > LIFETIME_MS * 0.9
        assert not client.exists(f"session-lock:{cookie}")


def test_a_session_without_content_is_a_session(site: Site) -> None:
    cookie = site.ask("counter", do="unchanged").cookie()
    assert cookie
    assert site.ask("counter", cookie, do="unchanged").cookie() is None


@pytest.mark.parametrize("is_deleted", [False, True])
def test_a_session_moves_to_a_new_id(site: Site, pair: Pair, is_deleted: bool) -> None:
    cookie = visitor(site)
    does = "regenerate_and_delete" if is_deleted else "regenerate"
    moved = site.ask("counter", cookie, do=does).cookie()
    assert moved not in (None, cookie)
    assert count(site.ask("counter", moved or "")) == 3
    with pair.master.client as client:
        assert client.exists(f"session:{cookie}") == (not is_deleted)
        assert not client.keys("session-lock:*")


def test_a_destroyed_session_is_gone(site: Site, pair: Pair) -> None:
    cookie = visitor(site)
    site.ask("counter", cookie, do="destroy")
    with pair.master.client as client:
        assert not client.exists(f"session:{cookie}", f"session-lock:{cookie}")
    assert count(site.ask("counter", cookie)) == 1


def test_a_session_that_may_still_be_there_is_not_called_destroyed(site: Site, pair: Pair) -> None:
    cookie = visitor(site)
    with gone(pair.replica):
        assert is_outage(site.ask("counter", cookie, do="destroy"))


@pytest.mark.parametrize("way", ["read_and_close", "abort"])
def test_what_is_not_to_be_written_is_not_and_the_lock_is_given_back(
    site: Site, pair: Pair, way: str
) -> None:
    cookie = visitor(site)
    assert count(site.ask("counter", cookie, do=way)) == 2
    with pair.master.client as client:
        assert not client.exists(f"session-lock:{cookie}")
    assert count(site.ask("counter", cookie)) == 2


def test_a_session_is_read_again_under_the_same_lock(site: Site) -> None:
    cookie = visitor(site)
    site.ask("counter", cookie, do="reset")
    assert count(site.ask("counter", cookie)) == 2


def test_a_session_is_written_and_opened_twice(site: Site) -> None:
    cookie = visitor(site)
    site.ask("counter", cookie, do="twice")
    assert count(site.ask("counter", cookie)) == 3


def test_it_is_written_after_what_the_application_does_last(site: Site) -> None:
    cookie = visitor(site)
    site.ask("counter", cookie, do="mark")
    assert json.loads(site.ask("counter", cookie).body)["marked"] is True


def test_a_page_that_was_sent_already_stays_and_the_log_says_so(site: Site, pair: Pair) -> None:
    cookie = visitor(site)
    with meanwhile(site, cookie, do="flush") as asked, isolated(pair.master):
        assert count(asked.result()) == 2
    assert "(after the page had been sent)" in site.log()
    assert count(site.ask("counter", cookie)) == 2


def test_an_applications_own_handler_wins(site: Site) -> None:
    assert json.loads(site.ask("own").body) == {"from": "own"}


def test_a_handler_around_it_works(site: Site, pair: Pair) -> None:
    answer = site.ask("wrapped")
    assert count(answer) == 1
    assert count(site.ask("wrapped", answer.cookie() or "")) == 2
    with pair.master.client as client:
        assert client.get(f"session:{answer.cookie()}") == b";2:i|tnuoc"


def test_an_application_that_wants_files_has_them(site: Site, pair: Pair) -> None:
    cookie = site.ask("wants_files").cookie()
    assert cookie
    assert count(site.ask("wants_files", cookie)) == 2
    with pair.master.client as client:
        assert not client.exists(f"session:{cookie}")


def test_a_page_catches_what_it_wants_to(site: Site, pair: Pair) -> None:
    cookie = visitor(site)
    with isolated(pair.master):
        answer = site.ask("catches", cookie)
    assert answer.status == 200
    assert "NOREPLICAS" in answer.body
    assert count(site.ask("counter", cookie)) == 2


def test_falling_back_to_files_is_loud(site: Site) -> None:
    site.ask("files")
    assert f"open({NOWHERE}" in site.log()


def test_settings_that_are_not_there_are_an_outage_and_said(site: Site) -> None:
    cookie = visitor(site)
    site.path.unlink()
    assert is_outage(site.ask("counter", cookie))
    assert f"cannot be read: {site.path}" in site.log()


def test_no_secret_is_shown_or_logged(site: Site, pair: Pair) -> None:
    password = pair.master.password
    shown = site.ask("secrets", visitor(site))
    assert shown.status == 200
    assert "REDIS_HA_SESSIONS" in shown.body, "phpinfo shows what the pool has"
    site.tell(password=f"{password}-of-yesterday")
    refused = site.ask("counter", visitor_of_nobody := "a" * 32)
    site.tell(port=1)
    away = site.ask("counter", visitor_of_nobody)
    assert [refused.status, away.status] == [503, 503]
    for text in (shown.body, refused.body, away.body, site.log()):
        assert password not in text


def test_a_wait_for_nobody_is_short(site: Site) -> None:
    site.tell(port=1)
    started = time.monotonic()
    assert is_outage(site.ask("counter", "a" * 32))
    assert time.monotonic() - started < 1


def test_all_visitors_at_once(site: Site) -> None:
    cookies = [visitor(site) for _ in range(5)]
    seen: list[int] = []
    lock = threading.Lock()

    def visit(cookie: str) -> None:
        counted = [count(site.ask("counter", cookie)) for _ in range(10)]
        with lock:
            seen.extend(counted)

    with ThreadPoolExecutor() as pool:
        list(pool.map(visit, cookies))
    assert sorted(seen) == sorted(list(range(2, 12)) * 5)


def test_servers_that_were_away_are_found_again(site: Site, pair: Pair) -> None:
    cookie = visitor(site)
    with gone(pair.master):
        assert is_outage(site.ask("counter", cookie))
    pair.settle()
    found = wait_until(
        lambda: site.ask("counter", cookie),
        what="a page",
        timeout_s=5,
        accept=lambda a: a.status == 200,
    )
    assert count(found) == 2


# --- a server that takes the connection and says no more


def silent(words: list[str]) -> bytes:
    """Log in whoever comes, and leave everything else without an answer for long."""
    if words[0] != "AUTH":
        time.sleep(10)
    return resp.OK


def mute(words: list[str]) -> bytes:
    del words
    time.sleep(10)
    return resp.OK


@pytest.mark.parametrize("answer", [mute, silent], ids=["from the beginning", "once logged in"])
def test_a_server_that_is_silent_is_waited_for_once_and_not_for_each_command(
    site: Site, answer: resp.Answer
) -> None:
    with resp.served(answer) as port:
        site.tell(port=port, read_timeout_s=1.0)
        asked_s = time.monotonic()
        assert site.ask("counter").status == 503
        assert time.monotonic() - asked_s < 4
