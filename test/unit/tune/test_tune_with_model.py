"""`tune --llm`: a model's schedule is tried first, measured like any other, and the log replays it."""

from __future__ import annotations

import json
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

KERNEL = """
extern "C" void scale(const float *A, float *B, int n) {
  for (int i = 0; i < n; ++i) B[i] = A[i] * 2.0f;
}
"""


@pytest.fixture
def endpoint():
    """An endpoint that always answers with the same schedule."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            content = json.dumps({"kind": "schedule", "mlir": "bang-nram-pieces{arch=mtp_592 longest=2048}", "why": "smaller"})
            event = {"id": "0", "object": "chat.completion.chunk", "created": 0, "model": "m"}
            event["choices"] = [{"index": 0, "delta": {"content": content}, "finish_reason": None}]
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            self.wfile.write(f"data: {json.dumps(event)}\n\ndata: [DONE]\n\n".encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    server.shutdown()


def tuned(folder: Path, database: str, *options: str) -> dict:
    (folder / "scale.cpp").write_text(KERNEL)
    words = ["tune", "scale.cpp", "--to", "bang", "--args", "n=60000", "--trials", "1", "--db", database, "--json", "-", "-o", "out.mlu"]
    command = [sys.executable, "-I", "-m", "xpiler", *words, *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_proposed_schedule_is_the_first_trial(endpoint: str, tmp_path: Path) -> None:
    model = ["--llm", "--llm-base-url", endpoint, "--llm-model", "m", "--llm-prompts", "loop-split", "--llm-log", "log.jsonl"]
    found = tuned(tmp_path, "first.sqlite", *model)
    assert found["trials"] == 1 and "longest=2048" in found["schedule"]
    entries = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert entries[0]["what"] == "exchange" and entries[0]["prompt"] == "loop-split/propose"
    again = tuned(tmp_path, "second.sqlite", "--llm-replay", "log.jsonl", "--llm-prompts", "loop-split")
    assert (again["schedule"], again["score"]) == (found["schedule"], found["score"])
