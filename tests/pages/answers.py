"""Answers of state.php as the page gets them, made up: what it shows follows from these alone."""

import json
import time
from typing import Any

from playwright.sync_api import Route

SENTINELS = {"all": 3, "majority": 2, "answering": 3, "agreeing": 3}


def good(name: str, count: int, *changes: dict[str, Any]) -> dict[str, Any]:
    """Return an answer from a master."""
    master = {"name": name, "address": f"10.213.0.1{name[-1]}:6379", "since": time.time() - 75}
    visitor = {"count": count, "since": time.time() - 60}
    return _answer(master=master, visitor=visitor, changes=list(changes))


def poor(reason: str, **sentinels: int) -> dict[str, Any]:
    """Return an answer while there is no master."""
    return _answer(master=None, reason=reason, changes=[], sentinels={**SENTINELS, **sentinels})


def change(old: str, new: str, ago_s: float = 0) -> dict[str, Any]:
    """Return a change of master."""
    return {"at": round(time.time() - ago_s, 3), "from": old, "to": new}


def _answer(**parts: Any) -> dict[str, Any]:
    return {"now": time.time(), "web": "web1", "sentinels": SENTINELS, **parts}


def give(route: Route, answer: dict[str, Any]) -> None:
    """Let a question have its answer, with the status that goes with it."""
    status = 200 if answer["master"] else 503
    route.fulfill(status=status, content_type="application/json", body=json.dumps(answer))
