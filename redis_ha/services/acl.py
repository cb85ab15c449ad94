"""ACL users as ACL LIST, configuration files and files of users have them: a line each."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import PurePosixPath

from redis_ha.services import directives
from redis_ha.services.directives import DEFAULT_USER

SAME_RULES = {"allkeys": "~*", "allchannels": "&*", "allcommands": "+@all"}
NO_RULES = directives.UNSAID | {
    *("reset", "off", "resetpass", "resetkeys", "resetchannels", "clearselectors"),
    *("nocommands", "-@all"),
}
"""What a user has that is just made; ACL LIST says some of it all the same."""

Users = Mapping[str, frozenset[str]]
"""ACL users and their rules, by name."""


def file(text: str) -> str | None:
    """Return the path of the file of users that a server's file names, None for none."""
    held = directives.parse(text)
    if not (named := held.get(("aclfile",))):
        return None
    folder = held.get(("dir",), (("/",),))[-1]
    return str(PurePosixPath(" ".join(folder), " ".join(named[-1])))


def behind(held: Iterable[str], runs: Iterable[str]) -> list[str]:
    """Return the users that a file lacks, or has with other rules than its server."""
    own = users(held)
    return [f"user {name}" for name, rules in users(runs).items() if own.get(name) != rules]


def rewritten(text: str, runs: Iterable[str]) -> list[str]:
    """Return the same of a configuration file, which has the password of `default` elsewhere."""
    lines = text.splitlines()
    own = {directives.of_line(line) for line in lines}
    return [
        name
        for name in behind(lines, runs)
        if name != " ".join(DEFAULT_USER) or DEFAULT_USER in own
    ]


def users(lines: Iterable[str]) -> Users:
    """Return the users of lines, their rules spelt one way."""
    words = [line.split() for line in lines if directives.of_line(line)]
    return {
        name: frozenset(map(_spelt, rules)) - NO_RULES
        for kind, name, *rules in (found for found in words if len(found) > 1)
        if kind == directives.USER
    }


def _spelt(rule: str) -> str:
    if rule.startswith(">"):
        return f"#{sha256(rule[1:].encode()).hexdigest()}"
    return SAME_RULES.get(rule, rule)
