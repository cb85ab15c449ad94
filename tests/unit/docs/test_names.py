"""Faults, keys, variables, files and messages: what the documentation names is there."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from typing import Any

import pytest

from redis_ha import secrets
from redis_ha.cli import namespace
from redis_ha.faults import FAULTS, anywhere, planned, power
from redis_ha.inventory import INVENTORIES, NodeSpec
from redis_ha.inventory.tables import tables
from redis_ha.render import PROJECT
from tests.unit.docs.pages import Page, page, pages

DOTTED = re.compile(r"([a-z]+)\.([a-z][a-z_-]*)")
FILE_ENDINGS = {
    "conf",
    "css",
    "csv",
    "html",
    "json",
    "log",
    "md",
    "php",
    "py",
    "service",
    "sh",
    "toml",
    "xml",
}
VARIABLE = re.compile(r"\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?==|$)")
OURS = re.compile(r"\bREDIS_HA_[A-Z_]+\b")
INTERNAL = {"REDIS_HA_MACHINES", "REDIS_HA_SESSIONS"}
"""What programs are told by `./inv`, and by the files that it renders."""
PASSWORDS = {f"REDIS_HA_{name.upper()}_PASSWORD" for name in secrets.names()}
FOLDERS = ("benchmarks", "docker", "docs", "files", "inventories", "provision", "redis_ha")
FILE = re.compile(rf"(?:{'|'.join((*FOLDERS, 'requirements', 'tests', 'vagrant'))})/[\w./*-]+")
PLACEHOLDER = re.compile(r"\b[A-Z]{2,}\b")
SEEN = "# A\n\n| what you see | what to do |\n|---|---|\n"
OLD_NAMES = "docs/coming-from-the-shell-version.md"


@cache
def keys() -> set[str]:
    """Return every key of an inventory, with its table."""
    kinds: dict[str, Any] = {name: table.kind for name, table in tables().items()}
    kinds["nodes"] = NodeSpec
    return {f"{name}.{item.name}" for name, kind in kinds.items() for item in fields(kind)}


@cache
def sources() -> str:
    """Return the text of all files that are no documentation and no test."""
    listed = subprocess.run(
        ("git", "ls-files", "--", ":!*.md", ":!docs", ":!tests", ":!requirements", ":!files"),
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    files = (PROJECT / name for name in listed.splitlines())
    return "\n".join(file.read_text(encoding="utf-8") for file in files if file.is_file())


def wrong_names(written: Page) -> Iterator[str]:
    """Yield words with a dot that look like a key or a task and are neither."""
    tasks = set(namespace().task_names)
    groups = {
        name.partition(".")[0] for name in (*keys(), *(each for each in tasks if "." in each))
    }
    for span in written.spans:
        found = DOTTED.fullmatch(span)
        looks_so = found and found[1] in groups and found[2] not in FILE_ENDINGS
        if looks_so and span not in keys() | tasks:
            yield f"{written.name}: `{span}` is no key of an inventory and no task"


def wrong_variables(written: Page) -> Iterator[str]:
    """Yield variables of the environment that nothing reads."""
    for span in written.spans:
        for name in VARIABLE.findall(span):
            if name not in PASSWORDS and name not in sources():
                yield f"{written.name}: nothing reads {name}"


def wrong_files(written: Page) -> Iterator[str]:
    """Yield paths of the checkout where nothing is."""
    for span in written.spans:
        named = FILE.fullmatch(span) and not PLACEHOLDER.search(span)
        if named and not any(PROJECT.glob(span.rstrip("/"))):
            yield f"{written.name}: there is no {span}"


def wrong_messages(written: Page) -> Iterator[str]:
    """Yield messages of the tables of what one sees that no source has; `…` is anything."""
    for row in written.rows("what you see"):
        for message in re.findall(r"`([^`]*)`", row[0]):
            for part in re.split(r"…|\b[A-Z]{2,}(?::PORT)?\b", message):
                if len(words := part.strip(" :()")) > 3 and words not in sources():
                    yield f"{written.name}: no source says `{words}`"


@pytest.mark.parametrize("written", pages(), ids=lambda each: each.name)
def test_what_a_page_names_is_there(written: Page) -> None:
    assert [*wrong_names(written), *wrong_variables(written), *wrong_messages(written)] == []


@pytest.mark.parametrize(
    "written",
    [each for each in pages() if each.name != OLD_NAMES],
    ids=lambda each: each.name,
)
def test_the_files_that_a_page_names_are_there(written: Page) -> None:
    assert list(wrong_files(written)) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("`redis.nosuch`", "`redis.nosuch` is no key of an inventory and no task"),
        ("`logs.nosuch`", "`logs.nosuch` is no key of an inventory and no task"),
        ("`REDIS_HA_NOSUCH=1 ./inv up`", "nothing reads REDIS_HA_NOSUCH"),
        ("`redis_ha/nosuch.py`", "there is no redis_ha/nosuch.py"),
        (f"{SEEN}| `no such moon …` | c |\n", "no source says `no such moon`"),
    ],
)
def test_what_is_not_there_is_found(text: str, problem: str) -> None:
    written = Page("a.md", text)
    checks = (wrong_names, wrong_variables, wrong_files, wrong_messages)
    found = [each for check in checks for each in check(written)]
    assert f"a.md: {problem}" in found


def test_what_is_there_is_not_found() -> None:
    spans = "`redis.port` `redis.conf` `logs.redis` `redis_ha/` `inventories/NAME.toml`"
    written = Page("a.md", spans)
    assert [*wrong_names(written), *wrong_files(written)] == []


def faults_in(written: Page) -> dict[str, tuple[str, str]]:
    """Return each fault's default target, and whether local nodes can have it, by its name."""
    rows = written.rows("fault")
    return {row[0].strip("`"): (row[2].strip("`"), row[3]) for row in rows}


def test_the_table_of_faults_is_the_catalogue() -> None:
    everywhere = (anywhere, planned.obstacle, power.cold_obstacle)
    assert faults_in(page("docs/drills.md")) == {
        name: (fault.target, "yes" if fault.obstacle in everywhere else "no")
        for name, fault in FAULTS.items()
    }


def named_faults(written: Page) -> set[str]:
    """Return the faults that a page's commands ask for."""
    words = " ".join(written.code)
    asked = re.findall(r"--faults? ([a-z][a-z,-]*)", words)
    return {name for each in asked for name in each.split(",")}


def test_the_faults_that_commands_ask_for_exist() -> None:
    named = {name for each in pages() for name in named_faults(each)}
    assert named
    assert named <= set(FAULTS)
    assert named_faults(Page("a.md", "`./inv drill --faults kill,nosuch`")) - set(FAULTS) == {
        "nosuch"
    }


def test_the_inventories_that_ship_are_described() -> None:
    rows = page("docs/configuration.md").rows("inventory")
    assert {row[0].strip("`") for row in rows} == {path.stem for path in INVENTORIES.glob("*.toml")}


def test_every_variable_of_ours_is_described() -> None:
    rows = page("docs/environment-variables.md").rows("variable")
    described = {row[0].strip("`") for row in rows}
    assert set(OURS.findall(sources())) - INTERNAL <= described


def test_the_readme_can_be_read_to_its_end() -> None:
    assert len(page("README.md").text.splitlines()) <= 200


def judged(written: Page) -> str:
    """Return what the table of the doctor's rules says that they look at."""
    return "\n".join(row[0] for row in written.rows("looked at"))


def test_the_doctors_page_has_every_setting_that_a_rule_names_and_no_other() -> None:
    shown = judged(page("docs/doctor.md"))
    rules = (PROJECT / "redis_ha" / "checkers" / "configuration").glob("*.py")
    text = "\n".join(path.read_text(encoding="utf-8") for path in rules)
    named = re.findall(r'\bFinding\(\s*"([A-Za-z._-]+)', text)
    assert len(named) > 10
    assert [name for name in named if name not in shown] == []
    assert [span for span in re.findall(r"`([^`]+)`", shown) if span not in text] == []
    assert judged(Page("a.md", "# A\n\n| looked at | b |\n|---|---|\n| `x` | c |\n")) == "`x`"


def unlisted(index: Page, names: list[str]) -> list[str]:
    """Return the pages of docs/ that its index does not link."""
    folder = "docs/"
    listed = [each.removeprefix(folder) for each in names if each.startswith(folder)]
    return [name for name in listed if f"]({name})" not in index.text and name != "README.md"]


def test_every_page_is_listed() -> None:
    assert unlisted(page("docs/README.md"), [each.name for each in pages()]) == []
    assert unlisted(Page("docs/README.md", "[a](a.md)"), ["docs/a.md", "docs/b.md"]) == ["b.md"]
