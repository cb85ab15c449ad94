"""What provisioning a TYPO3 site takes besides its files and its scripts."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.providers import Tell
from redis_ha.provision import typo3_packages as packages
from redis_ha.provision import typo3_settings, web
from redis_ha.provision.typo3_packages import Repository
from redis_ha.render import read_source
from redis_ha.roles.typo3 import EDITOR, NAME, PACKAGE, SOURCES, VISITOR, Typo3
from redis_ha.roles.web import ACCOUNT
from redis_ha.secrets import KINDS
from redis_ha.services import typo3
from redis_ha.services import web as served
from redis_ha.typo3.versions import VERSIONS

KEPT = "/var/lib/redis-ha/site"
"""What is known of the site on its node: which packages it has, and of which version it is."""
DIGEST, INSTALLED = f"{KEPT}/digest", f"{KEPT}/version"
REPOSITORIES = f"{KEPT}/repositories"
OWN = "redis-ha/site-package"
EXTENSIONS = (
    *("felogin", "filelist", "fluid-styled-content", "lowlevel", "rte-ckeditor", "scheduler"),
)
LAST_WITH_SESSIONS = 13
"""A newer one hashes sessions in another way: everybody is logged out by the step beyond it."""


@dataclass(frozen=True)
class KeptSite:
    """What a node keeps of its site, each empty where there is none."""

    digest: str
    version: str


def obstacle(environment: Environment) -> str | None:
    """Return why there can be no site here, None where nothing is in the way."""
    if why := web.obstacle(environment) or _weak(environment):
        return why
    (node,) = environment.nodes_with(NAME)
    kept = _kept(node)
    return _no_way(environment, node, kept.version) or _no_source(environment, kept.digest)


def consent(environment: Environment) -> str | None:
    """Return what an upgrade takes from people and needs a yes, None for nothing."""
    now = _major(_wanted(environment))
    if now <= LAST_WITH_SESSIONS:
        return None
    (node,) = environment.nodes_with(NAME)
    was = _major(_kept(node).version)
    if was and was <= LAST_WITH_SESSIONS:
        return f"from TYPO3 {was} to {now} every session ends: everybody is logged out"
    return None


def payloads(
    environment: Environment, nodes: list[Node], tell: Tell, *, is_check: bool
) -> Mapping[str, Mapping[str, bytes]]:
    """Return what a site is made of, its packages only where it has others."""
    return {node.name: dict(_payload(environment, node, tell, is_check=is_check)) for node in nodes}


def variables(
    environment: Environment, node: Node, held: Mapping[str, str | None]
) -> Mapping[str, object]:
    """Return what the templates of a site know besides."""
    del held
    own = environment.topology.table(Typo3)
    known = VERSIONS[own.version]
    having = tuple(each for each in known.packages if f"b13/{each}" in own.packages)
    wish = typo3_settings.Wish(known, own.mode, packages=having)
    hosts = dict.fromkeys((node.address, served.addresses(environment, node)[0], "127.0.0.1"))
    return {
        "root": node.path(""),
        "account": ACCOUNT if node.is_machine else "",
        "php": served.php(node),
        "timeout_s": typo3_settings.address_of(environment, own.mode, node).timeout_s,
        "settings": typo3_settings.fragment(environment, wish, node),
        "hosts": (*hosts, "localhost", node.name),
        "unlimited": ",".join(hosts),
        "pages_database": typo3_settings.databases(environment.topology)["pages"],
        "watcher": _watcher(),
    }


def _watcher() -> str:
    """Return what changes with the program that watches: it runs on until it is restarted."""
    paths = (*SOURCES.parent.glob("src/**/*.php"), *SOURCES.parent.glob("bin/typo3-*.php"))
    made = sha256()
    for path in sorted(paths):
        made.update(path.read_bytes())
    return made.hexdigest()[:16]


def settle(environment: Environment, node: Node) -> None:
    """Wait until the first page of a site is good.

    Raises:
        TimedOut: it is not.
    """
    typo3.wait_answering(environment, node)


def required(environment: Environment) -> dict[str, str]:
    """Return every package that a site has, with the version of each."""
    own = environment.topology.table(Typo3)
    core = (packages.CORE, *packages.LEAST, *(f"typo3/cms-{each}" for each in EXTENSIONS))
    return {
        **dict.fromkeys(core, f"{own.version}.*"),
        **dict.fromkeys((OWN, *own.packages), "*"),
    }


def _payload(
    environment: Environment, node: Node, tell: Tell, *, is_check: bool
) -> Iterator[tuple[str, bytes]]:
    secrets = environment.secrets
    accounts = {"admin": secrets[NAME], "editor": secrets[EDITOR], "visitor": secrets[VISITOR]}
    digest = _digest(environment)
    yield "accounts.json", json.dumps(accounts).encode()
    yield "password", f"{secrets[NAME]}\n".encode()
    yield "config.yaml", read_source("typo3/config.yaml").encode()
    yield "version", f"{_wanted(environment)}\n".encode()
    yield "digest", f"{digest}\n".encode()
    if is_check or _kept(node).digest == digest:
        return
    places = packages.repositories()
    own = Repository("path", node.path(PACKAGE))
    there = tuple(_there(node, number, each) for number, each in enumerate(places))
    yield "composer.json", packages.project(required(environment), (own, *there)).encode()
    if node.is_machine and any(place.folder for place in places):
        tell(f"{node.name}: the packages go there")
        for number, place in enumerate(places):
            yield from _content(number, place)


def _there(node: Node, number: int, place: Repository) -> Repository:
    """Return a repository as the node has it: a folder of this machine is brought there."""
    if not place.folder or not node.is_machine:
        return place
    return Repository(place.kind, f"{REPOSITORIES}/{number}")


def _content(number: int, place: Repository) -> Iterator[tuple[str, bytes]]:
    for path in sorted(place.folder.rglob("*") if place.folder else ()):
        if path.is_file():
            below = path.relative_to(place.folder)  # type: ignore[arg-type]
            yield f"repositories/{number}/{below}", path.read_bytes()


def _digest(environment: Environment) -> str:
    """Return what decides the packages of a site; sha256, 64 hexadecimal digits."""
    made = sha256(json.dumps(required(environment)).encode())
    for path in sorted(SOURCES.rglob("*")):
        if path.is_file():
            made.update(f"{path.relative_to(SOURCES)}\0".encode() + path.read_bytes())
    return made.hexdigest()


def _weak(environment: Environment) -> str | None:
    """Say which password TYPO3 would refuse, in the middle of its set-up."""
    for name in (NAME, EDITOR, VISITOR):
        if not all(re.search(kind, environment.secrets[name]) for kind in KINDS):
            return (
                f"REDIS_HA_{name.upper()}_PASSWORD: TYPO3 wants small and capital letters, digits "
                "and something else in it"
            )
    return None


def _no_way(environment: Environment, node: Node, held: str) -> str | None:
    """Say that there is no way from what the site is to what it shall be."""
    wanted = _wanted(environment)
    was, now = _major(held), _major(wanted)
    if was and now < was:
        return f"typo3.version: the site is TYPO3 {held}; there is no way back to {wanted}"
    if was and now > was and not node.is_machine:
        return (
            f"typo3.version: the site is TYPO3 {held}, on SQLite, where TYPO3's own upgrade fails; "
            "`./inv down --purge` makes way for a new one, and machines have MariaDB"
        )
    if was and now > was + 1:
        between = next(each for each in VERSIONS if _major(each) == was + 1)
        return f"typo3.version: the site is TYPO3 {held}; first `{between}`, then {wanted}"
    return None


def _no_source(environment: Environment, held: str) -> str | None:
    """Say why the packages cannot be had; a site that has them needs no source."""
    if held == _digest(environment):
        return None
    return packages.obstacle(_wanted(environment))


def _wanted(environment: Environment) -> str:
    return environment.topology.table(Typo3).version


def _major(version: str) -> int:
    return int(version.partition(".")[0] or 0)


def _kept(node: Node) -> KeptSite:
    paths = [node.path(path) for path in (DIGEST, INSTALLED)]
    texts = node.read(*paths)
    return KeptSite(*((texts[path] or "").strip() for path in paths))
