"""redis_ha/faults/__init__.py: every fault heals itself."""

import time
from types import SimpleNamespace
from typing import cast

import pytest

from redis_ha.errors import RedisHaError, Unreachable
from redis_ha.faults import FAULTS, hang, kill, named
from redis_ha.nodes import Node


class Units:
    """Notes what is done to services; `fails` names what does not work."""

    def __init__(self, fails: str = "") -> None:
        self.done: list[str] = []
        self._fails = fails

    def __getattr__(self, verb: str) -> object:
        def act(unit: str) -> None:
            self.done.append(f"{verb} {unit}")
            if verb == self._fails:
                raise Unreachable("gone")

        return act


def node(units: Units) -> Node:
    return cast(Node, SimpleNamespace(name="redis1", units=units))


STEPS = {
    "kill": ["hold redis", "kill redis", "start redis"],
    "hang": ["pause redis", "resume redis"],
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_breaks_then_heals(name: str) -> None:
    units = Units()
    before_s = time.monotonic()
    with named(name)(node(units)) as at_s:
        assert before_s <= at_s <= time.monotonic()
        assert units.done == STEPS[name][:-1]
    assert units.done == STEPS[name]


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_heals_on_ctrl_c(name: str) -> None:
    units = Units()
    with pytest.raises(KeyboardInterrupt), named(name)(node(units)):
        raise KeyboardInterrupt
    assert units.done == STEPS[name]


@pytest.mark.parametrize(("fault", "fails"), [(kill, "hold"), (kill, "kill"), (hang, "pause")])
def test_a_fault_that_fails_halfway_heals_as_well(fault: object, fails: str) -> None:
    units = Units(fails)
    with pytest.raises(Unreachable), fault(node(units)):  # type: ignore[operator]
        pytest.fail("nothing is broken")
    assert units.done[-1] in ("start redis", "resume redis")


def test_an_unknown_fault_is_refused_with_those_there_are() -> None:
    with pytest.raises(RedisHaError, match=f"^no fault `fire`; there are {', '.join(FAULTS)}$"):
        named("fire")
