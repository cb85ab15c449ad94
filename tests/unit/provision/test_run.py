"""What a script of a role is given on a node."""

from pathlib import Path

import pytest

from redis_ha.provision import commander, steps
from redis_ha.provision.configuration import NodeFile, Wanted
from redis_ha.provision.plan import Stage, Work
from redis_ha.provision.run import Run, as_upload
from redis_ha.roles.commander import ROLE
from redis_ha.roles.file import File, Then
from tests.unit.builders import folders, make_folders
from tests.unit.provision.test_plan import REDIS


def node_file(file: File, text: str, *noting: str) -> NodeFile:
    return NodeFile(Wanted(REDIS, file, file.path, None), text, None, noting=noting)


def test_an_upload_is_laid_out_as_the_script_expects() -> None:
    conf = File("a.j2", "/etc/redis/redis.conf", mode=0o640, owner="redis", group="redis")
    unit = File("b", "/etc/systemd/system/x.service", then=Then.RESTART)
    found = as_upload([node_file(conf, "port 1\n"), node_file(unit, "[Unit]\n", "x", "y")])
    assert found == {
        "role/files.list": (
            b"/etc/redis/redis.conf 640 redis redis nothing -\n"
            b"/etc/systemd/system/x.service 644 root root restart x,y\n"
        ),
        "role/files/etc/redis/redis.conf": b"port 1\n",
        "role/files/etc/systemd/system/x.service": b"[Unit]\n",
    }


def test_a_role_without_files_has_an_empty_list() -> None:
    assert as_upload([]) == {"role/files.list": b""}


@pytest.mark.parametrize("has_changed", [True, False])
def test_a_role_is_waited_for_where_something_changed(
    has_changed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled: list[str] = []
    monkeypatch.setattr(commander, "payloads", lambda *_, is_check: {})
    monkeypatch.setattr(commander, "settle", lambda _, node: settled.append(node.name))
    monkeypatch.setattr(steps, "run", lambda *_: has_changed)
    built = folders(tmp_path)
    make_folders(built)
    run = Run(built, [ROLE], lambda step: None, print)
    run.carry_out(Stage((Work("redis1", (ROLE,), ("commander",), ()),)))
    assert settled == (["redis1"] if has_changed else [])
    assert run.has_changed is has_changed
