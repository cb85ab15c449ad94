"""Where results go: a full disk, a reader that has had enough, a port that was taken later."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

from tests.contract.conftest import OURS
from tests.contract.inv import COMMAND, Inv, environment, run


def to(output: int, inv: Inv, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run a command with this file descriptor as stdout."""
    command = (*COMMAND, *words, "--provider", "local", "--inventory", str(inv.inventory))
    return subprocess.run(
        command,
        env=environment(),
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("words", [("status",), ("status", "--json")])
def test_a_full_disk_is_one_line(words: tuple[str, ...], inv: Inv) -> None:
    with Path("/dev/full").open("w") as full:
        done = to(full.fileno(), inv, *words)
    assert done.returncode == 2
    assert done.stderr.splitlines()[1:] == ["redis-ha: No space left on device"]


def test_a_reader_that_has_had_enough_is_no_failure(inv: Inv) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = to(writer, inv, "diff")
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "provider: local (as asked)\n")


def test_without_a_word_the_tasks_are_listed() -> None:
    said = run()
    assert (said.status, said.err) == (0, "")
    assert "Bring everything up" in said.out


def test_a_port_that_was_taken_while_a_server_was_down(inv: Inv) -> None:
    master = inv("status", "--json").record["master"]
    replica = "redis3" if master != "redis3" else "redis2"
    address = f"127.8.{OURS}.1{replica[-1]}"
    inv.supervisor("stop", f"{replica}:redis")
    with socket.create_server((address, 6379)):
        said = inv("up")
    assert (said.status, said.out) == (2, "")
    assert f"{address}:6379 cannot be used" in said.error
    assert inv("up").status == 0
