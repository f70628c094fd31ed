"""A server on the loopback address that answers as an OpenAI-compatible chat API does: as it is told to, and it remembers what it was sent."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class ChatServer:
    """What the server answers: the model's `content` in the API's envelope, or `body` as it is; with `status`, after `wait` seconds."""

    content: str = ""
    body: bytes | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    drip: float = 0.0
    port: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def says(self, name: str, *ideas: str) -> None:
        """Answer with a name and ids, as a model does that keeps to the form."""
        self.content = json.dumps({"name": name, "ideas": list(ideas)})

    def data(self) -> bytes:
        if self.body is not None:
            return self.body
        return json.dumps({"choices": [{"message": {"role": "assistant", "content": self.content}}]}).encode()


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    """Serve on a free port of the loopback address until the test ends."""
    told = ChatServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.paths.append(self.path)
            told.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            told.closing.wait(told.wait)
            self.send_response(told.status)
            for key, value in told.headers.items():
                self.send_header(key, value)
            self.end_headers()
            try:
                if told.drip:
                    for byte in told.data():
                        self.wfile.write(bytes([byte]))
                        self.wfile.flush()
                        if told.closing.wait(told.drip):
                            return
                else:
                    self.wfile.write(told.data())
            except OSError:
                return  # the other side has hung up

        def do_GET(self) -> None:
            told.paths.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = False
        told.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield told
        finally:
            told.closing.set()
            server.shutdown()
            thread.join()
