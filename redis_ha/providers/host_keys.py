"""The keys of machines that have made theirs themselves: noted at first sight, then expected."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from redis_ha import state
from redis_ha.providers import Ssh, keys, sshd

SSH = 22


def pin(folder: Path, ways: Mapping[str, Ssh]) -> None:
    """Note the key of each machine that is new, and write down what to expect of every one.

    Args:
        folder: the environment's own.
        ways: how to log in, by a name that no other machine ever has.

    Raises:
        ProviderError: a new machine shows no key.
    """
    notes = folder / "host_keys.json"
    known = json.loads(notes.read_text(encoding="utf-8")) if notes.exists() else {}
    new = [name for name in ways if name not in known]
    with ThreadPoolExecutor(max_workers=len(new) or 1) as pool:
        shown = pool.map(lambda name: sshd.host_key(ways[name].address, ways[name].port), new)
        known.update(zip(new, shown, strict=True))
    state.write_private(notes, json.dumps(known, indent=2))
    expected = {_place(way): known[name] for name, way in ways.items()}
    for file in {way.known_hosts for way in ways.values()}:
        keys.write_known_hosts(file, expected)


def _place(way: Ssh) -> str:
    """Return what a server is called in a file of known hosts."""
    return way.address if way.port == SSH else f"[{way.address}]:{way.port}"
