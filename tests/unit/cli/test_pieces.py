"""What commands side by side say stays in one piece each."""

import sys

import pytest

from redis_ha.cli import pieces

BLUE, OFF = "\x1b[34m", "\x1b[39m"
SAID = [
    "nox > Running session lint\n",
    "All checks passed!\n",
    "nox > Session lint was successful in 16 seconds.\n",
    f"nox > {BLUE}Running session failover(local){OFF}\n",
    "nox > not the end\n",
    f"nox > {BLUE}Session failover(local) failed.{OFF}\n",
    "nox > Ran multiple sessions:\n",
    "nox > * lint: success\n",
]


def test_a_piece_ends_with_its_session() -> None:
    assert list(pieces.pieces(SAID)) == ["".join(SAID[:3]), "".join(SAID[3:6]), "".join(SAID[6:])]


def test_nothing_said_is_no_piece() -> None:
    assert list(pieces.pieces([])) == []


def test_a_session_is_announced_when_it_begins(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(pieces.announced(SAID)) == SAID
    assert capsys.readouterr().err == "lint …\nfailover(local) …\n"


@pytest.mark.parametrize("status", [0, 3])
def test_a_command_is_shown_and_its_status_returned(
    status: int, capfd: pytest.CaptureFixture[str]
) -> None:
    words = f"import sys; print('out'); print('err', file=sys.stderr); sys.exit({status})"
    assert pieces.call((sys.executable, "-u", "-c", words)) == status
    assert capfd.readouterr().out == "out\nerr\n"
