"""Sessions of the checks side by side: most of their time is waiting."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from itertools import chain

from redis_ha.cli import pieces, sessions, turns
from redis_ha.render import PROJECT

INV = str(PROJECT / "inv")
Tags = Mapping[str, Sequence[str]]
"""The tags of sessions, by their names."""


def run(chosen: Tags) -> list[str]:
    """Run sessions, each lane beside the others; return the tags of groups that failed."""
    with ThreadPoolExecutor(len(sessions.LANES)) as pool:
        return list(chain(*pool.map(lambda lane: _failed(lane, chosen), sessions.LANES)))


def in_a_row(names: Sequence[str]) -> bool:
    """Run sessions one after the other, shown as they go; say whether all passed."""
    return subprocess.call((*sessions.NOX, "-s", *names)) == 0


def _failed(lane: Sequence[str], chosen: Tags) -> list[str]:
    """Run the groups of a lane one after the other; return the tags of those that failed."""
    groups = {tag: [name for name in chosen if _group(chosen[name]) == tag] for tag in lane}
    return [tag for tag, names in groups.items() if names and not _passed(tag, names)]


def _group(tags: Sequence[str]) -> str:
    """Return the tag of the group that a session runs in."""
    return next(tag for tag in (sessions.APART, *sessions.ALL_TAGS) if tag in tags)


def _passed(tag: str, names: Sequence[str]) -> bool:
    with _standing(tag) if tag in sessions.PROVIDERS else nullcontext():
        return pieces.call((*sessions.NOX, "-s", *names)) == 0


@contextmanager
def _standing(provider: str) -> Iterator[None]:
    """Keep a provider's nodes up for all of its sessions: each would bring up its own, and end it.

    Those that run already stay as they are. Where they do not come up, the sessions say so.
    """
    from redis_ha.nodes.environment import opened

    where = ("--provider", provider, "--inventory", "default")
    with opened("default", provider) as environment:
        was_up = environment.provider.is_up()
    if not was_up:
        _call("up", *where)
    try:
        yield
    finally:
        if not was_up:
            _call("down", "--purge", *where)


def _call(*words: str) -> None:
    with turns.shared():
        pieces.call((INV, *words))
