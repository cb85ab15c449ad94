import pytest

from redis_ha.errors import ProviderError
from redis_ha.providers.made import existing

MADE = {"redis1": "c1", "redis2": "c2", "redis3": "c3"}


@pytest.mark.parametrize("names", [[], ["redis3", "redis1"]], ids=["none", "some"])
def test_what_was_made_comes_in_the_order_asked_for(names: list[str]) -> None:
    assert existing(MADE, names) == [MADE[name] for name in names]


def test_a_node_that_was_never_made_is_refused_with_what_makes_it() -> None:
    with pytest.raises(ProviderError, match=r"^there is no node web1; `./inv up` makes it$"):
        existing(MADE, ["redis1", "web1"])
