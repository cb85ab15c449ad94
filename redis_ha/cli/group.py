"""The headings under which tasks are listed."""

from enum import StrEnum


class Group(StrEnum):
    """What a task is for, in the order of the list."""

    BRING_UP = "bring up"
    LOOK = "look"
    PROVE = "prove"
    CHANGE = "change"
    MEND = "mend"
    CONSOLE = "console"
    MACHINES = "machines"
    DEVELOPMENT = "development"
