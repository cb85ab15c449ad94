"""Each kind of client in front of a Sentinel and two nodes that answer as a test wants."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from redis_ha.measure.clients import ClientSettings, Naive, NoMaster, RoleLooking, SentinelAware
from tests.unit import resp


class Cluster:
    """Two nodes at 127.0.0.1 and 127.0.0.2, and a Sentinel that names one of them."""

    def __init__(self, stack: ExitStack) -> None:
        self.roles = {"redis1": "master", "redis2": "slave"}
        self.named: str | None = "redis1"
        self.refuses: dict[str, str] = {}
        self.asked: list[str] = []
        addresses = {"redis1": "127.0.0.1", "redis2": "127.0.0.2"}
        first = stack.enter_context(resp.served(self._redis("redis1"), addresses["redis1"]))
        stack.enter_context(resp.served(self._redis("redis2"), addresses["redis2"], first))
        sentinel = stack.enter_context(resp.served(self.sentinel()))
        nobody = ("127.0.0.3", sentinel)  # a Sentinel that is down
        self.site = ClientSettings(
            addresses, first, (nobody, ("127.0.0.1", sentinel)), "mymaster", "secret", "secret"
        )

    def _redis(self, name: str) -> resp.Answer:
        def answer(words: list[str]) -> bytes:
            if words[0] == "ROLE" and name in self.refuses:
                return resp.error(self.refuses[name])
            if words[0] == "ROLE":
                self.asked.append(name)
                return resp.array(resp.bulk(self.roles[name]))
            return resp.bulk(name) if words[0] == "ECHO" else resp.OK

        return answer

    def sentinel(self, named: str = "") -> resp.Answer:
        """Return a Sentinel that names this node, or the one that all name."""

        def answer(words: list[str]) -> bytes:
            master = named or self.named
            if words[0] != "SENTINEL":
                return resp.OK
            if master is None:
                return b"*-1\r\n"
            address = self.site.nodes.get(master, "10.9.9.9")
            return resp.array(resp.bulk(address), resp.bulk(str(self.site.port)))

        return answer

    def fail_over(self) -> None:
        self.roles = {"redis1": "slave", "redis2": "master"}
        self.named = "redis2"


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with ExitStack() as stack:
        yield Cluster(stack)


def test_a_careful_client_asks_again_after_a_failure_only(cluster: Cluster) -> None:
    client = SentinelAware(cluster.site)
    connection = client.get()
    assert client.node == "redis1"
    cluster.fail_over()
    assert client.get() is connection
    client.failed()
    assert client.get() is not connection
    assert client.node == "redis2"


@pytest.mark.parametrize(
    ("named", "role"),
    [(None, "master"), ("redis1", "slave"), ("somebody", "master")],
    ids=["nobody is named", "the one named is none", "the one named is out of reach"],
)
def test_a_careful_client_writes_nowhere_without_a_master(
    named: str | None, role: str, cluster: Cluster
) -> None:
    cluster.named, cluster.roles["redis1"] = named, role
    with pytest.raises(NoMaster):
        SentinelAware(cluster.site).get()


BUSY = "BUSY Redis is busy running a script."


def test_a_master_that_refuses_to_say_so_is_quoted(cluster: Cluster) -> None:
    cluster.refuses = {"redis1": BUSY}
    client = SentinelAware(cluster.site)
    with pytest.raises(NoMaster, match=f"^{BUSY}$"):
        client.get()
    assert client.node == "redis1"
    with pytest.raises(NoMaster, match=r"^no master$"):
        RoleLooking(cluster.site).get()


def test_a_sentinel_that_sends_to_a_master_that_refuses_is_asked_last(cluster: Cluster) -> None:
    cluster.roles = dict.fromkeys(cluster.roles, "master")  # redis1 is cut off and not aware of it
    with resp.served(cluster.sentinel("redis1")) as isolated:
        sentinels = (("127.0.0.1", isolated), *cluster.site.sentinels)
        cluster.named = "redis2"
        client = SentinelAware(replace(cluster.site, sentinels=sentinels))
        client.get()
        assert client.node == "redis1"
        client.failed()
        client.get()
        assert client.node == "redis2"
        client.get()
        assert client.node == "redis2"
        client.failed()


def test_a_role_looking_client_does_without_sentinels(cluster: Cluster) -> None:
    client = RoleLooking(cluster.site)
    cluster.named = None
    client.get()
    assert client.node == "redis1"
    cluster.fail_over()
    client.failed()
    client.get()
    assert client.node == "redis2"
    cluster.roles = dict.fromkeys(cluster.roles, "slave")
    client.failed()
    with pytest.raises(NoMaster):
        client.get()


def test_a_role_looking_client_prefers_another_master_to_the_one_that_failed(
    cluster: Cluster,
) -> None:
    client = RoleLooking(cluster.site)
    client.get()
    cluster.roles = dict.fromkeys(cluster.roles, "master")
    client.failed()
    client.get()
    assert client.node == "redis2"


def test_a_naive_client_stays_where_it_was(cluster: Cluster) -> None:
    client = Naive(cluster.site)
    cluster.fail_over()
    client.failed()
    assert client.get().execute_command("ECHO", "") == "redis1"  # type: ignore[no-untyped-call]
    assert client.node == "redis1"


def test_a_naive_client_needs_a_master_to_begin_with(cluster: Cluster) -> None:
    cluster.named = None
    with pytest.raises(NoMaster):
        Naive(cluster.site)
