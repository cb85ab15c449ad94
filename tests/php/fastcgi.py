"""FastCGI as far as php-fpm needs it: one request, one answer, over a socket."""

import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from http.cookies import SimpleCookie
from pathlib import Path

BEGIN, END, PARAMS, STDIN, STDOUT = 1, 3, 4, 5, 6
RESPONDER = struct.pack("!HB5x", 1, 0)
HEAD = struct.Struct("!BBHHBx")
VERSION, REQUEST = 1, 1


@dataclass(frozen=True)
class Answer:
    """What a page answered."""

    status: int
    headers: Message
    body: str

    def cookie(self, name: str = "PHPSESSID") -> str | None:
        """Return the value of a cookie that this answer sets."""
        for line in self.headers.get_all("Set-Cookie", []):
            if name in (cookies := SimpleCookie(line)):
                return cookies[name].value
        return None


def ask(
    path: Path,
    script: Path,
    query: str = "",
    cookie: str = "",
    timeout_s: float = 20,
    *,
    visitor: str = "127.0.0.1",
) -> Answer:
    """Have php-fpm run a script.

    Args:
        visitor: the address that asks for it.

    Raises:
        ConnectionError: its process ended in the middle of it.
    """
    params = {
        "SCRIPT_FILENAME": str(script),
        "SCRIPT_NAME": f"/{script.name}",
        "REQUEST_METHOD": "GET",
        "QUERY_STRING": query,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_COOKIE": cookie,
        "REMOTE_ADDR": visitor,
    }
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(timeout_s)
        connection.connect(str(path))
        told = b"".join(_pair(name, value) for name, value in params.items())
        for kind, content in ((BEGIN, RESPONDER), (PARAMS, told), (PARAMS, b""), (STDIN, b"")):
            connection.sendall(_record(kind, content))
        return _parsed(b"".join(_output(connection)))


def _pair(name: str, value: str) -> bytes:
    sizes = struct.pack("!II", len(name) | 1 << 31, len(value.encode()) | 1 << 31)
    return sizes + name.encode() + value.encode()


def _record(kind: int, content: bytes) -> bytes:
    return HEAD.pack(VERSION, kind, REQUEST, len(content), 0) + content


def _output(connection: socket.socket) -> Iterator[bytes]:
    while True:
        _, kind, _, size, padding = HEAD.unpack(_read(connection, HEAD.size))
        content = _read(connection, size + padding)[:size]
        if kind == END:
            return
        if kind == STDOUT:
            yield content


def _read(connection: socket.socket, size: int) -> bytes:
    read = b""
    while len(read) < size:
        if not (part := connection.recv(size - len(read))):
            raise ConnectionError("the process ended before its answer did")
        read += part
    return read


def _parsed(output: bytes) -> Answer:
    head, _, body = output.partition(b"\r\n\r\n")
    headers = BytesParser().parsebytes(head)
    status = int(headers.get("Status", "200").split()[0])
    return Answer(status, headers, body.decode(errors="replace"))
