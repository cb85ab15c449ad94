"""redis_ha/checkers/evidence.py: what is kept is what was seen, to the last digit."""

import json
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from redis_ha.checkers.evidence import from_bytes, to_bytes
from tests.unit.kept import lacking, seen


def test_what_was_seen_is_read_as_it_was_written() -> None:
    found = seen(fault_s=8123.000000123, converged_s=None, survivors=lacking("before:7"))
    assert from_bytes(to_bytes(found)) == found


def test_keys_are_sorted_so_that_they_pack_well() -> None:
    keys = json.loads(to_bytes(seen()))["survivors"]["redis2"]
    assert keys == sorted(keys)


def test_keys_that_a_later_version_adds_are_left_out() -> None:
    data = {**json.loads(to_bytes(seen())), "weather": "fine"}
    assert from_bytes(json.dumps(data).encode()) == seen()


@pytest.mark.parametrize("key", ["strike", "before", "after", "survivors", "fault_s"])
def test_half_the_evidence_is_refused(key: str) -> None:
    data: dict[str, Any] = json.loads(to_bytes(seen()))
    del data[key]
    with pytest.raises(ValidationError, match=key):
        from_bytes(json.dumps(data).encode())


def test_evidence_of_older_versions_does_not_say_who_was_not_asked() -> None:
    data: dict[str, Any] = json.loads(to_bytes(seen()))
    del data["unasked"]
    assert from_bytes(json.dumps(data).encode()) == seen()


PASSWORD = "a-password"
USER = f"user default on #{PASSWORD} ~* +@all"


def test_what_a_server_says_of_itself_is_not_kept_for_passwords_are_in_it() -> None:
    whole = seen()
    told = replace(
        whole.before,
        nodes=tuple(
            replace(each, settings={"requirepass": PASSWORD}, users=(USER,), info={"x": PASSWORD})
            for each in whole.before.nodes
        ),
        sentinels=tuple(
            replace(each, running={"sentinel-pass": PASSWORD}, users=(USER,))
            for each in whole.before.sentinels
        ),
    )
    assert told.nodes
    assert told.sentinels
    kept = to_bytes(replace(whole, before=told, after=told))
    assert PASSWORD.encode() not in kept
    assert from_bytes(kept) == replace(whole, before=told, after=told)
