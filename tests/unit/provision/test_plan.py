"""The order in which nodes are changed: a pure function of what differs and who runs."""

from collections.abc import Collection

import pytest

from redis_ha import roles
from redis_ha.provision.configuration import NodeFile, Wanted
from redis_ha.provision.plan import Stage, Work, stages
from redis_ha.roles.file import File, Then
from redis_ha.roles.role import Role
from tests.unit.builders import NAMES

REDIS = roles.registry()["redis"]


def work(name: str, role: Role = REDIS, *, changes: bool, then: Then = Then.RESTART) -> Work:
    """Return the work on a node with one file."""
    file = File("some.j2", "/etc/redis/redis.conf", then=then)
    wanted = Wanted(role, file, file.path, None)
    held = None if changes else "port 1\n"
    node_file = NodeFile(wanted, "port 1\n", held, noting=(role.name,))
    return Work(name, (role,), (role.name,), (node_file,), is_master=name == "redis2")


def order(
    changed: Collection[str], *, running: bool = True, down: Collection[str] = ()
) -> list[list[str]]:
    works = [work(name, changes=name in changed) for name in NAMES]
    return [stage.nodes for stage in stages(works, "redis2", running=running, down=down)]


@pytest.mark.parametrize(
    ("changed", "running", "wanted"),
    [
        ((), True, [["redis1", "redis2", "redis3"]]),
        (("redis1", "redis2"), False, [["redis1", "redis2", "redis3"]]),
        (("redis1", "redis2", "redis3"), True, [["redis1"], ["redis3"], ["redis2"]]),
        (("redis2", "redis3"), True, [["redis1"], ["redis3"], ["redis2"]]),
        (("redis2",), True, [["redis1", "redis3"], ["redis2"]]),
    ],
    ids=["no change", "nothing runs", "all", "one is left", "the master alone"],
)
def test_a_running_cluster_is_changed_node_by_node_the_master_last(
    changed: tuple[str, ...], running: bool, wanted: list[list[str]]
) -> None:
    assert order(changed, running=running) == wanted


def test_a_node_that_is_down_comes_before_those_that_run() -> None:
    assert order(("redis1", "redis2", "redis3"), down={"redis3"}) == [
        ["redis3"],
        ["redis1"],
        ["redis2"],
    ]


def test_every_node_is_back_before_the_next_and_nobody_waits_without_a_change() -> None:
    waits = [
        each.waits
        for each in stages(
            [work("redis1", changes=True), work("redis3", changes=True)], "redis1", running=True
        )
    ]
    assert waits == [True, True]
    (alone,) = stages([work("redis1", changes=True)], "redis1", running=True)
    assert not alone.waits
    (same,) = stages([work(name, changes=False) for name in NAMES], "redis1", running=True)
    assert not same.waits


def test_roles_that_depend_on_nobody_come_after_side_by_side() -> None:
    console = roles.registry()["commander"]
    works = [
        work("redis1", console, changes=True),
        work("redis3", console, changes=True),
        work("redis1", changes=True),
        work("redis2", changes=True),
    ]
    found = stages(works, "redis2", running=True)
    assert [(stage.nodes, stage.waits) for stage in found] == [
        (["redis1"], True),
        (["redis2"], True),
        (["redis1", "redis3"], False),
    ]


@pytest.mark.parametrize(
    ("then", "words"),
    [
        (Then.RESTART, "redis.conf changes; redis restarts"),
        (Then.RELOAD, "redis.conf changes; redis reloads"),
        (Then.NOTHING, "redis.conf changes"),
    ],
)
def test_a_stage_says_what_changes_and_what_comes_of_it(then: Then, words: str) -> None:
    works = (work("redis2", changes=True, then=then), work("redis3", changes=False))
    assert list(Stage(works).lines()) == [
        f"redis2 (master): {words}",
        "redis3: no file changes",
    ]
