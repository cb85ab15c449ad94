import io
import tarfile

from redis_ha.archive import Entry, tar, untar


def test_files_keep_content_mode_and_owner() -> None:
    packed = tar({"etc/a": Entry(b"one"), "b.sh": Entry(b"two", 0o755, 1000)})
    with tarfile.open(fileobj=packed) as archive:
        found = {
            item.name: (file.read(), item.mode, item.uid, item.gid)
            for item in archive.getmembers()
            if (file := archive.extractfile(item))
        }
    assert found == {"etc/a": (b"one", 0o600, 0, 0), "b.sh": (b"two", 0o755, 1000, 1000)}


def test_files_come_out_again_and_folders_do_not() -> None:
    packed = tar({"/etc/a": Entry(b"one"), "empty": Entry(b"")})
    assert untar(packed.read()) == {"/etc/a": b"one", "empty": b""}
    folder = io.BytesIO()
    with tarfile.open(fileobj=folder, mode="w") as archive:
        info = tarfile.TarInfo("etc")
        info.type = tarfile.DIRTYPE
        archive.addfile(info)
    assert untar(folder.getvalue()) == untar(b"") == {}
