"""Command lines as people type them."""

from redis_ha.cli import listed, namespace
from redis_ha.cli.line import Line

TASKS = listed.by_name(namespace())


def read(typed: str) -> str:
    """Return a line in Invoke's words."""
    line = Line(TASKS, core=frozenset({"--help"}))
    line.take(typed.split())
    return " ".join(line.ended())
