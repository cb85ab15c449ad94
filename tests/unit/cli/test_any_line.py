"""Whatever is typed: a command, or a refusal in one line with status 2."""

import io
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from redis_ha.cli import choices, listed, namespace
from redis_ha.cli.front import Front
from redis_ha.cli.line import BEFORE

ALL = namespace()
TASKS = listed.by_name(ALL)
FLAGS = sorted({flag.name for task in TASKS.values() for flag in task.flags})
WORDS = st.one_of(
    st.sampled_from([*TASKS, "logs", "engine", "help"]),
    st.sampled_from([*FLAGS, *BEFORE, "--", "-", "--no-color", "-x", "--debug"]),
    st.builds("{}={}".format, st.sampled_from(FLAGS), st.text(max_size=5)),
    st.sampled_from(["redis1", *choices.FAULTS.names("default"), "kill:redis1", "local"]),
    st.sampled_from(["", "0", "-1", "3", "nan", "inf", "1e99", "²", "9" * 5000, "../x.toml"]),
    st.text(max_size=8),  # what is no text in the terminal's letters, too
)


@dataclass(frozen=True)
class Said:
    """What a line led to; `status` is None where its tasks would run."""

    status: int | None
    out: str
    err: str


class Parsed(Front):
    """Reads a command line, and leaves it at that."""

    inventory = "default"

    def load_collection(self) -> None:
        self.collection = ALL

    def execute(self) -> None: ...


def read(words: list[str]) -> Said:
    out, err, status = io.StringIO(), io.StringIO(), None
    with redirect_stdout(out), redirect_stderr(err):
        try:
            Parsed(name="redis-ha", binary="inv", version="1").run(["inv", *words])
        except SystemExit as ended:
            status = int(ended.code or 0)
    return Said(status, out.getvalue(), err.getvalue())


@given(st.lists(WORDS, max_size=6))
@example(["failover", "--rounds", "nan"])
@example(["status", "\x1b[31m\nredis-ha: healthy"])
@example(["help", "\udcff"])
@example(["--complete", "--", "inv", "failover", "--load", ""])
def test_a_line_is_a_command_or_refused(words: list[str]) -> None:
    said = read(words)
    if said.status in (None, 0):
        assert said.err == ""
    else:
        assert (said.status, said.out) == (2, "")
        assert said.err.startswith("redis-ha: ")
        assert said.err.removesuffix("\n").isprintable()
        assert len(said.err) < 1000 + 2 * len(repr(words))


@pytest.mark.parametrize("words", [["failover", "hang", "--rounds", "3"], ["logs", "redis"]])
def test_a_line_as_people_type_it_is_a_command(words: list[str]) -> None:
    assert read(words) == Said(None, "", "")
