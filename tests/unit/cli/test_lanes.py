import pytest

from redis_ha.cli import lanes, pieces, sessions

CHOSEN = {
    "unit": ["source"],
    "failover(docker)": ["docker"],
    "refusals(docker)": ["docker", sessions.APART],
}


def test_a_suite_with_an_environment_of_its_own_keeps_no_provider_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[list[str]] = []

    def passed(tag: str, names: list[str]) -> bool:
        calls.append([tag, *names])
        return tag != sessions.APART

    monkeypatch.setattr(lanes, "_passed", passed)
    monkeypatch.setattr(pieces, "call", pytest.fail)
    assert lanes.run(CHOSEN) == [sessions.APART]
    assert sorted(calls) == [
        [sessions.APART, "refusals(docker)"],
        ["docker", "failover(docker)"],
        ["source", "unit"],
    ]
