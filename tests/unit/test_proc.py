import os
import time
from pathlib import Path

import pytest

from redis_ha import proc
from redis_ha.errors import CommandFailed, ProviderError
from redis_ha.wait import wait_until


def test_the_output_of_both_streams_is_kept_apart() -> None:
    result = proc.run("sh", "-c", "echo out; echo err >&2")
    assert (result.status, result.stdout, result.stderr) == (0, "out\n", "err\n")
    assert result.ok


def test_arguments_arrive_as_they_are() -> None:
    words = ("a b", "$HOME", "it's", '"', "*", "")
    assert proc.run("printf", "%s\n", *words).stdout.splitlines() == list(words)


def test_it_reads_what_it_is_given_and_nothing_else() -> None:
    assert proc.run("cat").stdout == ""
    text = "ä line\n" * 50_000
    assert proc.run("cat", given=text).stdout == text
    assert proc.run("true", given=text).ok


def test_folder_and_environment_are_those_asked_for(tmp_path: Path) -> None:
    result = proc.run(
        "sh", "-c", "pwd; echo $WORD", cwd=tmp_path, env={**os.environ, "WORD": "given"}
    )
    assert result.stdout == f"{tmp_path}\ngiven\n"


def test_a_failure_names_who_ran_it_and_prefers_its_error_output() -> None:
    with pytest.raises(CommandFailed, match=r"redis1: .* ended with status 7: broken$") as caught:
        proc.run("sh", "-c", "echo fine; echo broken >&2; exit 7", where="redis1")
    assert caught.value.status == 7


def test_a_failure_with_standard_output_only_shows_that() -> None:
    with pytest.raises(CommandFailed, match=r"status 1: reason$"):
        proc.run("sh", "-c", "echo reason; exit 1")


def test_an_unchecked_failure_is_a_result() -> None:
    result = proc.run("false", check=False)
    assert (result.ok, result.status) == (False, 1)


def test_a_missing_program_is_named() -> None:
    with pytest.raises(ProviderError, match="here: cannot run `no-such-program`: No such file"):
        proc.run("no-such-program")


@pytest.mark.parametrize("script", ["exec sleep 20", "sleep 20; true"], ids=["itself", "its child"])
def test_a_command_that_takes_too_long_is_killed(script: str) -> None:
    start = time.monotonic()
    with pytest.raises(CommandFailed, match=r"status 124: still running after 0\.1 s"):
        proc.run("sh", "-c", script, timeout_s=0.1)
    assert time.monotonic() - start < 5


def test_each_line_is_told_before_the_command_has_ended(tmp_path: Path) -> None:
    told: list[str] = []
    goes_on = tmp_path / "goes-on"

    def on_line(line: str) -> None:
        told.append(line)
        goes_on.touch()

    wait = f"echo first; until [ -e '{goes_on}' ]; do sleep 0.01; done; printf second"
    result = proc.run("sh", "-c", wait, timeout_s=10, on_line=on_line)
    assert told == ["first", "second"]
    assert result.stdout == "first\nsecond"


def test_a_command_ends_with_the_one_who_listens(tmp_path: Path) -> None:
    pid = tmp_path / "pid"

    def interrupt(line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        proc.run("sh", "-c", f"echo $$ >'{pid}'; echo line; exec sleep 20", on_line=interrupt)
    assert not Path(f"/proc/{pid.read_text().strip()}").exists()


def test_output_that_is_no_text_is_no_accident() -> None:
    assert proc.run("printf", r"a\377b").stdout == "a\N{REPLACEMENT CHARACTER}b"


def test_a_command_in_the_background_ends_with_its_block(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    file.touch()
    with proc.background("sh", "-c", f"echo $$ >{file}; sleep 60 & wait") as running:
        pid = wait_until(file.read_text, what="it has begun", timeout_s=10)
        assert not running.ended()
    assert not Path(f"/proc/{pid.strip()}").exists()


def test_a_command_in_the_background_that_fails_says_why() -> None:
    with proc.background("sh", "-c", "echo first >&2; echo the reason >&2; exit 3") as running:
        wait_until(running.ended, what="it has ended", timeout_s=10)
        assert running.said() == "the reason"


def test_a_program_that_is_missing_does_not_run_in_the_background() -> None:
    with (
        pytest.raises(ProviderError, match="here: cannot run `no-such-program`"),
        proc.background("no-such-program"),
    ):
        pass
