"""What a server does with a connection before it is asked anything."""

import socket
import ssl
from contextlib import suppress

from redis_ha.services.refusals import TLS

WAIT_S = 0.2
"""How long it may take with what it says by itself: that comes with the connection, or never."""
REPLY_BYTES = 512


def refusal(address: str, port: int) -> str | None:
    """Return the reply by which a server turns connections away; None where it takes them.

    Too many clients and protected mode are told to whoever connects; the answer to a question is
    lost with the connection then. One that speaks TLS says nothing, and ends what is no TLS.
    """
    said = _said(address, port)
    if said.startswith(b"-"):
        return said[1:].decode(errors="replace").strip()
    return TLS if _speaks_tls(address, port) else None


def _said(address: str, port: int) -> bytes:
    with suppress(OSError), socket.create_connection((address, port), WAIT_S) as connection:
        return connection.recv(REPLY_BYTES)
    return b""


def _speaks_tls(address: str, port: int) -> bool:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        suppress(OSError),
        socket.create_connection((address, port), WAIT_S) as connection,
        context.wrap_socket(connection),
    ):
        return True
    return False
