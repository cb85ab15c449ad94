from pathlib import Path

import pytest

from redis_ha.errors import ProviderError
from redis_ha.providers import box, certificates
from redis_ha.providers.machines import Box
from redis_ha.render import PROJECT


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VAGRANT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def have(home: Path, folder: str) -> None:
    path = home / "boxes" / folder
    path.mkdir(parents=True)
    (path / "metadata.json").touch()


def test_a_box_is_there_in_its_version_for_its_hypervisor(home: Path) -> None:
    wanted = Box("redis-ha/debian-13", "13.0.1")
    assert not box.is_present(wanted, "libvirt")
    have(home, "redis-ha-VAGRANTSLASH-debian-13/13.0.1/libvirt")
    assert box.is_present(wanted, "libvirt")
    assert not box.is_present(wanted, "virtualbox")
    assert not box.is_present(Box("redis-ha/debian-13", "13.0.2"), "libvirt")
    assert box.is_present(Box("redis-ha/debian-13"), "libvirt")


def test_a_box_of_an_architecture_is_one_as_well(home: Path) -> None:
    have(home, "a-VAGRANTSLASH-box/1/amd64/libvirt")
    assert box.is_present(Box("a/box", "1"), "libvirt")


def test_kvm_is_tried_with_the_kernel_of_an_own_box(home: Path) -> None:
    assert not any(path.is_relative_to(home) for path in box.kernels())
    have(home, "redis-ha-VAGRANTSLASH-debian-13/13.0.1/libvirt")
    kernel = home / "boxes/redis-ha-VAGRANTSLASH-debian-13/13.0.1/libvirt/vmlinuz"
    kernel.touch()
    assert box.kernels()[0] == kernel


def test_another_recipe_is_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = tmp_path / "recipe"
    recipe.mkdir()
    (recipe / "build.sh").write_text("one")
    monkeypatch.setattr(box, "PROJECT", tmp_path)
    monkeypatch.setattr(box, "SOURCES", ("recipe",))
    monkeypatch.setattr(certificates, "bundle", lambda: None)
    versions = [box.own().version]
    assert box.own().version == versions[0]
    (recipe / "build.sh").write_text("two")
    versions.append(box.own().version)
    bundle = tmp_path / "bundle.crt"
    bundle.write_text("certificate")
    monkeypatch.setattr(certificates, "bundle", lambda: bundle)
    versions.append(box.own().version)
    assert len(set(versions)) == 3
    assert all(version.startswith("13.0.") for version in versions)


def test_every_source_of_the_box_is_there() -> None:
    sources = {path.relative_to(PROJECT).as_posix() for path in box._sources()}
    assert {"vagrant/box/build.sh", "provision/engine/bootstrap.sh"} <= sources
    assert any(name.startswith("docker/node/rootfs/etc/") for name in sources)


def script(path: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    build = path / "build.sh"
    build.write_text(text)
    monkeypatch.setattr(box, "BUILD", build)
    return []


def test_the_building_is_told_line_by_line(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = script(tmp_path, 'echo ":: box changed"; echo "$@"', monkeypatch)
    made = box.build(told.append)
    assert told[0] == ":: box changed"
    assert f"--suite trixie --name {made.name} --version {made.version}" in told[1]


def test_what_keeps_it_from_being_built_is_one_line(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = script(tmp_path, 'echo noise >&2; echo "build.sh: needs root" >&2; exit 2', monkeypatch)
    with pytest.raises(ProviderError, match=r"^the box is not built: build\.sh: needs root$"):
        box.build(told.append)
