"""What a provider has made of the nodes of an inventory."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from redis_ha.errors import ProviderError

Made = TypeVar("Made")


def existing(made: Mapping[str, Made], names: Sequence[str]) -> list[Made]:
    """Return what was made of these nodes, in this order.

    Raises:
        ProviderError: one was never made.
    """
    for name in names:
        if name not in made:
            raise ProviderError(f"there is no node {name}; `./inv up` makes it")
    return [made[name] for name in names]
