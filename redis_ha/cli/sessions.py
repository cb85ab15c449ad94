"""The sessions of Nox that make up the checks, and what a machine needs to run them."""

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from redis_ha import tool
from redis_ha.render import PROJECT

NOX = (sys.executable, "-m", "nox", "-f", str(PROJECT / "noxfile.py"))
PROVIDERS = ("local", "docker")
TAGS = ("source", *PROVIDERS)
"""Of the sessions that a bare machine with an engine runs."""
APART = "apart"
"""Of sessions that bring up an environment of their own: they have a lane to themselves."""
LANES = (("source", "vagrantfile"), (APART,), ("local",), ("docker",))
"""Groups of sessions by tag: those of a lane one after the other, the lanes side by side."""
ALL_TAGS = tuple(tag for lane in LANES for tag in lane)
TABLE = PROJECT / "tests" / "sessions.toml"


@dataclass(frozen=True)
class NeededProgram:
    """A program that no requirement brings: any of these names will do.

    Args:
        mend: the command that brings it.
    """

    any: tuple[str, ...]
    mend: str

    def path(self) -> str | None:
        """Return where it is, None when this machine has none."""
        return next((path for name in self.any if (path := tool.located(name))), None)


@dataclass(frozen=True)
class Needs:
    """The programs, and which of them sessions need, by name."""

    programs: dict[str, NeededProgram]
    of_sessions: dict[str, tuple[str, ...]]

    def missing(self, session: str) -> Iterator[str]:
        """Yield what this machine lacks for a session, each with what mends it."""
        for program in map(self.programs.__getitem__, self.of_sessions.get(session, ())):
            if not program.path():
                yield f"no {program.any[0]}: {program.mend}"


def needs(path: Path = TABLE) -> Needs:
    """Read what sessions need."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    programs = {
        name: NeededProgram(tuple(program["any"]), program["mend"])
        for name, program in table["programs"].items()
    }
    return Needs(programs, {name: tuple(words) for name, words in table["needs"].items()})


def listed() -> dict[str, list[str]]:
    """Return the tags of every session of CI by its name."""
    command = (*NOX, "--list-sessions", "--json", "--tags", *ALL_TAGS)
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {each["session"]: each["tags"] for each in json.loads(said)}


def unrunnable(sessions: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Yield the sessions for which this machine lacks something, and what mends it."""
    programs = needs()
    for name, tags in sessions.items():
        lacks = [without_provider(each) for each in tags] + list(programs.missing(name))
        yield from ((name, why) for why in lacks if why)


def without_provider(provider: str) -> str | None:
    """Return why no nodes of a provider can be here, None where nothing is in the way."""
    from redis_ha.providers import engine

    if provider == "docker":
        found = engine.find()
        return None if found.answers else found.refusal
    if provider == "vagrant" and not shutil.which("vagrant"):
        return "no vagrant: sudo ./inv vagrant.install"
    return None
