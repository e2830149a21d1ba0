"""A local endpoint that answers like a model: a real HTTP server, the next reply set by the benchmark."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class ModelServer:
    """Serves `reply` to whoever asks, streamed as the chat API does."""

    def __init__(self) -> None:
        self.reply = ""
        self.requests = 0
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                owner.requests += 1
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                for part in owner.parts():
                    self.wfile.write(part)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """The base URL for a client."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def propose(self, kind: str, mlir: str) -> None:
        """Sets the reply."""
        self.reply = json.dumps({"kind": kind, "mlir": mlir, "why": "it is faster"})

    def parts(self) -> list[bytes]:
        """The reply as events of some thousand characters each."""
        step = 4096
        chunks = [self.reply[k : k + step] for k in range(0, len(self.reply), step)]
        events = [{"choices": [{"index": 0, "delta": {"content": c}, "finish_reason": None}]} for c in chunks]
        events.append({"choices": [], "usage": {"prompt_tokens": 1000, "completion_tokens": 1000, "total_tokens": 2000}})
        common = {"id": "0", "object": "chat.completion.chunk", "created": 0, "model": "local"}
        return [*(f"data: {json.dumps(common | event)}\n\n".encode() for event in events), b"data: [DONE]\n\n"]

    def close(self) -> None:
        """Stops serving."""
        self._server.shutdown()
