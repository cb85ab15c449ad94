"""Each option's help says what it does, which words it takes, and what holds without it."""

import inspect

import pytest

from redis_ha.cli import choices, listed, namespace
from redis_ha.cli.option import Flag, Option
from redis_ha.faults import FAULTS

TASKS = listed.shortest(namespace())
FLAGS = [(f"{name} {flag.name}", flag) for name, task in TASKS.items() for flag in task.flags]
NAMED = ("fault", "faults", "node", "to", "target", "provider", "inventory")
INVENTORY = "default"


@pytest.mark.parametrize(("name", "flag"), FLAGS, ids=[name for name, _ in FLAGS])
def test_an_option_says_what_it_does_and_what_holds_without_it(name: str, flag: Flag) -> None:
    text, *chosen, default = flag.told(INVENTORY)
    assert text, name
    assert "default" not in text
    assert default.removeprefix("default: ")
    assert len(chosen) == bool(flag.option.choices) + bool(flag.option.number)


@pytest.mark.parametrize(
    "flag",
    [pytest.param(flag, id=name) for name, flag in FLAGS if flag.parameter.name in NAMED],
)
def test_an_option_with_a_name_of_something_says_which_there_are(flag: Flag) -> None:
    chosen = flag.option.choices
    assert chosen
    assert f"one of {', '.join(chosen.names(INVENTORY))}" in "\n".join(flag.told(INVENTORY))


def made(default: object, option: Option) -> Flag:
    kind = inspect.Parameter.KEYWORD_ONLY
    return Flag(inspect.Parameter("some_word", kind, default=default), option)


@pytest.mark.parametrize(
    ("default", "option", "usage", "said"),
    [
        (False, Option("do"), "--some-word", "no"),
        (3, Option("do", value="N"), "--some-word N", "3"),
        ("x", Option("do"), "--some-word SOME_WORD", "x"),
        ("", Option("do", default="the first"), "--some-word SOME_WORD", "the first"),
    ],
)
def test_an_option_as_it_is_typed(default: object, option: Option, usage: str, said: str) -> None:
    flag = made(default, option)
    assert (flag.usage, flag.default) == (usage, said)


def test_choices_are_those_of_the_inventory() -> None:
    assert list(choices.REDIS_NODES.names("two-nodes")) == ["redis1", "redis2"]
    assert list(choices.nodes_with("commander").names("default")) == ["redis1"]
    assert set(choices.FAULTS.names("default")) == set(FAULTS)
    assert "redis2:26380" in choices.TARGETS.names("two-nodes")
