"""The watcher: what two servers say of their streams, and what it makes of changes of real ones."""

import json
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from redis_ha.wait import wait_until
from tests.php.servers import ADDRESS, PHP, Pair, Server, redis_pair

DOUBLES = Path(__file__).with_name("watch")
A, B, C = "a" * 40, "b" * 40, "c" * 40
NONE = "0" * 40
PAGES = 5
SAYS_S = 20


# --- what is known of the old master's writes


def info(role: str, id_: str, offset: int, previous: str = NONE, end: int = -1) -> str:
    """Return what a server says of its replication."""
    told = {
        "role": role,
        "master_replid": id_,
        "master_replid2": previous,
        "master_repl_offset": offset,
        "second_repl_offset": end,
    }
    lines = "\r\n".join(f"{name}:{value}" for name, value in told.items())
    return f"# Replication\r\n{lines}\r\n"


NEW = info("master", B, 2000, A, 1001)
"""Goes on from A, of which it has everything before byte 1001."""
CASES: dict[str, tuple[str, str | None, tuple[bool, bool]]] = {
    "it followed from its end": (NEW, info("slave", B, 2000, A, 1001), (True, True)),
    "it followed from before": (NEW, info("slave", B, 2000, A, 900), (True, True)),
    "it was copied anew": (NEW, info("slave", B, 2000), (True, False)),
    "it kept more of A than the new one had": (NEW, info("slave", B, 9, A, 1002), (True, False)),
    "it has written more": (NEW, info("master", A, 1001), (True, False)),
    "it is still master, with nothing more": (NEW, info("master", A, 1000), (False, False)),
    "it is silent": (NEW, None, (False, False)),
    "it follows another": (NEW, info("slave", C, 3000, A, 900), (False, False)),
    "another master came between": (
        info("master", C, 3000, B, 2500),
        info("slave", C, 3000, B, 2500),
        (True, False),
    ),
    "the new one began empty": (info("master", B, 10), info("slave", B, 10), (True, False)),
}


def findings() -> dict[str, list[Any]]:
    cases = [[A, new, old] for new, old, _ in CASES.values()]
    done = subprocess.run(
        ["php", str(DOUBLES / "finding.php")],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(zip(CASES, json.loads(done.stdout), strict=True))


@pytest.fixture(scope="module")
def found() -> dict[str, list[Any]]:
    return findings()


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_lost_only_where_the_old_master_shows_its_end(
    found: dict[str, list[Any]], name: str
) -> None:
    is_final, is_whole, why = found[name]
    assert (is_final, is_whole) == CASES[name][2], why


# --- real servers


@dataclass
class Site:
    """What stands for a site, and the settings of its watcher."""

    folder: Path

    def led_to(self, server: Server) -> None:
        """Have the way to the master lead to a server."""
        told = {"address": ADDRESS, "port": server.port, "password": server.password}
        self._write("sessions.json", told | {"database": 1})
        self._write("page.json", {"status": "", "web": "web1", "nodes": {}})

    def flushes(self, server: Server | None) -> None:
        """Have its TYPO3 flush a server, or say that it did."""
        database = None if server is None else PAGES
        port, password = (server.port, server.password) if server else (0, "")
        self._write("redis.json", {"database": database, "port": port, "password": password})

    def edit(self, ago_s: float) -> None:
        with sqlite3.connect(self.folder / "site.sqlite") as database:
            row = (int(time.time() - ago_s),)
            database.execute("INSERT INTO sys_history (tstamp) VALUES (?)", row)
        database.close()

    @property
    def called(self) -> list[str]:
        """Return the commands of TYPO3 that were run."""
        path = self.folder / "called"
        return path.read_text().splitlines() if path.exists() else []

    @property
    def log(self) -> str:
        return (self.folder / "watch.log").read_text()

    def _write(self, name: str, told: object) -> None:
        (self.folder / name).write_text(json.dumps(told))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    system = tmp_path / "config" / "system"
    system.mkdir(parents=True)
    path = tmp_path / "site.sqlite"
    connection = f"['driver' => 'pdo_sqlite', 'path' => '{path}']"
    (system / "settings.php").write_text(
        f"<?php\nreturn ['DB' => ['Connections' => ['Default' => {connection}]]];\n"
    )
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE sys_history (tstamp INTEGER)")
    database.close()
    (tmp_path / "vendor" / "bin").mkdir(parents=True)
    shutil.copy(DOUBLES / "typo3", tmp_path / "vendor" / "bin" / "typo3")
    told = {"site": str(tmp_path), "php": "php", "database": PAGES, "mark": str(tmp_path / "mark")}
    (tmp_path / "watch.json").write_text(json.dumps(told))
    return Site(tmp_path)


@pytest.fixture
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Return servers of whom the test makes one the master after the other."""
    with redis_pair(tmp_path_factory.mktemp("two")) as pair:
        yield pair


@contextmanager
def watching(site: Site) -> Iterator[None]:
    """Run the watcher; it goes on with what the last one knew."""
    words = ("php", str(PHP / "bin" / "typo3-watch.php"), str(site.folder / "watch.json"))
    own = {"REDIS_HA_SESSIONS": str(site.folder / "sessions.json"), "PATH": "/usr/bin:/bin"}
    with (
        (site.folder / "watch.log").open("w") as log,
        subprocess.Popen(words, stdout=log, stderr=log, env=own) as process,
    ):
        try:
            yield
        finally:
            process.terminate()


def says(site: Site, words: str) -> None:
    wait_until(lambda: words in site.log, what=f"it says `{words}`", timeout_s=SAYS_S)


def promoted(two: Pair) -> None:
    """Make the replica master, as a failover does."""
    with two.replica.client as client:
        client.execute_command("REPLICAOF", "NO", "ONE")


def demoted(two: Pair) -> None:
    """Have the old master follow the new one, and wait until it does."""
    with two.master.client as client, two.replica.client as new:
        client.execute_command("REPLICAOF", ADDRESS, str(two.replica.port))
        wait_until(
            lambda: (
                client.info("replication")["master_link_status"] == "up"
                and client.info("replication")["master_replid"]
                == new.info("replication")["master_replid"]
            ),
            what="the old master follows",
            timeout_s=SAYS_S,
        )


def seen_first(site: Site, two: Pair) -> None:
    """Have the watcher see the master before any change."""
    site.led_to(two.master)
    with watching(site):
        says(site, "is master, the first that is seen")
    site.led_to(two.replica)
    site.flushes(two.replica)


def test_a_change_that_lost_nothing_leaves_the_caches(site: Site, two: Pair) -> None:
    seen_first(site, two)
    site.edit(ago_s=3600)
    promoted(two)
    demoted(two)
    with watching(site):
        says(site, "nothing is lost")
    assert site.called == []
    with watching(site):  # that is noted: it is not asked again
        time.sleep(1)
    assert site.log == ""


def test_an_edit_around_the_change_may_have_been_refused_its_flush(site: Site, two: Pair) -> None:
    seen_first(site, two)
    site.edit(ago_s=1)
    promoted(two)
    demoted(two)
    with watching(site):
        says(site, "the caches of pages are flushed")
    assert "1 edits may have met it" in site.log
    assert site.called == ["cache:flush --group pages"]


def test_writes_that_the_new_master_lacks_take_a_flush(site: Site, two: Pair) -> None:
    seen_first(site, two)
    promoted(two)
    with two.master.client as client:
        client.set("late", "1")
    with watching(site):
        says(site, "the caches of pages are flushed")
    assert "bytes that the new one lacks" in site.log
    assert site.called == ["cache:flush --group pages"]


def test_a_master_that_is_gone_takes_a_flush(site: Site, two: Pair) -> None:
    seen_first(site, two)
    two.master.end()
    promoted(two)
    with watching(site):
        says(site, "the caches of pages are flushed")
    assert "does not say where it ended" in site.log
    assert site.called == ["cache:flush --group pages"]


def test_a_flush_that_did_not_take_is_tried_again(site: Site, two: Pair) -> None:
    seen_first(site, two)
    site.flushes(None)
    two.master.end()
    promoted(two)
    with watching(site):
        says(site, "TYPO3 did not flush: done; again in 0.5 s")
        says(site, "TYPO3 did not flush: done; again in 1 s")
        site.flushes(two.replica)
        says(site, "the caches of pages are flushed")
    assert len(site.called) > 1


def test_settings_that_are_not_there_end_it_with_one_line(site: Site) -> None:
    words = ("php", str(PHP / "bin" / "typo3-watch.php"), str(site.folder / "none.json"))
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"the settings of the watcher cannot be read: {site.folder}/none.json"
    ]
