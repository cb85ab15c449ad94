"""The web node: the way to its page."""

from typing import Any

from invoke.tasks import Task

NEXT: tuple[tuple[str, str], ...] = ()
"""What `up` offers where there is a web node."""
TASKS: dict[str, Task[Any]] = {}
