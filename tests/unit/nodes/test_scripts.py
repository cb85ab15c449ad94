from redis_ha.nodes.scripts import LIB, uploaded
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
