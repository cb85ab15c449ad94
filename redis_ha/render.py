"""Jinja2 templates of `files/`: a misspelt variable is an error, not an empty string."""

from __future__ import annotations

import re
import shlex
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from redis_ha import extras
from redis_ha.endpoint import bracketed, endpoint

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jinja2 import Environment

PROJECT = Path(__file__).resolve().parent.parent
FILES = PROJECT / "files"


def folders() -> tuple[Path, ...]:
    """Return where files of roles lie: in the project, and where more roles are."""
    return tuple(path / "files" for path in extras.beside(PROJECT))


PLAIN = re.compile(r"[A-Za-z0-9/._-]+")


def _of_redis(text: object) -> str:
    """Return a word of redis.conf, in quotes where it needs them."""
    word = str(text)
    return word if PLAIN.fullmatch(word) else '"' + re.sub(r'(["\\])', r"\\\1", word) + '"'


def _of_supervisord(text: object) -> str:
    """Return text in which supervisord finds no expression of its own."""
    return str(text).replace("%", "%%")


def _of_php(text: object) -> str:
    """Return a string of PHP in which nothing is a variable."""
    return "'" + re.sub(r"(['\\\\])", r"\\\1", str(text)) + "'"


def _of_protocol(words: Iterable[str]) -> str:
    """Return a command as Redis's protocol has it, in hexadecimal: no word needs quotes there."""
    parts = [f"${len(word.encode())}\r\n{word}\r\n" for word in words]
    return "".join([f"*{len(parts)}\r\n", *parts]).encode().hex()


@cache
def _environment(folders: tuple[Path, ...]) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(folders),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - configuration files, not HTML
    )
    made.filters |= {"word": _of_redis, "supervised": _of_supervisord, "command": _of_protocol}
    made.filters |= {"php": _of_php, "quoted": shlex.quote, "at": endpoint, "bracketed": bracketed}
    return made


def render(template: str, /, **context: object) -> str:
    """Return the text of `files/TEMPLATE` filled with `context`.

    Raises:
        jinja2.UndefinedError: the template uses a name that `context` lacks.
    """
    return _environment(folders()).get_template(template).render(**context)


def read_source(name: str) -> str:
    """Return the text of `files/NAME` as it is."""
    found = next(path for folder in folders() if (path := folder / name).exists())
    return found.read_text(encoding="utf-8")
