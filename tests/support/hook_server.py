"""A webhook on this machine: answers as it is told to, and keeps what was posted."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Hook:
    """``answers`` are the statuses to come; the last one stays. ``dawdle``: answer letter by
    letter, without an end, until the test is over.
    """

    address: str = ""
    answers: list[int] = field(default_factory=lambda: [200])
    headers: dict[str, str] = field(default_factory=dict)
    dawdle: bool = False
    posts: list[dict[str, Any]] = field(default_factory=list)
    heard: list[dict[str, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def served_hook(tls: ssl.SSLContext | None = None) -> Iterator[Hook]:
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            hook.heard.append({"method": "POST", "path": self.path, **dict(self.headers)})
            hook.posts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            if hook.dawdle:
                self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                while not hook.over.wait(0.01):
                    self.wfile.write(b"x")
                return
            status = hook.answers.pop(0) if len(hook.answers) > 1 else hook.answers[0]
            self.send_response(status)
            for name, value in hook.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b"answer of the hook\r\nand more")

        def do_GET(self) -> None:
            hook.heard.append({"method": "GET"})
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients break off here
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    scheme = "https" if tls else "http"
    hook.address = f"{scheme}://127.0.0.1:{server.server_address[1]}/hooks/s3cret"
    try:
        yield hook
    finally:
        hook.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
