"""A property that is worked out once, also where several threads ask for it at the same time."""

from collections.abc import Callable
from threading import RLock
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")


class once(Generic[Value]):  # noqa: N801 - used as a decorator, as `property` is
    """Work a property out when it is first asked for, while other threads wait, and keep it.

    `functools.cached_property` does not wait from Python 3.12 on: two threads would each make
    passwords.
    """

    def __init__(self, make: Callable[[Any], Value]) -> None:
        self._make, self._name, self._lock = make, make.__name__, RLock()
        self.__doc__ = make.__doc__

    def __get__(self, instance: Any, owner: type | None = None) -> Value:
        with self._lock:
            kept = instance.__dict__
            if self._name not in kept:
                kept[self._name] = self._make(instance)
            value: Value = kept[self._name]
            return value
