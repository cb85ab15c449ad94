"""What keeps a process from starting, as data: how its log says it, and what mends it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

PROGRAMS = ("redis-check-aof", "redis-check-rdb", "rm")
"""Those that a mend may name."""


@dataclass(frozen=True)
class Trouble:
    """One way in which a process refuses to start.

    Args:
        said: a regular expression for the line of the log; its named groups fill in `mend` too.
        mend: what to do. `{root}` is the folder that stands for the node's `/`, `{node}` its name;
            the name of a program stands for how somebody on the node runs it.
    """

    said: str
    mend: str

    def way_on(self, line: str, words: Mapping[str, str]) -> str | None:
        """Return what mends it where the line says this, None where it does not."""
        found = re.search(self.said, line)
        return self.mend.format_map({**words, **found.groupdict()}) if found else None
