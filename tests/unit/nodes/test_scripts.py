import pytest

from redis_ha.errors import RedisHaError
from redis_ha.nodes.scripts import LIB, Script, uploaded
from redis_ha.proc import Result
from tests.unit.nodes.test_systemd import RecordingNode


def test_a_script_comes_with_what_it_sources_and_runs_as_root() -> None:
    node = RecordingNode()
    with uploaded(node, "provision/common/hosts.sh", {"block": b"x"}) as script:
        script.run("--block", f"{script.folder}/block")
        assert node.uploaded == {LIB, "provision/common/hosts.sh", "block"}
    assert node.commands == [
        "sudo bash /upload/provision/common/hosts.sh --block /upload/block",
        "removed",
    ]


class Says(RecordingNode):
    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def run(self, *argv: str, sudo: bool = False, check: bool = True) -> Result:
        return Result(argv, 0, self._text)


def test_a_blow_says_when_it_fell() -> None:
    script = Script(Says(":: struck 1700000000.250000\n:: network changed\n"), "cut.sh", "/upload")
    assert script.strike("cut") == 1700000000.25


def test_a_blow_that_does_not_say_when_is_an_error() -> None:
    with pytest.raises(RedisHaError, match=r"^cut\.sh does not say when: :: network changed$"):
        Script(Says(":: network changed\n"), "cut.sh", "/upload").strike("cut")
