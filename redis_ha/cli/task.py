"""What every task shares: its environment, its options' types, its exit status."""

import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from invoke.context import Context
from invoke.exceptions import Exit
from invoke.tasks import Task
from invoke.tasks import task as invoke_task

from redis_ha.cli.console import note
from redis_ha.errors import RedisHaError

COMMON = {
    "provider": "where the nodes live: auto, docker, local or vagrant",
    "inventory": "which environment: a name in inventories/, or the path of a .toml file",
}
Body = Callable[..., object]


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
        raise Exit(f"redis-ha: {where}{error.strerror or error}", code=2) from None


def task(
    help: dict[str, str] | None = None,  # noqa: A002 - Invoke's name for it
) -> Callable[[Body], Task[Any]]:
    """Make a task of a function that needs no environment."""

    def decorate(body: Body) -> Task[Any]:
        parameters = _own_parameters(body, skip=0)

        @wraps(body)
        def run(context: Context, **options: Any) -> None:
            del context
            with errors_as_exit():
                body(**_converted(options, parameters))

        return _as_task(run, parameters, help or {})

    return decorate


def environment_task(
    help: dict[str, str] | None = None,  # noqa: A002 - Invoke's name for it
) -> Callable[[Body], Task[Any]]:
    """Make a task of a function whose first parameter is an open `Environment`."""

    def decorate(body: Body) -> Task[Any]:
        parameters = _own_parameters(body, skip=1)

        @wraps(body)
        def run(context: Context, provider: str, inventory: str, **options: Any) -> None:
            # What this takes to import is not for `--list` to wait for.
            from redis_ha.nodes.environment import opened

            wanted = (inventory or context.config.inventory, provider or context.config.provider)
            with errors_as_exit(), opened(*wanted) as environment:
                note(f"provider: {environment.choice.name} ({environment.choice.why})")
                body(environment, **_converted(options, parameters))

        common = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default="") for name in COMMON
        ]
        return _as_task(run, [*parameters, *common], {**COMMON, **(help or {})})

    return decorate


def _own_parameters(body: Body, skip: int) -> list[inspect.Parameter]:
    parameters = list(inspect.signature(body).parameters.values())[skip:]
    return [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in parameters]


def _as_task(
    run: Body,
    parameters: list[inspect.Parameter],
    helps: dict[str, str],
) -> Task[Any]:
    """Give Invoke a signature in which a number is text: it would let a wrong one fall through."""
    context = inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    shown = [
        each.replace(default=str(each.default)) if _is_number(each) else each for each in parameters
    ]
    run.__signature__ = inspect.Signature([context, *shown])  # type: ignore[attr-defined]
    made: Task[Any] = invoke_task(help=helps, positional=[], auto_shortflags=False)(run)
    return made


def _is_number(parameter: inspect.Parameter) -> bool:
    return type(parameter.default) in (int, float)


def _converted(options: dict[str, Any], parameters: list[inspect.Parameter]) -> dict[str, Any]:
    numbers = {each.name: type(each.default) for each in parameters if _is_number(each)}
    return {
        name: _number(name, value, numbers[name]) if name in numbers else value
        for name, value in options.items()
    }


def _number(name: str, value: str, kind: type[int] | type[float]) -> int | float:
    try:
        return kind(value)
    except ValueError:
        raise RedisHaError(f"--{name.replace('_', '-')}: `{value}` is not a number") from None
