from redis_ha.nodes import marks

SAID = """\
mark redis-ha.0a1b {"kind": "held", "detail": "redis"}
upload 1767323045.5000000000 /tmp/redis-ha.2c3d
"""


def test_marks_and_old_uploads_are_read() -> None:
    kept = marks.read(SAID)
    assert kept.marks == {"0a1b": '{"kind": "held", "detail": "redis"}'}
    assert kept.uploads == {"/tmp/redis-ha.2c3d": 1767323045.5}


def test_of_nothing_nothing_is_read() -> None:
    assert marks.read("") == marks.NodeMarks()


def test_a_mark_lies_where_a_restart_of_the_node_ends_it_or_not() -> None:
    assert marks.place("1", lasts=False) == "/run/redis-ha.1"
    assert marks.place("1", lasts=True) == "/var/lib/redis-ha.1"
