"""An environment for the suites: the one that runs, else one of their own."""

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

from redis_ha import report, roles
from redis_ha.cli import turns
from redis_ha.cli.turns import Turn
from redis_ha.errors import RedisHaError
from redis_ha.nodes.environment import Environment, opened
from redis_ha.providers import PROVIDERS
from redis_ha.provision import provisioning
from redis_ha.provision.provisioning import converge
from redis_ha.services import logs, settling
from redis_ha.suites import failover
from tests import periods
from tests.contract.inv import Inv
from tests.suites.visiting import LIGHT
from tests.turn import TURN

SAID = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--provider", choices=list(PROVIDERS), required=True)
    parser.addoption("--inventory", default="default")
    parser.addoption(
        "--rounds", type=int, default=10, help="of each fault, in `web_rounds` and `planned_rounds`"
    )
    parser.addoption("--keep", action="store_true", help="leave the nodes that were brought up")


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> int:
    """Return how many rounds a series has."""
    return int(request.config.getoption("--rounds"))


@pytest.fixture(scope="session")
def environment(request: pytest.FixtureRequest) -> Iterator[Environment]:
    wanted = request.config.getoption("--inventory"), request.config.getoption("--provider")
    with opened(*wanted) as environment, environment.changing():
        was_up = environment.provider.is_up()
        try:
            environment.provider.up(print)
            converge(environment, print)
            yield environment
        finally:
            if request.session.testsfailed:
                save_logs(environment)
            if not was_up and not request.config.getoption("--keep"):
                environment.provider.down(purge=True)


@pytest.fixture(scope="session")
def served(environment: Environment) -> None:
    """Have the web node serve pages: beside Redis, what they need is optional."""
    for name in ("proxy", "web"):
        provisioning.provision(environment, [roles.registry()[name]], print)


@pytest.fixture(scope="session")
def site(environment: Environment, served: None) -> None:
    """Have the web node serve a TYPO3 site."""
    provisioning.provision(environment, [roles.registry()["typo3"]], print)


@pytest.fixture
def settled(environment: Environment) -> None:
    """Have Sentinels that have settled, with the periods that they come with."""
    with periods.quick(environment):
        settling.wait_settled(environment)
    assert all(each == periods.STOCK for each in periods.told(environment))


@pytest.fixture
def alone(request: pytest.FixtureRequest) -> Turn:
    """Have the machine alone, with Sentinels that have settled: for what measures time."""
    turn: ExitStack = request.node.stash[TURN]
    turn.close()  # the others may work while Sentinels learn
    request.getfixturevalue("settled")
    return turn.enter_context(turns.alone())


@pytest.fixture
def stock_until_healed(settled: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have Sentinels as they come until a drill of one round has healed: then nobody counts."""
    converged = failover._converged

    def quickly(environment: Environment, *seen: Any) -> Any:
        with periods.quick(environment):
            return converged(environment, *seen)

    monkeypatch.setattr(failover, "_converged", quickly)


@pytest.fixture
def alone_until_healed(
    alone: Turn, stock_until_healed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Share the machine again once a drill of one round has healed: no time is measured then."""
    converged = failover._converged

    def sharing(*seen: Any) -> Any:
        alone.share()
        return converged(*seen)

    monkeypatch.setattr(failover, "_converged", sharing)


@pytest.fixture
def quick_sentinels(environment: Environment) -> Iterator[None]:
    """Wait less for Sentinels: for what measures no time."""
    with periods.quick(environment):
        yield


@pytest.fixture
def light(quick_sentinels: None) -> float:
    """Return the share of the full load that a drill has which nobody measures.

    It leaves most of the machine to the checks beside it, and waits less for Sentinels.
    """
    return LIGHT


def save_logs(environment: Environment) -> None:
    """Keep what the processes of all roles said: the nodes may be gone in a moment."""
    report.REPORTS.mkdir(exist_ok=True)
    for kind in roles.registry():
        with suppress(RedisHaError):  # a role whose processes were never there has no log
            lines = logs.merged(logs.sources(environment, kind), 10_000)
            path = report.REPORTS / f"{kind}-{environment.choice.name}.log"
            path.write_text("".join(f"{name} {line}\n" for name, line in lines), encoding="utf-8")


class Keep:
    """Keeps the records of a suite, and says at its end where they are and what they came to."""

    def __init__(self, environment: Environment, said: list[str]) -> None:
        self._environment, self._said = environment, said

    def __call__(self, suite: str, data: object, *lines: str) -> None:
        path = report.keep(suite, self._environment.choice.name, data)
        self._said += [*lines, f"record: {path}"]


@pytest.fixture
def keep(environment: Environment, request: pytest.FixtureRequest) -> Keep:
    return Keep(environment, request.config.stash.setdefault(SAID, []))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for line in config.stash.get(SAID, []):
        terminalreporter.write_line(line)


@pytest.fixture(scope="module")
def inv(request: pytest.FixtureRequest) -> Iterator[Inv]:
    """Return the front door: commands hold the environment themselves here."""
    option = request.config.getoption
    front = Inv(Path(option("--inventory")), option("--provider"))
    with opened(option("--inventory"), option("--provider")) as environment:
        was_up = environment.provider.is_up()
    said = front("up")
    assert said.status == 0, said.err
    yield front
    if not was_up and not option("--keep"):
        front("down", "--purge")


@pytest.fixture
def running(inv: Inv) -> Iterator[Environment]:
    with opened(str(inv.inventory), inv.provider) as environment:
        yield environment
