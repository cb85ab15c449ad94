import io
import tarfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from docker.errors import BuildError, DockerException, ImageNotFound

from redis_ha import proc
from redis_ha.errors import ProviderError
from redis_ha.providers import certificates, image
from redis_ha.render import PROJECT


class Images:
    """The images of an engine: those there are, and what is asked of it."""

    def __init__(self, *present: str) -> None:
        self.present = set(present)
        self.built: dict[str, Any] = {}
        self.pulled: list[str] = []

    def get(self, name: str) -> None:
        if name not in self.present:
            raise ImageNotFound(name)

    def pull(self, name: str) -> None:
        self.pulled.append(name)

    def build(self, *, tag: str, fileobj: io.BytesIO, **options: object) -> None:
        with tarfile.open(fileobj=fileobj) as archive:
            self.built = {item.name: item.mode for item in archive.getmembers()}
        self.present.add(tag)


def ensure(images: Images) -> str:
    told: list[str] = []
    return image.ensure(SimpleNamespace(images=images), told.append)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "context"
    (folder / "sub").mkdir(parents=True)
    (folder / "Dockerfile").write_text("FROM base\n")
    (folder / "sub/boot.sh").write_text("#!/bin/sh\n")
    monkeypatch.setattr(image, "CONTEXT", folder)
    monkeypatch.setattr(certificates, "SYSTEM_EXTRA", tmp_path / "none")
    return folder


def test_an_image_is_built_once_for_each_content(context: Path) -> None:
    images = Images(image.BASE)
    first = ensure(images)
    assert images.built == {"Dockerfile": 0o644, "sub/boot.sh": 0o755}
    images.built = {}
    assert ensure(images) == first
    assert images.built == {}


def test_the_tag_changes_with_content_names_and_base(
    context: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = Images(image.BASE, "debian:other")
    tags = [ensure(images)]
    (context / "Dockerfile").write_text("FROM other\n")
    tags.append(ensure(images))
    (context / "Dockerfile").rename(context / "Dockerfilf")
    tags.append(ensure(images))
    monkeypatch.setattr(image, "BASE", "debian:other")
    tags.append(ensure(images))
    assert len(set(tags)) == 4
    assert all(tag.startswith("redis-ha-node:") for tag in tags)


def test_a_base_that_is_there_is_not_pulled() -> None:
    images = Images(image.BASE)
    ensure(images)
    assert images.pulled == []
    images = Images()
    ensure(images)
    assert images.pulled == [image.BASE]


def test_a_base_that_cannot_be_pulled_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, ...]] = []
    monkeypatch.setattr(proc, "run", lambda *argv, **_: calls.append(argv))
    images = Images()

    def refuse(name: str) -> None:
        raise DockerException("no registry")

    monkeypatch.setattr(images, "pull", refuse)
    ensure(images)
    assert calls == [(str(PROJECT / "docker/base-image.sh"), image.BASE)]


def test_a_failing_build_shows_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    images = Images(image.BASE)

    def fail(**_: object) -> None:
        log = [{"stream": "Step 1\n"}, {"stream": "\n"}, {"aux": 1}, {"stream": "no such file\n"}]
        raise BuildError("exit code 1", iter(log))  # type: ignore[arg-type]

    monkeypatch.setattr(images, "build", fail)
    with pytest.raises(
        ProviderError, match=r"does not build: exit code 1: Step 1 \| no such file$"
    ):
        ensure(images)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    path = tmp_path / "bundle.crt"
    path.write_text("certificates")
    return path


@pytest.mark.parametrize("variable", ["REDIS_HA_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_bundle_that_the_user_names_goes_into_the_image(
    variable: str, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ensure(Images(image.BASE))
    monkeypatch.setenv(variable, str(bundle))
    images = Images(image.BASE)
    assert ensure(images) != before
    assert "ca/host.crt" in images.built


def test_a_named_bundle_that_is_missing_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_HA_CA_BUNDLE", str(tmp_path / "none.crt"))
    with pytest.raises(ProviderError, match=r"^REDIS_HA_CA_BUNDLE: no such file: .*none\.crt$"):
        ensure(Images(image.BASE))


def test_the_projects_own_variable_wins(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.crt"))
    monkeypatch.setenv("REDIS_HA_CA_BUNDLE", str(bundle))
    assert certificates.bundle() == bundle


@pytest.mark.parametrize("added", [True, False], ids=["own certificates", "none of its own"])
def test_this_machines_bundle_is_taken_where_it_has_certificates_of_its_own(
    added: bool, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    extra = tmp_path / "extra"
    extra.mkdir()
    if added:
        (extra / "company.crt").touch()
    monkeypatch.setattr(certificates, "SYSTEM_EXTRA", extra)
    monkeypatch.setattr(certificates, "SYSTEM_BUNDLE", bundle)
    assert certificates.bundle() == (bundle if added else None)


def test_a_left_over_bundle_is_not_part_of_the_content(context: Path) -> None:
    before = ensure(Images(image.BASE))
    (context / "ca").mkdir()
    (context / "ca/host.crt").write_text("left over")
    assert ensure(Images(image.BASE)) == before
