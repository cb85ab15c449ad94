"""A Redis with a replica, and a php-fpm whose pool keeps its sessions there; all of them real."""

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Any

import redis

from redis_ha import tool
from redis_ha.providers import redis_server
from redis_ha.render import PROJECT
from redis_ha.wait import wait_until
from tests.php import fastcgi
from tests.php.fastcgi import Answer

ADDRESS = "127.0.0.1"
PHP = PROJECT / "php"
PAGES = Path(__file__).with_name("site")
FPM = ("php-fpm", "php-fpm8.4", "php-fpm8.3", "php-fpm8.2", "php-fpm8.1")
NOWHERE = "/nonexistent/sessions-are-in-redis"
POOL = """
[global]
error_log = {folder}/php.log
daemonize = no
[site]
user = {user}
listen = {folder}/site.sock
pm = static
pm.max_children = 6
catch_workers_output = yes
env[REDIS_HA_SESSIONS] = {folder}/sessions.json
php_admin_value[auto_prepend_file] = {php}/prepend.php
php_admin_value[error_log] = {folder}/php.log
php_admin_flag[log_errors] = on
php_admin_flag[display_errors] = off
php_admin_value[error_reporting] = -1
php_admin_value[opcache.enable] = 0
php_value[output_buffering] = 4096
php_value[session.save_path] = {nowhere}
php_value[session.use_strict_mode] = 1
php_value[session.gc_maxlifetime] = 600
"""


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind((ADDRESS, 0))
        return int(bound.getsockname()[1])


@dataclass
class Server:
    """A Redis that can be ended and started again, its data kept."""

    folder: Path
    password: str
    flags: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.folder.mkdir(exist_ok=True)
        settings = f"requirepass {self.password}\nmasterauth {self.password}\n"
        (self.folder / "redis.conf").write_text(settings)
        words = (
            *(str(redis_server.located()), "redis.conf", "--bind", ADDRESS),
            *("--port", str(self.port), "--appendonly", "yes", "--repl-diskless-sync-delay", "0"),
            *("--logfile", "redis.log", *self.flags),
        )
        self.process = subprocess.Popen(words, cwd=self.folder)
        wait_until(self.answers, what="Redis answers", timeout_s=20, interval_s=0.05)

    def end(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    def answers(self) -> bool:
        try:
            with self.client as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    @property
    def client(self) -> redis.Redis:
        return redis.Redis(host=ADDRESS, port=self.port, password=self.password, db=1)

    @contextmanager
    def set_to(self, **settings: str) -> Iterator[None]:
        """Run with other settings for a while."""
        named = {name.replace("_", "-"): value for name, value in settings.items()}
        with self.client as client:
            usual = {name: client.config_get(name)[name] for name in named}
            for name, value in named.items():
                client.config_set(name, value)
            try:
                yield
            finally:
                for name, value in usual.items():
                    client.config_set(name, value)


@dataclass
class Pair:
    """A master with one replica."""

    master: Server
    replica: Server

    def settle(self) -> None:
        """Wait until the replica confirms what the master writes."""
        with self.master.client as client:
            wait_until(
                lambda: client.set("redis-ha:settled", "1") and client.wait(1, 100),
                what="the replica confirms",
                timeout_s=30,
                interval_s=0.05,
            )


@dataclass
class Site:
    """A php-fpm with the pages of these tests."""

    folder: Path
    settings: dict[str, Any]

    @property
    def path(self) -> Path:
        """Where the pool reads what sessions need."""
        return self.folder / "sessions.json"

    def tell(self, **changed: object) -> None:
        """Change settings of sessions; each request reads them anew."""
        self.path.write_text(json.dumps(self.settings | changed))

    def ask(self, page: str, cookie: str = "", **query: str) -> Answer:
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        told = f"PHPSESSID={cookie}" if cookie else ""
        script = PAGES / f"{page}.php"
        return fastcgi.ask(self.folder / "site.sock", script, asked, told)

    def log(self) -> str:
        return (self.folder / "php.log").read_text()


def fpm() -> str:
    """Return the php-fpm of this machine."""
    found = next((path for name in FPM if (path := tool.located(name))), None)
    assert found, "no php-fpm: apt-get install php-fpm php-redis php-apcu"
    return found


@contextmanager
def redis_pair(folder: Path) -> Iterator[Pair]:
    password = f"pass,+%$&{token_hex(8)}"
    master = Server(folder / "master", password)
    replica = Server(folder / "replica", password, ("--replicaof", f"{ADDRESS} {master.port}"))
    pair = Pair(master, replica)
    try:
        master.start()
        replica.start()
        pair.settle()
        yield pair
    finally:
        replica.end()
        master.end()


@contextmanager
def served(folder: Path, master: Server) -> Iterator[Site]:
    """Run php-fpm for these pages."""
    where = {"folder": folder, "php": PHP, "nowhere": NOWHERE, "user": "root"}
    if os.getuid():
        where["user"] = str(os.getuid())
    (folder / "php-fpm.conf").write_text(POOL.format_map(where))
    settings = {
        "address": ADDRESS,
        "port": master.port,
        "password": master.password,
        "database": 1,
        "lock_wait_s": 3,
    }
    site = Site(folder, settings)
    site.tell()
    words = (fpm(), "--nodaemonize", "--allow-to-run-as-root", "-y", str(folder / "php-fpm.conf"))
    with subprocess.Popen(words, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until((folder / "site.sock").exists, what="php-fpm listens", timeout_s=20)
            yield site
        finally:
            process.terminate()
