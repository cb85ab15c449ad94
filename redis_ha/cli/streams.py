"""Where output goes: a terminal of whatever letters, a full disk."""

import os
import sys


def ready() -> None:
    """Let a letter that the terminal does not have become a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # not where a test has put its own
            stream.reconfigure(errors="replace")


def ended() -> OSError | None:
    """Write out what was held back; return why that cannot be done, None where it is done."""
    found = None
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream:
                stream.flush()
        except OSError as error:
            # Python would try once more at its own end, and complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            found = found or (None if isinstance(error, BrokenPipeError) else error)
    return found
