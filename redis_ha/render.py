"""Jinja2 templates of `files/`: a misspelt variable is an error, not an empty string."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

PROJECT = Path(__file__).resolve().parent.parent
FILES = PROJECT / "files"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FILES),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - configuration files, not HTML
    )


def render(template: str, /, **context: object) -> str:
    """Return the text of `files/TEMPLATE` filled with `context`.

    Raises:
        jinja2.UndefinedError: the template uses a name that `context` lacks.
    """
    return _environment().get_template(template).render(**context)
