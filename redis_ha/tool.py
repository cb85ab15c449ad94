"""A program that this machine may lack, as data."""

import os
import shutil
from dataclasses import dataclass

OF_SYSTEM = ("/usr/local/sbin", "/usr/sbin")
"""Where programs of the system lie that Debian leaves out of a user's PATH."""


@dataclass(frozen=True)
class Tool:
    """A program of this machine.

    Args:
        name: what it is called on PATH.
        providers: those that do not work without it.
        why: what needs it.
        mend: the command that installs it.
    """

    name: str
    providers: tuple[str, ...]
    why: str
    mend: str


def located(name: str) -> str | None:
    """Return the path of a program, None where this machine has none of that name."""
    return shutil.which(name) or shutil.which(name, path=os.pathsep.join(OF_SYSTEM))
