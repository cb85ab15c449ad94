"""What an option of a task is: what it does, which words it takes, what holds without it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from redis_ha.cli import choices
from redis_ha.cli.choices import Choices
from redis_ha.cli.number import Number
from redis_ha.errors import RedisHaError


@dataclass(frozen=True)
class Option:
    """What its declaration says of an option, besides its name and default.

    Args:
        text: what it does.
        choices: the words that it takes, where they can be counted.
        default: what holds without it, in words, where the parameter has an empty default.
        value: what stands for its value in a line of use; by default its name.
        number: which numbers it takes, None where it takes no number.
    """

    text: str
    choices: Choices | None = None
    default: str = ""
    value: str = ""
    number: Number | None = None


COMMON = {
    "provider": Option("where the nodes live", choices.PROVIDERS, "auto"),
    "inventory": Option("which environment", choices.INVENTORIES, "default"),
}
"""The options of every task that works on an environment; invoke.yaml has their defaults."""


@dataclass(frozen=True)
class Flag:
    """An option as it is typed: its declaration and the parameter that it stands for."""

    parameter: inspect.Parameter
    option: Option

    @property
    def name(self) -> str:
        """Return it as it is typed, with its dashes."""
        return f"--{self.parameter.name.strip('_').replace('_', '-')}"

    @property
    def takes_value(self) -> bool:
        """Say whether a value follows it."""
        return self.parameter.default is not False

    @property
    def value(self) -> str:
        """Return what stands for its value in a line of use."""
        return self.option.value or self.name.strip("-").replace("-", "_").upper()

    @property
    def usage(self) -> str:
        """Return it with what stands for its value."""
        return f"{self.name} {self.value}" if self.takes_value else self.name

    @property
    def default(self) -> str:
        """Return what holds without it, in words."""
        if not self.takes_value:
            return "no"
        return self.option.default or str(self.parameter.default)

    def as_text(self) -> inspect.Parameter:
        """Return its parameter with text for a default where that is a number, or none."""
        default = self.parameter.default
        if self.option.number:
            return self.parameter.replace(default="" if default is None else str(default))
        return self.parameter

    def read(self, text: str) -> str | int | float:
        """Return the value that is typed for it.

        Raises:
            RedisHaError: that is none.
        """
        if not text:
            raise RedisHaError(f"`{self.name}` needs a value: {self.usage}")
        return self.option.number.required(self.name, text) if self.option.number else text

    def told(self, inventory: str) -> Iterator[str]:
        """Yield what it does, the words that it takes, and what holds without it."""
        yield self.option.text
        if number := self.option.number:
            yield number.words
        if chosen := self.option.choices:
            words = ", ".join(chosen.names(inventory))
            yield f"one of {words}{f'; or {chosen.more}' if chosen.more else ''}"
        yield f"default: {self.default}"


def flags(
    parameters: list[inspect.Parameter], options: Mapping[str, str | Option]
) -> tuple[Flag, ...]:
    """Return every option of a task, in the order of its parameters."""
    return tuple(Flag(each, _option(options[each.name])) for each in parameters)


def _option(said: str | Option) -> Option:
    return Option(said) if isinstance(said, str) else said
