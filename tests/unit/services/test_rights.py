"""A server says what the Sentinels' user may not do; which user that is, its connections say."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack

import pytest

from redis_ha.services import answers, rights
from redis_ha.services.answers import Answers
from redis_ha.services.client import connect
from redis_ha.services.snapshot import Denial
from tests.unit import resp

OF_APPLICATION = "id=3 name=app-sub user=app"
OF_SENTINEL = "id=4 name=sentinel-a1-pubsub user=sentinel"


def denied(user: str, command: str) -> bytes:
    return resp.bulk(f"User {user} has no permissions to run the '{command}' command")


def logged(reason: str, age_s: float, user: str, name: str) -> bytes:
    return resp.pairs(
        reason=reason, username=user, age_seconds=age_s, client_info=f"id=5 name={name} db=0"
    )


class Asked:
    """Asks a server for which some answers are not those of a healthy one."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    def __call__(self, planted: Mapping[str, bytes], connections: str = "") -> Answers:
        def answer(words: list[str]) -> bytes:
            said = " ".join(words)
            if said.startswith("ACL DRYRUN") and said not in planted:
                return resp.bulk("OK")
            usual = {"INFO everything": resp.bulk("role:master\r\n"), "ACL LOG 10": resp.array()}
            return planted.get(said, usual.get(said, resp.OK))

        port = self._stack.enter_context(resp.served(answer, connections=connections))
        client = connect("127.0.0.1", port, "secret")
        self._stack.callback(client.close)
        return answers.ask(client)


@pytest.fixture
def asked() -> Iterator[Asked]:
    with ExitStack() as stack:
        yield Asked(stack)


def test_nothing_is_denied(asked: Asked) -> None:
    told = asked({}, f"{OF_APPLICATION}\n")
    assert (told.denials, told.refused_login_s) == ((), None)


def test_what_the_usual_user_lacks(asked: Asked) -> None:
    told = asked(
        {
            "ACL DRYRUN default SLAVEOF NO ONE": denied("default", "slaveof"),
            "ACL DRYRUN default EXEC": resp.error("ERR Command 'EXEC' not found"),
        }
    )
    assert told.denials == (
        Denial("default", "SLAVEOF NO ONE", "+slaveof"),
        Denial("default", "EXEC", "+exec", is_unknown=True),
    )


@pytest.mark.parametrize(
    "reply", ["ERR User 'default' not found", "NOPERM no", "ERR unknown subcommand 'DRYRUN'"]
)
def test_a_server_that_does_not_say_denies_nothing(reply: str, asked: Asked) -> None:
    planted = {f"ACL DRYRUN default {words}": resp.error(reply) for words in rights.NEEDED.values()}
    assert asked({**planted, "ACL LOG 10": resp.error(reply)}).denials == ()


def test_the_user_is_the_one_of_the_connections(asked: Asked) -> None:
    planted = {
        "ACL DRYRUN default SLAVEOF NO ONE": denied("default", "slaveof"),
        "ACL DRYRUN app PING": denied("app", "ping"),
        "ACL DRYRUN sentinel INFO": denied("sentinel", "info"),
    }
    told = asked(planted, f"{OF_APPLICATION}\n{OF_SENTINEL}\n")
    assert told.denials == (Denial("sentinel", "INFO", "+info"),)


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        (("channel", 3.5, "guard", "sentinel-a1-pubsub"), True),
        (("channel", rights.RECENT_S + 1, "guard", "sentinel-a1-pubsub"), False),
        (("channel", 3.5, "guard", "application"), False),
        (("auth", 3.5, "guard", "sentinel-a1-pubsub"), False),
    ],
    ids=["a Sentinel", "long ago", "somebody else", "a login"],
)
def test_a_user_that_may_not_subscribe_stands_in_the_log(
    entry: tuple[str, float, str, str], found: bool, asked: Asked
) -> None:
    lacking = denied("guard", "subscribe")
    told = asked(
        {
            "ACL LOG 10": resp.array(logged(*entry)),
            "ACL DRYRUN guard SUBSCRIBE __sentinel__:hello": lacking,
        }
    )
    assert [denial.user for denial in told.denials] == ["guard"] * found


def test_the_last_refused_login_counts(asked: Asked) -> None:
    entries = [logged("auth", 90.0, "x", ""), logged("auth", 7.5, "x", "")]
    assert asked({"ACL LOG 10": resp.array(*entries)}).refused_login_s == 7.5
