"""What a Sentinel answers, as plain dictionaries of strings."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import redis

from redis_ha.errors import Unreachable
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.services import rights
from redis_ha.services.client import ask, asking

PING_S = 1.0
"""How often a Sentinel asks a server whether it lives: its own PING-PERIOD, or `down-after` where
that is shorter."""
UNKNOWN_OPTION = ("wrong number of arguments", "syntax error")


@dataclass(frozen=True)
class SentinelTold:
    """What one Sentinel told of its set, in Sentinel's own words.

    Args:
        master: SENTINEL MASTER.
        peers: the other Sentinels that it knows.
        quorum_problem: what CKQUORUM complains of, None when it is content.
        is_in_tilt: it was stopped, or its clock jumped, within the last 30 s.
        refused_login_s: how long ago it refused a login, None where it remembers none.
        settings: those of its own, beside the master's (SENTINEL CONFIG GET).
        users: its ACL users (ACL LIST); none where it may not be asked.
    """

    master: dict[str, str]
    replicas: list[dict[str, str]]
    peers: list[dict[str, str]]
    quorum_problem: str | None
    myid: str
    is_in_tilt: bool
    refused_login_s: float | None = None
    settings: dict[str, str] = field(default_factory=dict, repr=False)
    users: tuple[str, ...] = field(default=(), repr=False)


class SentinelClient:
    """The commands of one Sentinel for one master name.

    Args:
        name: what errors call it, for example "Sentinel redis1:26379".
    """

    def __init__(self, client: redis.Redis, master_name: str, name: str) -> None:
        self._client, self._master_name, self._name = client, master_name, name

    def told(self) -> SentinelTold:
        """Ask for all that a look needs, in one round trip.

        Raises:
            Unreachable: this Sentinel watches no master of that name.
            redis.RedisError: it does not answer, or refuses.
        """
        pipeline = self._client.pipeline(transaction=False)
        for verb in ("MASTER", "REPLICAS", "SENTINELS", "CKQUORUM"):
            ask(pipeline, "SENTINEL", verb, self._master_name)
        ask(pipeline, "SENTINEL", "MYID")
        pipeline.info("sentinel")
        ask(pipeline, "ACL", "LOG", rights.REMEMBERED)
        ask(pipeline, "SENTINEL", "CONFIG", "GET", "*")
        ask(pipeline, "ACL", "LIST")
        answers = pipeline.execute(raise_on_error=False)
        master, replicas, peers, quorum, myid, info, log, settings, users = answers
        self._require_watched(master)
        for answer in (replicas, peers, myid, info):
            if isinstance(answer, redis.RedisError):
                raise answer
        return SentinelTold(
            master=_pairs(master),
            replicas=[_pairs(entry) for entry in replicas],
            peers=[_pairs(entry) for entry in peers],
            quorum_problem=str(quorum) if isinstance(quorum, redis.ResponseError) else None,
            myid=str(myid),
            is_in_tilt=bool(info["sentinel_tilt"]),
            refused_login_s=rights.refused_login_s(log),
            settings={} if isinstance(settings, redis.RedisError) else _pairs(settings),
            users=tuple(users) if isinstance(users, list) else (),
        )

    def _require_watched(self, answer: object) -> None:
        if isinstance(answer, redis.ResponseError) and "No such master" in str(answer):
            raise Unreachable(f"{self._name} watches no `{self._master_name}`: {answer}")
        if isinstance(answer, redis.RedisError):
            raise answer

    def reset(self) -> None:
        """Have it forget every replica and every other Sentinel, and find them anew."""
        self._ask("RESET", self._master_name)

    def address(self) -> tuple[str, int] | None:
        """Return the master's address and port as a client would be told."""
        answer = self._ask("GET-MASTER-ADDR-BY-NAME", self._master_name)
        return (answer[0], int(answer[1])) if answer else None

    def asked_ms_ago(self, address: str, port: int) -> int:
        """Return how old the last INFO of a replica is, in ms.

        Raises:
            Unreachable: this Sentinel does not know it.
        """
        for each in map(_pairs, self._ask("REPLICAS", self._master_name)):
            if (each["ip"], each["port"]) == (address, str(port)):
                return int(each["info-refresh"])
        raise Unreachable(f"{self._name} does not know {address}:{port}")

    def failover(self) -> None:
        """Ask for a failover without the agreement of the others (SENTINEL FAILOVER).

        Raises:
            redis.ResponseError: NOGOODSLAVE, or one is under way (INPROG).
        """
        self._ask("FAILOVER", self._master_name)

    def coordinated_failover(self) -> bool:
        """Ask for a failover in which the master takes part; False where Sentinel knows none.

        Valkey 9 has it: Sentinel sends FAILOVER to the master, which holds its writers, waits
        for the replica, and hands over.

        Raises:
            redis.ResponseError: as for `failover`.
        """
        try:
            self._ask("FAILOVER", self._master_name, "COORDINATED")
        except redis.ResponseError as error:
            if any(words in str(error).lower() for words in UNKNOWN_OPTION):
                return False
            raise
        return True

    def _ask(self, *words: str) -> Any:
        return ask(self._client, "SENTINEL", *words)


@contextmanager
def sentinel_of(environment: Environment, node: Node, port: int) -> Iterator[SentinelClient]:
    """Ask the Sentinel of a node that listens on a port, of the environment's master.

    Raises:
        Unreachable, Refused, WrongPassword: as in `client.asking`.
    """
    name, password = f"Sentinel {node.name}:{port}", environment.secrets.sentinel
    with asking(name, node.address, port, password) as client:
        yield SentinelClient(client, environment.topology.sentinel.master_name, name)


def _pairs(flat: object) -> dict[str, str]:
    words = cast(list[str], flat)
    return dict(zip(words[::2], words[1::2], strict=True))
