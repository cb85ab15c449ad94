"""Ways to have a real server refuse what it is asked; each is undone when its context ends."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import partial
from secrets import token_hex
from typing import Any

import redis

from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.services.client import RememberingClient, ask, connect
from redis_ha.wait import wait_until

KEEPER = "keeper"
"""A user of the test alone, who may do what others are denied meanwhile."""
KEYS = 128
KEY_BYTES = 4096
KEY_LOADS_US = 50_000

Refuse = Callable[["Server"], AbstractContextManager[None]]


class Server:
    """One Redis, with a connection that was there before it began to refuse."""

    def __init__(self, environment: Environment, node: Node) -> None:
        self.environment, self.node = environment, node
        self.port = environment.topology.redis.port
        self.kept = self.connect()
        ask(self.kept, "CLIENT", "ID")

    def connect(self, **options: Any) -> RememberingClient:
        """Return one connection, made once it is asked something."""
        password = self.environment.secrets.redis
        client = connect(self.node.address, self.port, password, name=None, **options)
        client.connection = client.connection_pool.get_connection()
        return client

    @contextmanager
    def set_to(self, **settings: str) -> Iterator[None]:
        """Run with other settings for a while."""
        named = {name.replace("_", "-"): value for name, value in settings.items()}
        usual = {name: ask(self.kept, "CONFIG", "GET", name)[1] for name in named}
        try:
            self.tell(named)
            yield
        finally:
            self.tell(usual)

    def tell(self, settings: dict[str, str]) -> None:
        ask(self.kept, "CONFIG", "SET", *(word for pair in settings.items() for word in pair))

    def persistence(self, key: str) -> object:
        return self.kept.info("persistence")[key]

    def close(self) -> None:
        self.kept.close()


@contextmanager
def served(environment: Environment, name: str) -> Iterator[Server]:
    server = Server(environment, environment.node(name))
    try:
        yield server
    finally:
        server.close()


def out_of_memory(server: Server) -> AbstractContextManager[None]:
    return server.set_to(maxmemory="1mb", maxmemory_policy="noeviction")


def too_few_replicas(server: Server) -> AbstractContextManager[None]:
    return server.set_to(min_replicas_to_write="3")


@contextmanager
def snapshot_failed(server: Server) -> Iterator[None]:
    """Kill the process that saves a snapshot."""
    with server.set_to(save="3600 1"):
        with server.set_to(rdb_key_save_delay="10000000"):
            ask(server.kept, "SET", "redis-ha:refusals", "1", "EX", "60")
            ask(server.kept, "BGSAVE")
            _kill_children(server)
        wait_until(
            lambda: server.persistence("rdb_last_bgsave_status"),
            accept=lambda said: said == "err",
            what="the snapshot has failed",
            timeout_s=10,
        )
        yield
    ask(server.kept, "BGSAVE")
    wait_until(
        lambda: server.persistence("rdb_last_bgsave_status"),
        accept=lambda said: said == "ok",
        what="a snapshot is saved",
        timeout_s=10,
    )


def _kill_children(server: Server) -> None:
    parent = str(server.kept.info("server")["process_id"])
    server.node.run("pkill", "-KILL", "-P", parent, sudo=server.node.is_machine)


@contextmanager
def busy(server: Server) -> Iterator[None]:
    """Run a script without an end."""
    other = server.connect(timeout_s=120)

    def loop() -> None:
        with suppress(redis.ResponseError):
            ask(other, "EVAL", "while true do end", "0")

    with server.set_to(busy_reply_threshold="100"), ExitStack() as after:
        script = threading.Thread(target=loop)
        script.start()
        after.callback(script.join)
        after.callback(_end_script, server)
        wait_until(lambda: _is_busy(server), what="it is busy", timeout_s=10)
        yield


def _is_busy(server: Server) -> bool:
    try:
        server.kept.ping()
    except redis.TimeoutError:
        return False
    except redis.ResponseError:
        return True
    return False


def _end_script(server: Server) -> None:
    with suppress(redis.ResponseError):
        ask(server.kept, "SCRIPT", "KILL")


@contextmanager
def loading(server: Server) -> Iterator[None]:
    """Have a replica copy everything, and load it slowly."""
    master, port = _role(server)
    slow = {"key_load_delay": str(KEY_LOADS_US), "loading_process_events_interval_bytes": "1024"}
    with server.set_to(**slow):
        pipeline = server.kept.pipeline()
        ask(pipeline, "REPLICAOF", "NO", "ONE")
        ask(pipeline, "REPLICAOF", master, port)
        pipeline.execute()
        wait_until(lambda: server.persistence("loading"), what="it loads", timeout_s=20)
        yield


@contextmanager
def cut_off(server: Server) -> Iterator[None]:
    """Have a replica lose its master and serve nothing without it."""
    with server.set_to(replica_serve_stale_data="no", masterauth="another"):
        ask(server.kept, "CLIENT", "KILL", "TYPE", "master")
        wait_until(
            lambda: server.kept.info("replication")["master_link_status"],
            accept=lambda link: link == "down",
            what="its link is down",
            timeout_s=10,
        )
        yield


def _role(server: Server) -> tuple[str, str]:
    role = ask(server.kept, "ROLE")
    return str(role[1]), str(role[2])


@contextmanager
def _kept_out(server: Server, *rules: str) -> Iterator[None]:
    """Change what user `default` may, while another user may everything."""
    password = server.environment.secrets.redis
    ask(server.kept, "ACL", "SETUSER", KEEPER, "on", f">{password}", "~*", "&*", "+@all")
    ask(server.kept, "AUTH", KEEPER, password)
    try:
        ask(server.kept, "ACL", "SETUSER", "default", *rules)
        yield
    finally:
        usual = ("on", "resetpass", f">{password}", "~*", "&*", "+@all")
        ask(server.kept, "ACL", "SETUSER", "default", *usual)
        ask(server.kept, "AUTH", password)
        ask(server.kept, "ACL", "DELUSER", KEEPER)


def denied(server: Server) -> AbstractContextManager[None]:
    return _kept_out(server, "-info")


def another_password(server: Server) -> AbstractContextManager[None]:
    return _kept_out(server, "resetpass", ">another")


@contextmanager
def too_many_clients(server: Server) -> Iterator[None]:
    """Allow as many connections as there are."""
    with server.set_to(maxclients=str(server.kept.info("clients")["connected_clients"])):
        yield


@contextmanager
def tls_only(server: Server) -> Iterator[None]:
    """Have a server of a machine take nothing but TLS, with a certificate of the moment."""
    folder = server.node.path("/run/redis-ha-refusals")
    files = {"tls_cert_file": f"{folder}/cert.pem", "tls_key_file": f"{folder}/key.pem"}
    make = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=refusals")
    out = ("-out", files["tls_cert_file"], "-keyout", files["tls_key_file"])
    run = partial(server.node.run, sudo=True)
    run("install", "-d", "-o", "redis", folder)
    try:
        run(*make, *out)
        run("chown", "-R", "redis", folder)
        with (
            server.set_to(port="0"),
            server.set_to(**files, tls_auth_clients="no"),
            server.set_to(tls_port=str(server.port)),
        ):
            yield
    finally:
        run("rm", "-r", folder)


def fill(environment: Environment, master: str) -> None:
    """Write so much that a slow copy can be looked at while it loads."""
    with served(environment, master) as server:
        for number in range(KEYS):
            value = token_hex(KEY_BYTES // 2)  # which does not get smaller in a copy
            ask(server.kept, "SET", f"redis-ha:refusals:{number}", value, "EX", "600")
