"""A server that speaks enough RESP for a test: each command's answer is a function's."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

Answer = Callable[[list[str]], bytes | None]
"""Takes the words of a command; None closes the connection without an answer."""

ENDS_WITHIN_S = 0.002
OK = b"+OK\r\n"


def error(text: str) -> bytes:
    return f"-{text}\r\n".encode()


def bulk(text: str | None) -> bytes:
    if text is None:
        return b"$-1\r\n"
    return f"${len(text.encode())}\r\n{text}\r\n".encode()


def array(*items: bytes) -> bytes:
    return f"*{len(items)}\r\n".encode() + b"".join(items)


def pairs(**values: object) -> bytes:
    """Return the flat array in which a Sentinel describes something."""
    flat = [
        bulk(str(word)) for key, value in values.items() for word in (key.replace("_", "-"), value)
    ]
    return array(*flat)


class Sentinel:
    """Answers as a Sentinel that knows one master on this machine; its port is told later."""

    def __init__(self) -> None:
        self.port = 0

    def __call__(self, words: list[str]) -> bytes:
        if words[0] != "SENTINEL":
            return OK
        return array(bulk("127.0.0.1"), bulk(str(self.port)))


class _Handler(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True  # an answer would wait 40 ms for the one before to be confirmed

    def handle(self) -> None:
        while words := self._command():
            reply = cast("_Server", self.server).answer(words)
            if reply is None:
                return
            self.wfile.write(reply)

    def _command(self) -> list[str]:
        count = int(self.rfile.readline()[1:] or 0)
        words = []
        for _ in range(count):
            size = int(self.rfile.readline()[1:])
            words.append(self.rfile.read(size + 2)[:-2].decode())
        return words


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], answer: Answer, connections: str) -> None:
        super().__init__(address, _Handler)
        self._answer, self._connections = answer, connections

    def answer(self, words: list[str]) -> bytes | None:
        if words[:2] == ["CLIENT", "LIST"]:
            return bulk(self._connections)
        if words[0] in ("CLIENT", "HELLO"):
            return OK
        return self._answer(words)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients of tests go away as they like."""


@contextmanager
def served(
    answer: Answer, host: str = "127.0.0.1", port: int = 0, *, connections: str = ""
) -> Iterator[int]:
    """Answer commands on a loopback port for a while; yields the port.

    Args:
        connections: what CLIENT LIST tells.
    """
    with _Server((host, port), answer, connections) as server:
        thread = threading.Thread(target=server.serve_forever, args=(ENDS_WITHIN_S,), daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
