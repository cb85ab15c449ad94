"""When a load is steady: every kind of client writes, and whoever logs in has done so."""

from collections import Counter

from redis_ha.measure.history import History
from redis_ha.measure.load import LOADS
from redis_ha.measure.visits import EDITOR, PAGE, SESSION, VISITOR
from redis_ha.measure.worker import Orders

WRITES = 50
"""How many acknowledged writes of each kind of client show that the load runs."""
PAGES = {SESSION: WRITES, PAGE: WRITES, EDITOR: 3}
"""How many pages do, of those that wait for pages: the editor has logged in by then."""
LOGGED_IN_PAGES = 2
"""How many pages a visitor of a site has seen who has logged in: the answer to the form is one."""


def fewest(history: History, orders: Orders) -> int:
    """Return how many writes the kind of client has that is furthest behind.

    Of visitors who log in each counts: a login that a fault cuts off is no loss of a session.
    """
    done = [each for each in history if each.acknowledged]
    counts = Counter(each.kind for each in done)
    kinds = {kind for visits in orders.visits for kind in visits.kinds}
    least = {load.kind: WRITES for load in LOADS}
    least |= {each.kind: WRITES for each in orders.witnesses}
    least |= {kind: count for kind, count in PAGES.items() if kind in kinds}
    found = [counts[kind] * WRITES // count for kind, count in least.items()]
    pages = Counter(each.client for each in done if each.kind == VISITOR)
    logged_in = sum(count >= LOGGED_IN_PAGES for count in pages.values())
    found += [
        logged_in * WRITES // visits.typo3.visitors
        for visits in orders.visits
        if visits.typo3 and VISITOR in visits.kinds
    ]
    return min(found)
