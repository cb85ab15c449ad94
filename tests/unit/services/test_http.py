"""redis_ha/services/http.py: pages as this machine is served them."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from redis_ha.services import http


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *words: object) -> None:
        """Say nothing."""


def test_a_page_is_asked_for_directly_whatever_proxy_the_user_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with HTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        try:
            url = f"http://127.0.0.1:{server.server_port}/"
            assert http.answers(url)
        finally:
            server.shutdown()
    assert not http.answers(url)
