"""A server that is asked gently has most of its time for others."""

import pytest
import redis

from redis_ha.measure import gentle
from redis_ha.measure.gentle import Gentle
from redis_ha.services.client import connect
from redis_ha.wait import now_s, pause_until
from tests.unit import resp

SLOW_S = 0.02


def answer(words: list[str]) -> bytes | None:
    if words[0] == "AUTH":
        return resp.OK
    if words[0] == "SLOW":
        pause_until(now_s() + SLOW_S)
    return resp.error("ERR no") if words[0] == "WRONG" else resp.bulk(words[-1])


def test_it_pauses_as_long_as_its_share_takes() -> None:
    with resp.served(answer) as port:
        server = Gentle(connect("127.0.0.1", port, "x"), share=0.2)
        began_s = now_s()
        for _ in range(3):
            assert server.ask(("SLOW", "a"), ("ECHO", "b")) == ["a", "b"]
        assert server.busy_s >= 2.5 * SLOW_S
        # The last question is not followed by a pause.
        assert now_s() - began_s >= server.busy_s + 2 * SLOW_S * 4 * 0.8


def test_a_refusal_and_silence_are_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    with resp.served(answer) as port:
        server = Gentle(connect("127.0.0.1", port, "x"))
        with pytest.raises(redis.ResponseError, match="no"):
            server.ask(("WRONG",))
        monkeypatch.setattr(gentle, "TIMEOUT_S", SLOW_S / 4)
        with pytest.raises(redis.TimeoutError):
            server.ask(("SLOW",))


@pytest.mark.parametrize(("processor_s", "is_slowed"), [(9.0, True), (0.0, False)])
def test_no_more_counts_than_the_servers_processor_has_spent(
    processor_s: float, is_slowed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = iter(f"used_cpu_sys:{number * processor_s}" for number in range(9))

    def busy(words: list[str]) -> bytes | None:
        return resp.bulk(next(told)) if words[0] == "INFO" else answer(words)

    monkeypatch.setattr(gentle, "CHECKED", 2)
    with resp.served(busy) as port:
        server = Gentle(connect("127.0.0.1", port, "x"), share=0.5)
        for _ in range(2):
            server.ask(("SLOW", "a"))
        before_s = server.busy_s
        server.ask(("SLOW", "a"))
        assert (server.busy_s - before_s > SLOW_S / 2) is is_slowed
