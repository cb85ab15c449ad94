"""A yes of whoever types, to what a change takes from people."""

import sys
from collections.abc import Callable

YES = "agree to what a change takes from people, such as the sessions of all visitors"
WORDS = ("y", "yes")


def asked(*, yes: bool) -> Callable[[str], bool]:
    """Return what asks whoever sits at the terminal, unless `--yes` has said so; nobody else."""

    def agreed(what: str) -> bool:
        if yes or not sys.stdin.isatty():
            return yes
        sys.stderr.write(f"{what}. Go on? [y/N] ")
        sys.stderr.flush()
        return sys.stdin.readline().strip().lower() in WORDS

    return agreed
