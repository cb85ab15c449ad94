from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
import redis

from redis_ha.errors import Unreachable
from redis_ha.services.client import connect
from redis_ha.services.sentinel import SentinelClient, SentinelTold
from tests.unit import resp

Ask = Callable[[dict[str, bytes]], SentinelClient]


def in_tilt(flag: int) -> bytes:
    return resp.bulk(f"# Sentinel\r\nsentinel_tilt:{flag}\r\n")


CONTENT = {
    "MASTER": resp.pairs(ip="10.0.0.1", port=6379),
    "REPLICAS": resp.array(resp.pairs(ip="10.0.0.2"), resp.pairs(ip="10.0.0.3")),
    "SENTINELS": resp.array(resp.pairs(ip="10.0.0.4")),
    "CKQUORUM": b"+OK 3 usable Sentinels. Quorum and failover authorization can be reached\r\n",
    "MYID": resp.bulk("a1"),
    "sentinel": in_tilt(0),
    "LOG": resp.array(),
    "LIST": resp.array(resp.bulk("user default on")),
    "CONFIG": resp.pairs(loglevel="notice"),
}
"""What a Sentinel answers with which nothing is wrong, by the second word asked."""


@pytest.fixture
def sentinel() -> Iterator[Ask]:
    """Return a function that gives a client of a Sentinel with these answers."""
    with ExitStack() as stack:

        def served(answers: dict[str, bytes]) -> SentinelClient:
            def answer(words: list[str]) -> bytes:
                if words[0] == "AUTH":
                    return resp.OK
                assert words[2:] in ([], ["mymaster"], ["10"], ["GET", "*"])
                return answers[words[1]]

            port = stack.enter_context(resp.served(answer))
            client = connect("127.0.0.1", port, "secret")
            stack.callback(client.close)
            return SentinelClient(client, "mymaster", "Sentinel redis1:26379")

        yield served


def test_a_look_is_one_round_trip_of_dictionaries(sentinel: Ask) -> None:
    assert sentinel(CONTENT).told() == SentinelTold(
        {"ip": "10.0.0.1", "port": "6379"},
        [{"ip": "10.0.0.2"}, {"ip": "10.0.0.3"}],
        [{"ip": "10.0.0.4"}],
        quorum_problem=None,
        myid="a1",
        is_in_tilt=False,
        settings={"loglevel": "notice"},
        users=("user default on",),
    )


def test_a_sentinel_of_other_masters_is_not_ours(sentinel: Ask) -> None:
    asked = sentinel(CONTENT | {"MASTER": resp.error("ERR No such master with that name")})
    with pytest.raises(
        Unreachable, match=r"^Sentinel redis1:26379 watches no `mymaster`: No such master"
    ):
        asked.told()


@pytest.mark.parametrize("verb", ["MASTER", "REPLICAS", "SENTINELS", "MYID", "sentinel"])
def test_what_it_refuses_is_an_error(verb: str, sentinel: Ask) -> None:
    asked = sentinel(CONTENT | {verb: resp.error("NOPERM no")})
    with pytest.raises(redis.ResponseError, match="no"):
        asked.told()


@pytest.mark.parametrize(
    ("answer", "address"),
    [
        (resp.array(resp.bulk("10.0.0.1"), resp.bulk("6379")), ("10.0.0.1", 6379)),
        (b"*-1\r\n", None),
    ],
    ids=["known", "unknown"],
)
def test_the_address_is_what_a_client_is_told(
    answer: bytes, address: tuple[str, int] | None, sentinel: Ask
) -> None:
    assert sentinel({"GET-MASTER-ADDR-BY-NAME": answer}).address() == address


def test_a_quorum_problem_is_told(sentinel: Ask) -> None:
    asked = sentinel(CONTENT | {"CKQUORUM": resp.error("NOQUORUM 1 usable Sentinels.")})
    assert asked.told().quorum_problem == "NOQUORUM 1 usable Sentinels."


@pytest.mark.parametrize(
    ("answer", "known"),
    [
        (resp.OK, True),
        (resp.error("ERR wrong number of arguments for 'sentinel|failover' command"), False),
        (resp.error("ERR Wrong number of arguments for 'sentinel FAILOVER'"), False),
        (resp.error("ERR syntax error"), False),
    ],
    ids=["Valkey 9", "Redis 8", "with capitals", "another word"],
)
def test_a_coordinated_failover_is_asked_for_where_it_is_known(answer: bytes, known: bool) -> None:
    asked: list[list[str]] = []

    def sentinel(words: list[str]) -> bytes:
        if words[0] == "SENTINEL":
            asked.append(words)
            return answer
        return resp.OK

    with resp.served(sentinel) as port:
        client = connect("127.0.0.1", port, "secret")
        assert (
            SentinelClient(client, "mymaster", "Sentinel redis1:26379").coordinated_failover()
            is known
        )
        client.close()
    assert asked == [["SENTINEL", "FAILOVER", "mymaster", "COORDINATED"]]


def test_a_coordinated_failover_may_be_refused() -> None:
    refusal = resp.error("NOGOODSLAVE No suitable replica to promote")
    with resp.served(lambda words: refusal if words[0] == "SENTINEL" else resp.OK) as port:
        client = connect("127.0.0.1", port, "secret")
        with pytest.raises(redis.ResponseError, match="No suitable replica"):
            SentinelClient(client, "mymaster", "Sentinel redis1:26379").coordinated_failover()
        client.close()


def test_a_refused_failover_is_an_error(sentinel: Ask) -> None:
    sentinel({"FAILOVER": resp.OK}).failover()
    with pytest.raises(redis.ResponseError, match="INPROG"):
        sentinel({"FAILOVER": resp.error("INPROG Failover already in progress")}).failover()


def test_tilt_is_told(sentinel: Ask) -> None:
    assert sentinel(CONTENT | {"sentinel": in_tilt(1)}).told().is_in_tilt
