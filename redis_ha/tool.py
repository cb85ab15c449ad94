"""A program that this machine may lack, as data."""

from dataclasses import dataclass


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
