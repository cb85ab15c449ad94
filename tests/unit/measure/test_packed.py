import gzip
import lzma
from pathlib import Path

import pytest

from redis_ha.errors import RedisHaError
from redis_ha.measure import packed

PACKED = {".gz": gzip.compress(b"words"), ".xz": lzma.compress(b"words"), ".csv": b"words"}


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.csv.xz"])
def test_a_file_is_found_whatever_it_is_packed_with(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(PACKED[Path(name).suffix])
    for asked in ("a.csv", "a.csv.gz", "a.csv.xz"):
        found = packed.find(tmp_path, asked)
        assert found == tmp_path / name
        assert packed.read(found) == b"words"
    assert packed.find(tmp_path, "b.csv.gz") is None


def test_what_is_saved_is_packed_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "new/a.json.xz"
    packed.save(path, b"words" * 1000)
    assert path.stat().st_size < 200
    assert packed.read(path) == b"words" * 1000


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.gz", b"nothing packed"),
        ("a.gz", gzip.compress(b"words")[:-9]),
        ("a.gz", gzip.compress(b"words")[:12] + b"\xff" * 20),
        ("a.xz", b"nothing packed"),
        ("a.xz", lzma.compress(b"words")[:-9]),
    ],
)
def test_damage_is_one_line_that_names_the_file(name: str, data: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(RedisHaError, match=rf"{name}: damaged: .+") as error:
        packed.read(tmp_path / name)
    assert "\n" not in str(error.value)
