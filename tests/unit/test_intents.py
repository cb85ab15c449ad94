import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from redis_ha.errors import Unreachable
from redis_ha.intents import FOLDER, LASTS, Intent, Intents, Keeps
from redis_ha.render import PROJECT

KEEPER = """
import sys, time
from pathlib import Path
from redis_ha.intents import Intents

Intents(Path(sys.argv[1])).begin("held", "redis1", "redis")
print("written", flush=True)
time.sleep(60)
"""


def files(folder: Path) -> list[Path]:
    return [*(folder / FOLDER).glob("*.json")]


def killed(folder: Path) -> None:
    """Have a process write an entry, and kill it."""
    words = (sys.executable, "-c", KEEPER, str(folder))
    with subprocess.Popen(words, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as keeper:
        assert keeper.stdout
        assert keeper.stdout.readline() == "written\n"
        assert not Intents(folder).left(), "its command still works on it"
        os.kill(keeper.pid, signal.SIGKILL)


def test_an_entry_is_there_while_something_is_changed(tmp_path: Path) -> None:
    with Intents(tmp_path).during("upload", "redis1", "/tmp/x"):
        assert len(files(tmp_path)) == 1
        assert files(tmp_path)[0].stat().st_mode & 0o777 == 0o600
    assert not files(tmp_path)


def test_an_entry_goes_where_what_it_stands_for_puts_itself_back(tmp_path: Path) -> None:
    with pytest.raises(KeyError), Intents(tmp_path).during("upload", "redis1"):
        raise KeyError
    assert not files(tmp_path)


def test_what_cannot_be_undone_stays_written_down(tmp_path: Path) -> None:
    def fail() -> None:
        raise OSError

    undone = Intents(tmp_path).undoing(fail, "held", ("redis1", "redis"), ("redis2", "redis"))
    with pytest.raises(OSError, match=r"^$"):
        undone()
    assert len(files(tmp_path)) == 2


def test_what_was_undone_is_taken_out(tmp_path: Path) -> None:
    done: list[str] = []
    undone = Intents(tmp_path).undoing(lambda: done.append("x"), "held", ("redis1", "redis"))
    assert len(files(tmp_path)) == 1
    undone()
    assert (done, files(tmp_path)) == (["x"], [])


def test_only_the_entries_of_commands_that_ended_are_left(tmp_path: Path) -> None:
    killed(tmp_path)
    found = [*Intents(tmp_path).left().values()]
    assert [(each.kind, each.node, each.detail) for each in found] == [("held", "redis1", "redis")]
    assert found[0].command == str(tmp_path)
    Intents(tmp_path).forget()
    assert not Intents(tmp_path).left()


def test_where_nothing_was_ever_written_nothing_is_left(tmp_path: Path) -> None:
    assert Intents(tmp_path).left() == {}


class Marked:
    """A node that keeps marks; one that is `gone` takes none."""

    def __init__(self, *, gone: bool = False) -> None:
        self.marks: dict[str, tuple[str, bool]] = {}
        self.gone = gone

    def mark(self, name: str, text: str, *, lasts: bool) -> None:
        self._reach()
        self.marks[name] = text, lasts

    def unmark(self, name: str) -> None:
        self._reach()
        del self.marks[name]

    def _reach(self) -> None:
        if self.gone:
            raise Unreachable("redis1: no SSH")


def on(node: Keeps, folder: Path) -> Intents:
    return Intents(folder, lambda: {"redis1": node})


@pytest.mark.parametrize("kind", LASTS)
def test_what_a_node_keeps_is_marked_there_under_the_same_name(tmp_path: Path, kind: str) -> None:
    node = Marked()
    with on(node, tmp_path).during(kind, "redis1", "redis"):
        ((name, (text, lasts)),) = node.marks.items()
        assert (name, lasts) == (files(tmp_path)[0].stem, LASTS[kind])
        assert text == files(tmp_path)[0].read_text()
        read = Intent.read(text)
        assert read
        assert (read.kind, read.node, read.detail) == (kind, "redis1", "redis")
    assert (node.marks, files(tmp_path)) == ({}, [])


def test_what_no_node_keeps_is_marked_nowhere(tmp_path: Path) -> None:
    node = Marked()
    with on(node, tmp_path).during("provision", "redis1"):
        assert not node.marks


def test_a_node_that_cannot_be_marked_is_written_down_here(tmp_path: Path) -> None:
    with on(Marked(gone=True), tmp_path).during("switchover", "redis1"):
        assert len(files(tmp_path)) == 1


def test_an_entry_whose_node_is_gone_stays(tmp_path: Path) -> None:
    node = Marked()
    entry = on(node, tmp_path).begin("held", "redis1", "redis")
    node.gone = True
    entry.end()
    assert len(files(tmp_path)) == 1


@pytest.mark.parametrize("text", ["", "{", "[]", '{"kind": "held"}', '"held"'])
def test_what_is_no_entry_reads_as_none(text: str) -> None:
    assert Intent.read(text) is None


def test_a_command_is_written_down_as_it_was_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["front", "--search-root", "/here", "failover", "hang"])
    with Intents(tmp_path).during("upload", "redis1"):
        (intent,) = Intents(tmp_path).every().values()
        assert intent.command == "failover hang"
