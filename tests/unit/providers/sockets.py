"""Sockets on which an engine answers, or seems to."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PONG = b"HTTP/1.0 200 OK\r\n\r\nOK"


@contextmanager
def answering(path: Path, answer: bytes = PONG) -> Iterator[None]:
    """Answer on a unix socket as an engine would."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            if self.request.recv(1024).startswith(b"GET /_ping "):
                self.request.sendall(answer)

    with socketserver.UnixStreamServer(str(path), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
