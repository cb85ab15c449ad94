"""The same work on several nodes at once, with an outcome per node."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from redis_ha.errors import RedisHaError, SeveralFailed


class Named(Protocol):
    """Anything with a name of its own."""

    @property
    def name(self) -> str:
        """Return the name."""


Item = TypeVar("Item", bound=Named)
Value = TypeVar("Value")


def outcomes(
    items: Iterable[Item], work: Callable[[Item], Value]
) -> dict[str, Value | RedisHaError]:
    """Return what `work` gave for each item by name; one that failed keeps its error."""

    def kept(item: Item) -> Value | RedisHaError:
        try:
            return work(item)
        except RedisHaError as error:
            return error

    todo = list(items)
    if not todo:
        return {}
    with ThreadPoolExecutor(max_workers=len(todo)) as pool:
        return dict(zip((item.name for item in todo), pool.map(kept, todo), strict=True))


def each(items: Iterable[Item], work: Callable[[Item], Value]) -> dict[str, Value]:
    """Return what `work` gave for each item by name.

    Raises:
        RedisHaError: it failed for one, after all have ended.
        SeveralFailed: it failed for more.
    """
    done: dict[str, Value] = {}
    failed: dict[str, RedisHaError] = {}
    for name, outcome in outcomes(items, work).items():
        if isinstance(outcome, RedisHaError):
            failed[name] = outcome
        else:
            done[name] = outcome
    if len(failed) > 1:
        raise SeveralFailed(failed)
    if failed:
        raise next(iter(failed.values()))
    return done
