import pytest

from redis_ha.measure import steady
from redis_ha.measure.clients import ClientSettings
from redis_ha.measure.history import History, Operation
from redis_ha.measure.load import LOADS
from redis_ha.measure.visits import EDITOR, PAGE, VISITOR, SiteVisits, Visits
from redis_ha.measure.worker import Orders
from tests.unit import builders

PEOPLE = SiteVisits((PAGE, VISITOR, EDITOR), 20.0, "secret", "secret", visitors=3)
VISITS = Visits("web1", (), "127.0.0.1", 80, {}, typo3=PEOPLE)


def orders(*visits: Visits) -> Orders:
    return Orders(
        "drill", "", (), ClientSettings({"a": "127.0.0.1"}, 1, (), "m", "", ""), 10, visits
    )


def done(client: str, many: int = steady.WRITES) -> list[Operation]:
    return [builders.operation(float(number), client=client) for number in range(many)]


def writers(many: int = steady.WRITES) -> list[Operation]:
    return [each for load in LOADS for each in done(f"{load.kind}-0", many)]


def site(*pages: int) -> list[Operation]:
    """Return what a load with a site has done when each visitor has seen so many pages."""
    visitors = [each for name, many in enumerate(pages) for each in done(f"{VISITOR}-{name}", many)]
    return [*writers(), *done(f"{PAGE}-1"), *done(f"{EDITOR}-1", 3), *visitors]


def test_the_kind_that_is_furthest_behind_counts() -> None:
    assert steady.fewest(History([*writers(), *done("naive-1")]), orders()) == steady.WRITES
    assert steady.fewest(History([*writers(49), *done("role-0")]), orders()) == 49
    assert steady.fewest(History(writers()[1:]), orders()) == 49
    assert steady.fewest(History(writers()), orders(VISITS)) == 0


@pytest.mark.parametrize("pages", [(60, 2), (60, 2, 1), (2, 2, 0)])
def test_it_is_not_steady_while_a_visitor_has_not_logged_in(pages: tuple[int, ...]) -> None:
    assert steady.fewest(History(site(*pages)), orders(VISITS)) < steady.WRITES


def test_it_is_once_each_has() -> None:
    assert steady.fewest(History(site(2, 2, 2)), orders(VISITS)) == steady.WRITES
