"""Clients on the web node: visitors of its pages, and holders of a session's lock.

A program there does what they do (php/bin/visitors.php), started over SSH; see `program`.
"""

import json
from dataclasses import asdict, dataclass, field

SESSION, LOCK = "php-session", "php-lock"
PAGE, VISITOR, EDITOR = "typo3-page", "typo3-visitor", "typo3-editor"
OF_PAGE = (SESSION, LOCK)
"""The kinds of client that need a web node and no site on it."""
KINDS = (*OF_PAGE, PAGE, VISITOR, EDITOR)
"""The kinds of client that need a web node."""
NOW, BACKEND = "typo3-now", "typo3-backend"
"""What else the clients of a TYPO3 site ask for: the page with a part that is never cached, along
with `typo3-page`; and the backend's pages but those that save, along with `typo3-editor`."""
OF_SITE = (PAGE, NOW, VISITOR, BACKEND, EDITOR)
ALL = (*OF_PAGE, *OF_SITE)
"""Every kind of client on a web node, as histories have them."""
LOGGED_OUT = "logged out"
"""What was wrong with a page whose visitor had a session before and has another now."""
WENT_BACK = "counter went back"
"""What was wrong with a page that shows an older session than one before."""
OLD_TEXT = "old text"
"""What was wrong with a page that shows an older text than one that was saved before it was asked
for."""


@dataclass(frozen=True)
class SiteVisits:
    """Orders for those who come to a TYPO3 site.

    Args:
        kinds: of client, of `PAGE`, `VISITOR`, `EDITOR`.
        requests_per_s: how many pages all kinds together ask for; one that is not there leaves its
            share out.
        visitors: how many log in and stay.
        editor_password, visitor_password: of the site's accounts `editor` and `visitor`.
    """

    kinds: tuple[str, ...]
    requests_per_s: float
    editor_password: str = field(repr=False)
    visitor_password: str = field(repr=False)
    visitors: int = 10


@dataclass(frozen=True)
class Visits:
    """Orders for the visitors of one web node.

    Args:
        node: its name.
        command: of this machine, runs the program there.
        address: where its pages are, as seen from there.
        servers: the name of every Redis by its address.
        visitors: how many have a session each.
        requests_per_s: how many pages they ask for in a second, all together.
        locks: how many sessions have two holders each, who take turns.
        typo3: who comes to its TYPO3 site.
    """

    node: str
    command: tuple[str, ...]
    address: str
    port: int
    servers: dict[str, str]
    visitors: int = 0
    requests_per_s: float = 50.0
    locks: int = 0
    typo3: SiteVisits | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of client that there are, of `KINDS`."""
        others = [kind for kind, many in ((SESSION, self.visitors), (LOCK, self.locks)) if many]
        return (*others, *(self.typo3.kinds if self.typo3 else ()))

    @property
    def name(self) -> str:
        return self.node

    def told(self, prefix: str) -> str:
        """Return what the program is told, as a line."""
        return json.dumps({**asdict(self), "prefix": prefix})
