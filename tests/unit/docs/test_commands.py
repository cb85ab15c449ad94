"""Every command that the documentation names exists, with the options that it names."""

import re
from collections.abc import Iterator
from functools import cache

import nox.registry
import pytest

from redis_ha.cli import listed, namespace
from redis_ha.cli.group import Group
from tests.unit.docs.pages import Page, page, pages

COMMAND = re.compile(r"(?:\./inv|\binvoke)\s+([^&|]*)")
SESSION = re.compile(r"\bnox -s ['\"]?([\w(),]+)")
OPTION = re.compile(r"(--[a-z][a-z0-9-]*)")
PLACEHOLDER = re.compile(r"[A-Z]{2}|…")
"""How a word begins that stands for another one."""
OF_INVOKE = {"--list", "--help", "--version", "--print-completion-script", "help"}
OF_OTHERS = {
    "--keep": "tests/suites",
    "--upgrade": "requirements/lock.sh",
    "--root": "provision/",
    "--no-recreate": "docker compose",
}
"""Options that pages name by themselves and that are no task's."""


@cache
def tasks() -> dict[str, set[str]]:
    """Return the options of every task, by each name that it has."""
    top, known = namespace(), dict[str, set[str]]()
    for name, others in top.task_names.items():
        flags = {f"--{flag}" for each in top[name].get_arguments() for flag in each.names}
        known |= dict.fromkeys((name, *others), flags)
    return known


@cache
def sessions() -> set[str]:
    """Return every session of Nox, with and without its parameter."""
    import noxfile

    del noxfile  # it has registered them
    known = set()
    for name, session in nox.registry.get().items():
        known |= {name, *(f"{name}({each})" for each in getattr(session, "parametrize", ()))}
    return known


def wrong_commands(written: Page) -> Iterator[str]:
    """Yield the tasks, and the options of tasks, that a page names and that do not exist."""
    for code in written.code:
        for words in COMMAND.findall(code):
            yield from (f"{written.name}: {why}" for why in _wrong(words))


def _wrong(words: str) -> Iterator[str]:
    task, *rest = words.replace("[", " ").replace("]", " ").split()
    if task in OF_INVOKE or PLACEHOLDER.match(task):
        return
    if rest and (joined := f"{task}.{rest[0]}") in tasks():
        task = joined
    if task not in tasks():
        yield f"no task `{task}`"
        return
    ours = rest[: rest.index("--")] if "--" in rest else rest
    for option in OPTION.findall(" ".join(ours)):
        if option not in tasks()[task]:
            yield f"`{task}` has no option {option}"


def wrong_options(written: Page) -> Iterator[str]:
    """Yield the options that a page names by themselves and that no task has."""
    known = set().union(*tasks().values(), OF_INVOKE, OF_OTHERS)
    for code in written.spans:
        if (found := OPTION.match(code)) and found[1] not in known:
            yield f"{written.name}: no task has the option {found[1]}"


def wrong_sessions(written: Page) -> Iterator[str]:
    """Yield the sessions of Nox that a page names and that do not exist."""
    for code in written.code:
        for name in SESSION.findall(code):
            if name not in sessions() and not PLACEHOLDER.match(name):
                yield f"{written.name}: no session `{name}`"


@pytest.mark.parametrize("written", pages(), ids=lambda each: each.name)
def test_what_a_page_tells_to_type_exists(written: Page) -> None:
    checks = (wrong_commands, wrong_options, wrong_sessions)
    assert [problem for check in checks for problem in check(written)] == []


def test_commands_are_found_in_the_pages() -> None:
    named = [words for code in page("README.md").code for words in COMMAND.findall(code)]
    assert {"up", "failover"} < {words.split()[0] for words in named}


def test_every_task_stands_in_the_page_of_commands() -> None:
    named = " ".join(page("docs/commands.md").spans)
    assert [name for name in namespace().task_names if not _stands_in(name, named)] == []


def test_the_page_of_commands_has_the_headings_of_the_list() -> None:
    sections = re.split(r"^## ", page("docs/commands.md").text, flags=re.MULTILINE)
    texts = {title: text for title, _, text in (each.partition("\n") for each in sections)}
    assert [title for title in texts if title.lower() in set(Group)] == [
        group.capitalize() for group in Group
    ]
    for name, task in listed.by_name(namespace()).items():
        if f"| `./inv {name} " in " ".join(texts.values()):
            assert f"| `./inv {name} " in texts[task.group.capitalize()]


def without_record(text: str) -> list[str]:
    """Return the tasks with `--json` whose record a text does not name."""
    printing = [name for name, flags in tasks().items() if "--json" in flags]
    short = {name.replace("provision.all", "provision") for name in printing}
    return [name for name in sorted(short) if f"`{name}`" not in text and "provision." not in name]


def test_every_record_that_a_task_prints_is_described() -> None:
    text = page("docs/records.md").text
    assert without_record(text) == []
    assert without_record(text.replace("`events`", "")) == ["events"]


def test_every_session_stands_in_contributing() -> None:
    text = page("CONTRIBUTING.md").text
    names = {name for name in sessions() if "(" not in name} - {"matrix"}
    assert {"lint", "unit"} < names
    assert [name for name in names if not re.search(rf"\b{name}\b", text)] == []


def _stands_in(task: str, text: str) -> bool:
    short = "report" if task == "report.make" else task
    return re.search(rf"\./inv {re.escape(short)}(?![\w.-])", text) is not None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("`./inv nosuch`", "no task `nosuch`"),
        ("`./inv logs nosuch`", "no task `logs`"),
        ("`sudo ./inv engine.nosuch`", "no task `engine.nosuch`"),
        ("`./inv status [--nosuch]`", "`status` has no option --nosuch"),
        ("`invoke status --nosuch`", "`status` has no option --nosuch"),
        ("```console\n$ ./inv down --force\n```\n", "`down` has no option --force"),
        ("| a |\n|---|\n| `./inv down --json` |\n", "`down` has no option --json"),
        ("`.venv/bin/nox -s nosuch`", "no session `nosuch`"),
        ("`nox -s 'failover(moon)'`", "no session `failover(moon)`"),
        ("`--nosuch NAME` chooses", "no task has the option --nosuch"),
    ],
)
def test_what_does_not_exist_is_found(text: str, problem: str) -> None:
    written = Page("a.md", text)
    (found,) = [*wrong_commands(written), *wrong_options(written), *wrong_sessions(written)]
    assert found == f"a.md: {problem}"


@pytest.mark.parametrize(
    "text",
    [
        "`./inv TASK …`, `./inv --help TASK`, `./inv run [--node NODE] -- ls --all`",
        "`./inv help status`, `./inv logs redis --lines 5`, `./inv failover hang`",
        "```console\n$ ./inv up     # not --this\n```\n",
        "`.venv/bin/nox -s 'failover(docker)'`, `nox -s unit`, `nox -s SESSION`, `--provider NAME`",
    ],
)
def test_what_exists_is_not_found(text: str) -> None:
    written = Page("a.md", text)
    assert [*wrong_commands(written), *wrong_options(written), *wrong_sessions(written)] == []


def test_a_task_that_is_not_in_the_page_is_missed() -> None:
    assert not _stands_in("up", "./inv up.nosuch ./inv upgrade")
    assert _stands_in("up", "./inv upgrade ./inv up")
