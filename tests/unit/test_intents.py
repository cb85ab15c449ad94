import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from redis_ha.intents import FOLDER, Intents
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
