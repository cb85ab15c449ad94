"""`up` from nothing, against obstacles, and after an interruption."""

import os
import signal
import socket

import pytest

from tests.contract.conftest import OURS, BroughtUp
from tests.contract.inv import Inv


def test_up_ends_with_the_status_and_what_to_do_next(brought_up: BroughtUp) -> None:
    assert brought_up.said.status == 0, brought_up.said.err
    assert brought_up.said.out.startswith("contract is up (local)\n")
    assert "\nNext:\n  ./inv failover" in brought_up.said.out
    assert brought_up.said.err.startswith("provider: local (as asked)\n")


def test_a_taken_port_is_refused_before_anything_is_written(bare: Inv) -> None:
    address = f"127.6.{OURS}.12"
    with socket.create_server((address, 26379)):
        said = bare("up")
    assert (said.status, said.out) == (2, "")
    assert f"{address}:26379 cannot be used: Address already in use" in said.error
    assert not (bare.folder / "supervisord.conf").exists()
    assert not (bare.folder / "redis1").exists()


def test_up_after_a_killed_supervisor_and_down_with_and_without_purge(bare: Inv) -> None:
    assert bare("up").status == 0
    secrets = bare.secrets
    os.kill(int((bare.folder / "supervisord.pid").read_text()), signal.SIGKILL)
    assert bare("up").status == 0  # its servers still held the ports
    assert bare("down").out == "contract-bare is down (local)\n"
    assert bare.secrets == secrets
    assert bare("down", "--purge").out == "contract-bare is gone (local)\n"
    assert not bare.folder.exists()


MOMENTS = ["redis.conf changed", "sentinel changed"]


@pytest.mark.parametrize("moment", MOMENTS)
def test_up_goes_on_after_an_interruption(moment: str, bare: Inv) -> None:
    with bare.start("up") as process:
        assert process.stderr
        said = ""
        while moment not in said:
            said += process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "Traceback" not in rest
    assert rest.splitlines()[-1] == "redis-ha: interrupted; the same command goes on from here"
    assert bare("up").status == 0
