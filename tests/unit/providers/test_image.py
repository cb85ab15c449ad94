import io
import tarfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from docker.errors import BuildError, DockerException, ImageNotFound

from redis_ha import proc, shell
from redis_ha.errors import ProviderError
from redis_ha.providers import certificates, image
from redis_ha.render import PROJECT


class Images:
    """The images of an engine: those there are, and what is asked of it."""

    def __init__(self, *present: str) -> None:
        self.present = set(present)
        self.built: dict[str, Any] = {}
        self.options: dict[str, Any] = {}
        self.pulled: list[str] = []

    def get(self, name: str) -> None:
        if name not in self.present:
            raise ImageNotFound(name)

    def pull(self, name: str) -> None:
        self.pulled.append(name)

    def build(self, *, tag: str, fileobj: io.BytesIO, **options: object) -> None:
        with tarfile.open(fileobj=fileobj) as archive:
            self.built = {item.name: item.mode for item in archive.getmembers()}
        self.options = options
        self.present.add(tag)


BASE = image.base("trixie")
WEB = ("provision/proxy/1-provision.sh", "provision/web/1-provision.sh")


def ensure(images: Images, *scripts: str, base: str = BASE) -> str:
    told: list[str] = []
    client: Any = SimpleNamespace(images=images)
    return image.ensure(client, told.append, base, scripts)


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
    images = Images(BASE)
    first = ensure(images)
    assert images.built == {"Dockerfile": 0o644, "sub/boot.sh": 0o755}
    images.built = {}
    assert ensure(images) == first
    assert images.built == {}


def test_the_tag_changes_with_content_names_and_base(context: Path) -> None:
    images = Images(BASE, "debian:other")
    tags = [ensure(images)]
    (context / "Dockerfile").write_text("FROM other\n")
    tags.append(ensure(images))
    (context / "Dockerfile").rename(context / "Dockerfilf")
    tags.append(ensure(images))
    tags.append(ensure(images, base="debian:other"))
    assert len(set(tags)) == 4
    assert all(tag.startswith("redis-ha-node:") for tag in tags)


def test_what_roles_bring_comes_on_top_of_the_plain_image(context: Path) -> None:
    images = Images(BASE)
    plain, web = ensure(images), ensure(images, *WEB)
    assert plain != web
    assert images.options["buildargs"] == {"NODE_IMAGE": plain, "SCRIPTS": " ".join(WEB)}
    assert images.options["labels"] == {image.SYSTEM: BASE}
    assert {*WEB, "Dockerfile", "provision/common/lib.sh"} <= images.built.keys()
    assert not any(name.startswith("provision/redis/") for name in images.built)
    images.built = {}
    assert ensure(images, *WEB) == web
    assert images.built == {}
    (context / "sub/boot.sh").write_text("#!/bin/sh\n:\n")
    assert ensure(images, *WEB) != web


def test_a_script_that_changed_makes_another_image(monkeypatch: pytest.MonkeyPatch) -> None:
    images = Images(BASE)
    before = ensure(images, *WEB)
    assert ensure(images, *WEB[1:]) != before
    monkeypatch.setattr(shell, "scripts", lambda *names: dict.fromkeys(names, b"another"))
    assert ensure(images, *WEB) != before


def test_the_base_follows_the_system_unless_another_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert image.base("bookworm") == "debian:bookworm-slim"
    monkeypatch.setenv(image.CHOSEN, "example.org/ours:1")
    assert image.base("bookworm") == "example.org/ours:1"


def test_a_base_that_is_there_is_not_pulled() -> None:
    images = Images(BASE)
    ensure(images)
    assert images.pulled == []
    images = Images()
    ensure(images)
    assert images.pulled == [BASE]


def test_a_base_that_cannot_be_pulled_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, ...]] = []
    monkeypatch.setattr(proc, "run", lambda *argv, **_: calls.append(argv))
    images = Images()

    def refuse(name: str) -> None:
        raise DockerException("no registry")

    monkeypatch.setattr(images, "pull", refuse)
    ensure(images)
    assert calls == [(str(PROJECT / "docker/base-image.sh"), BASE)]


def test_a_failing_build_shows_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    images = Images(BASE)

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
    before = ensure(Images(BASE))
    monkeypatch.setenv(variable, str(bundle))
    images = Images(BASE)
    assert ensure(images) != before
    assert "ca/host.crt" in images.built


def test_a_named_bundle_that_is_missing_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_HA_CA_BUNDLE", str(tmp_path / "none.crt"))
    with pytest.raises(ProviderError, match=r"^REDIS_HA_CA_BUNDLE: no such file: .*none\.crt$"):
        ensure(Images(BASE))


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
    before = ensure(Images(BASE))
    (context / "ca").mkdir()
    (context / "ca/host.crt").write_text("left over")
    assert ensure(Images(BASE)) == before
