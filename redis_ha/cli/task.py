"""What every task shares: its place in the list, its environment, its options, its exit status."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

from invoke.context import Context
from invoke.exceptions import Exit
from invoke.tasks import Task

from redis_ha.cli.console import note
from redis_ha.cli.group import Group
from redis_ha.cli.option import COMMON, Flag, Option, flags
from redis_ha.errors import RedisHaError
from redis_ha.printable import printable

if TYPE_CHECKING:
    from redis_ha.nodes.environment import Environment

Body = Callable[..., object]
Options = Mapping[str, str | Option]
"""What options do, by the names of their parameters."""


@contextmanager
def masked(environment: Environment) -> Iterator[None]:
    """Take this environment's passwords out of whatever an error quotes."""
    try:
        yield
    except RedisHaError as error:
        if known := environment.__dict__.get("secrets"):  # none is made for this
            error.args = (known.masked(str(error)),)
        raise


@contextmanager
def errors_as_exit() -> Iterator[None]:
    """Turn an error into its one line on stderr and its exit status."""
    try:
        yield
    except RedisHaError as error:
        raise Exit(f"redis-ha: {error}", code=error.exit_status) from None
    except KeyboardInterrupt:
        raise Exit("redis-ha: interrupted; the same command goes on from here", code=2) from None
    except BrokenPipeError:
        sys.stdout = None  # nobody reads it: nothing is to be flushed at the end
        raise Exit(code=0) from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise Exit(f"redis-ha: {printable(where)}{error.strerror or error}", code=2) from None


class Listed(Task[Any]):
    """A task that knows where it is listed and what its options take.

    Args:
        words: the options whose names may be left out, in order: `failover hang`.
    """

    def __init__(
        self,
        body: Body,
        *,
        group: Group,
        flags: tuple[Flag, ...],
        words: tuple[str, ...],
        **of_invoke: Any,
    ) -> None:
        super().__init__(body, **of_invoke)
        self.group, self.flags = group, flags
        named = {flag.parameter.name: flag for flag in flags}
        self.words = tuple(named[word] for word in words)

    @property
    def summary(self) -> str:
        """Return what it does, in a line."""
        return inspect.getdoc(self).partition("\n")[0].rstrip(".")  # type: ignore[union-attr]


def task(
    group: Group,
    help: Options | None = None,  # noqa: A002 - Invoke's name for it
    words: tuple[str, ...] = (),
) -> Callable[[Body], Listed]:
    """Make a task of a function that needs no environment.

    Args:
        help: what each option does.
        words: the options whose names may be left out, in order.
    """

    def decorate(body: Body) -> Listed:
        made = flags(_own_parameters(body, skip=0), help or {})

        @wraps(body)
        def run(context: Context, **options: Any) -> None:
            del context
            with errors_as_exit():
                body(**_converted(options, made))

        return _as_task(run, group, made, words)

    return decorate


@dataclass(frozen=True)
class WantedEnvironment:
    """The environment that the common options name, not opened yet."""

    inventory: str
    provider: str

    @contextmanager
    def opened(self) -> Iterator[Environment]:
        """Open it, and say where its nodes live.

        Raises:
            RedisHaError: there is no such inventory or provider.
        """
        # What this takes to import is not for `--list` to wait for.
        from redis_ha.nodes.environment import opened

        with opened(self.inventory, self.provider) as environment, masked(environment):
            note(f"provider: {environment.choice.name} ({environment.choice.why})")
            yield environment


def environment_task(
    group: Group,
    help: Options | None = None,  # noqa: A002 - Invoke's name for it
    words: tuple[str, ...] = (),
) -> Callable[[Body], Listed]:
    """Make a task of a function whose first parameter is an open `Environment`; see `task`."""

    def decorate(body: Body) -> Listed:
        @wraps(body)
        def opening(wanted: WantedEnvironment, **options: Any) -> None:
            with wanted.opened() as environment:
                body(environment, **options)

        return wanting_task(group, help, words)(opening)

    return decorate


def wanting_task(
    group: Group,
    help: Options | None = None,  # noqa: A002 - Invoke's name for it
    words: tuple[str, ...] = (),
) -> Callable[[Body], Listed]:
    """Make a task of a function that opens its environment itself, or does without.

    Its first parameter is a `WantedEnvironment`.
    """

    def decorate(body: Body) -> Listed:
        common = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default="") for name in COMMON
        ]
        made = flags([*_own_parameters(body, skip=1), *common], {**COMMON, **(help or {})})

        @wraps(body)
        def run(context: Context, provider: str, inventory: str, **options: Any) -> None:
            known = context.config
            wanted = WantedEnvironment(inventory or known.inventory, provider or known.provider)
            with errors_as_exit():
                body(wanted, **_converted(options, made))

        return _as_task(run, group, made, words)

    return decorate


def _own_parameters(body: Body, skip: int) -> list[inspect.Parameter]:
    parameters = list(inspect.signature(body).parameters.values())[skip:]
    return [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in parameters]


def _as_task(run: Body, group: Group, options: tuple[Flag, ...], words: tuple[str, ...]) -> Listed:
    """Give Invoke a signature in which a number is text: it would let a wrong one fall through."""
    context = inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    shown = [each.as_text() for each in options]
    run.__signature__ = inspect.Signature([context, *shown])  # type: ignore[attr-defined]
    return Listed(
        run,
        group=group,
        flags=options,
        words=words,
        help={each.parameter.name.strip("_"): each.option.text for each in options},
        positional=[],
        auto_shortflags=False,
    )


def _converted(options: dict[str, Any], made: tuple[Flag, ...]) -> dict[str, Any]:
    """Return the options with numbers in place of their text, None where that is empty."""
    numbers = {flag.parameter.name: flag for flag in made if flag.option.number}
    return {
        name: (numbers[name].read(value) if value else None) if name in numbers else value
        for name, value in options.items()
    }
