"""A real HTTP server that speaks the chat API, for tests: each request gets the next scripted answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

PATH = "/v1/chat/completions"
Answer = Callable[[Request], Response]


def sse(*texts: str, usage: tuple[int, int] | None = (10, 5)) -> Answer:
    """A streamed reply whose content comes in these pieces."""

    def events() -> Iterator[str]:
        for text in texts:
            yield _event(choices=[{"index": 0, "delta": {"content": text}, "finish_reason": None}])
        if usage:
            yield _event(choices=[], usage={"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)})
        yield "data: [DONE]\n\n"

    return lambda request: Response(events(), content_type="text/event-stream")


def proposal(kind: str, mlir: str) -> Answer:
    """A reply by the schema."""
    return sse(json.dumps({"kind": kind, "mlir": mlir, "why": "a test"}))


def status(code: int, message: str = "no", **headers: str) -> Answer:
    """An error reply."""
    body = json.dumps({"error": {"message": message, "type": "error"}})
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: Response(body, status=code, content_type="application/json", headers=named)


def script(server: HTTPServer, *answers: Answer) -> list[Request]:
    """Serves the answers in turn, the last one for ever; the requests as they come."""
    seen: list[Request] = []

    def handle(request: Request) -> Response:
        seen.append(request)
        return answers[min(len(seen), len(answers)) - 1](request)

    server.expect_request(PATH, method="POST").respond_with_handler(handle)
    return seen


def _event(**fields: object) -> str:
    body = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "m", **fields}
    return f"data: {json.dumps(body)}\n\n"
