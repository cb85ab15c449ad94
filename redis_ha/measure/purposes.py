"""What keys are for, told by their names: one table, and the shape of names that are not in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase, translate

from redis_ha.inventory import Inventory

CACHE, SESSIONS, LOCKS = "cache", "sessions", "locks"
ENTRIES, BY_ENTRY, BY_TAG = "entries", "tags by entry", "entries by tag"


@dataclass(frozen=True)
class Form:
    """How the names of one kind of key begin.

    Args:
        name: what such keys are for, as tables have it.
        kind: what they hold of it.
        pattern: a regular expression for the beginning; the group in it is a prefix that an
            application puts before all of its keys.
        use: what rules know it by; empty where no rule does.
        is_index: a few of them may be larger than all the others together.
    """

    name: str
    kind: str
    pattern: str
    use: str = ""
    is_index: bool = False


FORMS = (
    Form("TYPO3 cache", ENTRIES, r"(.*?)identData:", CACHE),
    Form("TYPO3 cache", BY_ENTRY, r"(.*?)identTags:", CACHE),
    Form("TYPO3 cache", BY_TAG, r"(.*?)tagIdents:", CACHE, is_index=True),
    Form("TYPO3 sessions", "backend", r"(.*?)typo3_ses_BE_", SESSIONS),
    Form("TYPO3 sessions", "frontend", r"(.*?)typo3_ses_FE_", SESSIONS),
    Form("locks", "php-redis", r"()PHPREDIS_SESSION:.*_LOCK$", LOCKS),
    Form("PHP sessions", "php-redis", r"()PHPREDIS_SESSION:", SESSIONS),
    Form("locks", "redis-ha", r"()session-lock:", LOCKS),
    Form("PHP sessions", "redis-ha", r"()session:", SESSIONS),
    Form("locks", "distributed-locks", r"()[0-9a-f]{40}:lock:(?:name|mutex):", LOCKS),
    Form("redis-ha", "writes of drills", r"()redis-ha:"),
    Form("redis-benchmark", "", r"()key:(?:__rand_int__|\d{12}$)|(?:my|counter:)[a-z]+$"),
)
"""The first that fits counts."""

_FORMS = re.compile(
    "|".join(f"(?P<form{number}>{form.pattern})" for number, form in enumerate(FORMS)), re.DOTALL
)
_BY_GROUP = {f"form{number}": form for number, form in enumerate(FORMS)}
_OTHER = Form("", "", "")
OTHERS = "others"
MOST = 100
"""How many purposes of a database are told apart."""
LONGEST = 40
_CHANGES = re.compile(r"[0-9a-f]{8,}|\d+")


@dataclass(frozen=True)
class Purpose:
    """What some keys of a database are for.

    Args:
        use: as in `Form`.
        prefix: what stands before the name that the application's software gave.
    """

    database: int
    name: str
    kind: str = ""
    use: str = ""
    prefix: str = ""
    is_index: bool = False


Naming = Callable[[str], Purpose]
"""Returns what the key of this name is for."""


@dataclass(frozen=True)
class Own:
    """A purpose that the inventory names.

    Args:
        database: a glob of its number; the other one is of the key's name.
    """

    name: str
    database: str
    glob: str

    @classmethod
    def read(cls, text: str) -> Own:
        """Read it as an inventory has it: `carts = 0/cart:*`."""
        name, _, where = text.partition("=")
        database, _, glob = where.strip().partition("/")
        return cls(name.strip(), database, glob or "*")


def own(topology: Inventory) -> tuple[Own, ...]:
    """Return the purposes that an inventory names."""
    return tuple(map(Own.read, topology.redis.purposes))


def naming(database: int, named: Iterable[Own] = ()) -> Naming:
    """Return what tells the purposes of a database's keys."""
    ours = [
        (re.compile(translate(each.glob)), each.name)
        for each in named
        if fnmatchcase(str(database), each.database)
    ]
    known: dict[tuple[str, str, str], Purpose] = {}

    def purpose(key: str) -> Purpose:
        found = _FORMS.match(key)
        form = _BY_GROUP[found.lastgroup or ""] if found else _OTHER
        prefix = (found[found.lastindex + 1] or "") if found and found.lastindex else ""
        name = next((name for pattern, name in ours if pattern.match(key)), "")
        name = name or _named(form, prefix) or shape(key)
        place = (name, form.kind, prefix)
        if place not in known and len(known) >= MOST:
            place, name, form, prefix = (OTHERS, "", ""), OTHERS, _OTHER, ""
        if place not in known:
            known[place] = Purpose(
                database=database,
                name=name,
                kind=form.kind,
                use=form.use,
                prefix=prefix,
                is_index=form.is_index,
            )
        return known[place]

    return purpose


def _named(form: Form, prefix: str) -> str:
    """Return the name of a purpose: caches with a prefix go by that."""
    return (prefix.rstrip("-_:.") if form.use == CACHE else "") or form.name


def shape(key: str) -> str:
    """Return what the names of keys like this one have in common.

    That is what stands before the first colon, without numbers.
    """
    head, colon, _ = key.partition(":")
    return f"{_CHANGES.sub('*', head)[:LONGEST]}{colon}{'*' if colon else ''}"
