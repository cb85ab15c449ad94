import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from redis_ha.errors import Refused
from redis_ha.services import greeting
from redis_ha.services.client import ask, asking


def certificate(folder: Path) -> Path:
    """Write a key and a certificate that it signed itself into one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "redis1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = folder / "server.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@contextmanager
def speaking_tls(folder: Path) -> Iterator[int]:
    """Take TLS connections and end all others, as Redis does on its `tls-port`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(folder))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_take, args=(context, listener), daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def _take(context: ssl.SSLContext, listener: socket.socket) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return  # closed: the test is over
        with connection, suppress(OSError):
            context.wrap_socket(connection, server_side=True).close()


def test_a_server_that_speaks_tls_is_called_that(tmp_path: Path) -> None:
    with (
        speaking_tls(tmp_path) as port,
        pytest.raises(Refused, match="speaks TLS, this environment does not"),
        asking("redis1", "127.0.0.1", port, "secret") as asked,
    ):
        ask(asked, "PING")


def test_a_server_that_takes_connections_and_waits_has_nothing_to_say() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert greeting.refusal("127.0.0.1", silent.getsockname()[1]) is None


def test_nobody_listening_says_nothing() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert greeting.refusal("127.0.0.1", taken.getsockname()[1]) is None
