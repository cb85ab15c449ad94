"""What a Sentinel answers, as plain dictionaries of strings."""

from typing import Any, cast

import redis

from redis_ha.errors import Unreachable
from redis_ha.services.client import ask

UNKNOWN_OPTION = ("wrong number of arguments", "syntax error")


class SentinelClient:
    """The commands of one Sentinel for one master name.

    Args:
        name: what errors call it, for example "Sentinel redis1:26379".
    """

    def __init__(self, client: redis.Redis, master_name: str, name: str) -> None:
        self._client, self._master_name, self._name = client, master_name, name

    def master(self) -> dict[str, str]:
        """Return SENTINEL MASTER.

        Raises:
            Unreachable: this Sentinel watches no master of that name.
        """
        try:
            return _pairs(self._ask("MASTER", self._master_name))
        except redis.ResponseError as error:
            raise Unreachable(f"{self._name} watches no `{self._master_name}`: {error}") from None

    def replicas(self) -> list[dict[str, str]]:
        """Return SENTINEL REPLICAS."""
        return [_pairs(entry) for entry in self._ask("REPLICAS", self._master_name)]

    def address(self) -> tuple[str, int] | None:
        """Return the master's address and port as a client would be told."""
        answer = self._ask("GET-MASTER-ADDR-BY-NAME", self._master_name)
        return (answer[0], int(answer[1])) if answer else None

    def quorum_problem(self) -> str | None:
        """Return what SENTINEL CKQUORUM complains of, None when it is content."""
        try:
            self._ask("CKQUORUM", self._master_name)
        except redis.ResponseError as error:
            return str(error)
        return None

    def is_in_tilt(self) -> bool:
        """Say whether it was stopped, or its clock jumped, within the last 30 s."""
        info = self._client.info("sentinel")
        return bool(info["sentinel_tilt"])

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


def _pairs(flat: object) -> dict[str, str]:
    words = cast(list[str], flat)
    return dict(zip(words[::2], words[1::2], strict=True))
