"""A command line as people type it, read word by word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from redis_ha.cli.option import Flag
from redis_ha.cli.task import Listed
from redis_ha.errors import RedisHaError
from redis_ha.nearest import hint

INV = "./inv"
ALL = f"`{INV}` shows all"
INVENTORY = "--inventory"
BEFORE = ("--help", "--list", "--print-completion-script", "--version")
"""Options of Invoke that are of use here."""


@dataclass
class Line:
    """What was typed so far, in Invoke's own words: `logs redis` is `logs.redis`.

    Args:
        tasks: every task by each name that it has.
        core: the options that are Invoke's own.
        task: the task that the next words belong to.
        family: a word such as `logs` that needs another one to be a task.
        open: the option whose value comes next.
    """

    tasks: Mapping[str, Listed]
    core: frozenset[str] = frozenset()
    words: list[str] = field(default_factory=list)
    task: Listed | None = None
    name: str = ""
    family: str = ""
    open: Flag | None = None
    given: set[str] = field(default_factory=set)
    inventory: str = ""

    def take(self, words: Iterable[str]) -> None:
        """Read on.

        Raises:
            RedisHaError: nobody knows such a word there.
        """
        for word in words:
            if self.open:
                self._value(word)
            elif word.startswith("-") and word != "-":
                self._option(word)
            else:
                self._plain(word)

    def ended(self) -> list[str]:
        """Return all of it, once nothing comes any more.

        Raises:
            RedisHaError: something is missing.
        """
        if self.open:
            raise RedisHaError(f"`{self.open.name}` needs a value: {self.open.usage}")
        if self.family and not self.task:
            names = self.members
            raise RedisHaError(f"`{self.family}` needs a second word: {' or '.join(names)}")
        return self.words

    @property
    def members(self) -> list[str]:
        """Return the words that make a task together with the last one: `redis` after `logs`."""
        return [name.partition(".")[2] for name in self.tasks if name.startswith(f"{self.family}.")]

    @property
    def free(self) -> list[Flag]:
        """Return the options that a word without a name can still be, the next one first."""
        words = self.task.words if self.task else ()
        return [each for each in words if each.name not in self.given]

    def _value(self, word: str) -> None:
        if self.open:
            self.open.read(word)
            if self.open.name == INVENTORY:
                self.inventory = word
        self.words.append(word)
        self.open = None

    def _option(self, word: str) -> None:
        name, equals, value = word.partition("=")
        if name in self.core:
            self.words.append(word)
            return
        flag = self._flag(name)
        self.family = ""
        if name in self.given and flag.takes_value:
            raise RedisHaError(f"`{name}` is given twice")
        if equals and not flag.takes_value:
            raise RedisHaError(f"`{name}` takes no value")
        self.given.add(name)
        self.words.append(name)
        self.open = flag if flag.takes_value else None
        if equals:
            self._value(value)

    def _flag(self, name: str) -> Flag:
        known = {each.name: each for each in self.task.flags} if self.task else {}
        if name in known:
            return known[name]
        if self.task:
            near = hint(name, [*known, "--help"])
            raise RedisHaError(f"`{self.name}` has no option `{name}`{near}; {_help(self.name)}")
        later = any(name == flag.name for task in self.tasks.values() for flag in task.flags)
        near = "; it comes after the task" if later else hint(name, BEFORE)
        raise RedisHaError(f"no option `{name}` before a task{near}; {ALL}")

    def _plain(self, word: str) -> None:
        joined = f"{self.family}.{word}"
        if self.family and joined in self.tasks:
            if self.task:
                self.words.pop()
            self._begin(joined)
        elif word in self.tasks and not self._is_choice(word):
            self._begin(word, family=word)
        elif self.free:
            flag = self.free[0]
            flag.read(word)
            self.given.add(flag.name)
            self.words += [flag.name, word]
            self.family = ""
        elif any(name.startswith(f"{word}.") for name in self.tasks):
            self.task, self.family = None, word
        else:
            raise RedisHaError(self._stranger(word))

    def _is_choice(self, word: str) -> bool:
        """Say whether a task's name, right after a task, is a word that this one takes."""
        if not self.free or self.words[-1] != self.name:
            return False
        choices = self.free[0].option.choices
        with suppress(RedisHaError):  # of nodes, where no inventory is named: none is called so
            return choices is not None and word in choices.names(self.inventory)
        return False

    def _begin(self, name: str, family: str = "") -> None:
        self.words.append(name)
        self.task, self.name, self.family, self.given = self.tasks[name], name, family, set()

    def _stranger(self, word: str) -> str:
        if self.family and not self.task:
            there = ", ".join(self.members)
            return f"no `{self.family} {word}`{hint(word, self.members)}; there are {there}"
        return f"no task `{word}`{hint(word, families(self.tasks))}; {ALL}"


def families(tasks: Iterable[str]) -> Sequence[str]:
    """Return every word that a command can begin with, in order."""
    return list(dict.fromkeys(each for name in tasks for each in (name, name.partition(".")[0])))


def _help(name: str) -> str:
    return f"`{INV} help {name}` shows all"
