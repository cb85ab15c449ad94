import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest
import redis

from redis_ha.errors import Refused, Unreachable, WrongPassword
from redis_ha.services import client
from redis_ha.services.client import ask, asking
from tests.unit import resp

NO_PASSWORD = (
    "ERR AUTH <password> called without any password configured for the default user. "
    "Are you sure your configuration is correct?"
)


def ask_once(port: int) -> str:
    with asking("redis1", "127.0.0.1", port, "secret") as asked:
        return str(ask(asked, "ECHO", "word"))


def test_an_answer_comes_as_it_is() -> None:
    def answer(words: list[str]) -> bytes:
        return resp.OK if words == ["AUTH", "secret"] else resp.bulk(" ".join(words))

    with resp.served(answer) as port:
        assert ask_once(port) == "ECHO word"


def test_a_connection_names_itself_and_tells_nothing_of_the_library() -> None:
    with closing(client.connect("127.0.0.1", 1, "secret")) as made:
        said = made.get_connection_kwargs()
    assert (said["client_name"], said["driver_info"]) == (client.OWN, None)


@pytest.mark.parametrize(
    "refusal",
    [
        "WRONGPASS invalid username-password pair or user is disabled.",
        "NOAUTH Authentication required.",
    ],
    ids=["another password", "none accepted"],
)
def test_a_refused_password_is_named_as_that(refusal: str) -> None:
    with resp.served(lambda words: resp.error(refusal)) as port:
        with pytest.raises(WrongPassword) as caught:
            ask_once(port)
        assert str(caught.value).startswith(f"redis1 (127.0.0.1:{port}) refuses the password")
        assert "secret" not in str(caught.value)


def test_a_server_without_password_is_not_provisioned_yet() -> None:
    with (
        resp.served(lambda words: resp.error(NO_PASSWORD)) as port,
        pytest.raises(Unreachable, match="asks for no password: it is not provisioned yet"),
    ):
        ask_once(port)


@pytest.fixture
def free_port() -> Iterator[int]:
    """Yield a port that is taken and does not listen."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def test_nobody_listening_is_unreachable(free_port: int) -> None:
    where = rf"^redis1 \(127\.0\.0\.1:{free_port}\) does not answer: .*refused"
    with pytest.raises(Unreachable, match=where):
        ask_once(free_port)


def test_a_connection_that_breaks_is_unreachable() -> None:
    with (
        resp.served(lambda words: None) as port,
        pytest.raises(Unreachable, match="does not answer"),
    ):
        ask_once(port)


def test_a_server_that_hangs_is_given_up_soon_and_not_asked_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(0.3)
        port = silent.getsockname()[1]
        hanging = client.connect("127.0.0.1", port, "secret", 0.1)
        with pytest.raises(redis.TimeoutError):
            ask(hanging, "PING")
        hanging.close()
        silent.accept()[0].close()
        with pytest.raises(TimeoutError):
            silent.accept()  # there was no second attempt


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        ("OOM command not allowed when used memory > 'maxmemory'.", "has used up its maxmemory"),
        ("MISCONF Errors writing to the AOF file: No space left on device", "takes no writes"),
        ("NOREPLICAS Not enough good replicas to write.", "takes no writes"),
        ("READONLY You can't write against a read only replica.", "is a replica"),
        ("BUSY Redis is busy running a script. You can only call SCRIPT KILL", "is busy with a"),
        ("LOADING Redis is loading the dataset in memory", "loads its data"),
        ("MASTERDOWN Link with MASTER is down", "has lost its master"),
        ("NOPERM this user has no permissions to run the 'echo' command", "denies this tool's"),
        ("ERR max number of clients reached", "takes no more connections"),
        ("ERR unknown command 'ECHO'", "refuses"),
    ],
    ids=lambda each: each.split(" ")[0] if each.isupper() or each[:3].isupper() else "",
)
def test_a_refusal_keeps_reply_and_command(reply: str, says: str) -> None:
    def answer(words: list[str]) -> bytes:
        return resp.OK if words[0] == "AUTH" else resp.error(reply)

    with resp.served(answer) as port, pytest.raises(Refused) as caught:
        ask_once(port)
    assert (caught.value.command, caught.value.reply) == ("ECHO", reply)
    assert str(caught.value).startswith(f"redis1 (127.0.0.1:{port}) {says}")
    assert "word" not in str(caught.value)
    assert "does not answer" not in str(caught.value)


def turning_away(said: bytes, listener: socket.socket) -> None:
    """Do with connections as a server does that has no room for them."""
    with suppress(OSError):  # closed: the test is over
        while True:
            connection, _ = listener.accept()
            connection.sendall(said)
            connection.close()


def test_a_server_that_turns_connections_away_has_said_why() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        said = b"-DENIED Redis is running in protected mode because\r\n"
        threading.Thread(target=turning_away, args=(said, listener), daemon=True).start()
        with pytest.raises(Refused, match="is in protected mode") as caught:
            ask_once(listener.getsockname()[1])
        listener.shutdown(socket.SHUT_RDWR)
    assert caught.value.reply.startswith("DENIED")


def test_what_happens_inside_is_not_the_servers_fault() -> None:
    with pytest.raises(KeyError), asking("redis1", "127.0.0.1", 1, "secret"):
        raise KeyError


@pytest.mark.parametrize(
    ("made", "named"),
    [
        (client.connect("127.0.0.1", 1, "secret"), client.OWN),
        (client.connect("127.0.0.1", 1, "secret", name=None), None),
    ],
    ids=["this tool's", "an application's"],
)
def test_a_server_knows_whose_connection_it_is(made: redis.Redis, named: str | None) -> None:
    assert made.connection_pool.connection_kwargs["client_name"] == named
