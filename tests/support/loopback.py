"""A scripted HTTP server on a free port of loopback."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

__all__ = ["Quiet", "serving_on_loopback"]


class Quiet:
    """A handler of requests that prints nothing of them."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the requests are kept."""


@contextlib.contextmanager
def serving_on_loopback(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Serve, each request in a thread of its own; gives the server's address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        http.block_on_close = False  # a connection that hangs must not hold the test
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{http.server_port}"
        finally:
            http.shutdown()
            thread.join()
