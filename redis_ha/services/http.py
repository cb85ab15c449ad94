"""Pages of nodes, as this machine is served them."""

import urllib.error
import urllib.request

DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""A proxy of the user's is for other places than nodes."""


def text(url: str) -> str | None:
    """Return a page, None where it is not served."""
    try:
        with DIRECTLY.open(url, timeout=20) as answer:
            return str(answer.read().decode(errors="replace"))
    except (OSError, urllib.error.URLError):
        return None


def answers(url: str) -> bool:
    """Say whether a page is served."""
    try:
        with DIRECTLY.open(url, timeout=2) as answer:
            return bool(answer.status == 200)  # noqa: PLR2004 - HTTP's word for it
    except (OSError, urllib.error.URLError):
        return False
