"""The client against a real server that misbehaves in every way: a clear message, budgets kept, no hang, no key."""

from __future__ import annotations

import json
import threading
import time

import pytest
from model_server import proposal, script, sse, status
from pytest_httpserver import HTTPServer
from werkzeug import Response

from xpiler.propose.llm.asking import Asker
from xpiler.propose.llm.records import Recorder
from xpiler.propose.llm.request import Request
from xpiler.propose.llm.settings import Limits, Settings
from xpiler.propose.llm.transport import BoundedStream, CutOff

KEY = "sk-secret-0123456789"
REQUEST = Request("loop-split/propose", "1", "system", "user")


def asker(server: HTTPServer, **limits: object) -> Asker:
    return Asker(Settings(server.url_for("/v1"), "m", KEY, Limits(**{"seconds": 20.0, "call_seconds": 5.0, **limits}), 1.0, 2.0))


def test_a_streamed_reply_is_put_together_and_paid_for(httpserver: HTTPServer) -> None:
    seen = script(httpserver, sse("ab", "c", usage=(1000, 500)))
    asking = asker(httpserver)
    reply = asking.ask(REQUEST)
    assert (reply.text, reply.failure) == ("abc", "")
    assert reply.usd == pytest.approx(1000e-6 + 2 * 500e-6)
    body = json.loads(seen[0].data)
    assert body["response_format"]["json_schema"]["schema"]["required"] == ["kind", "mlir", "why"] and body["stream"]


def test_tokens_that_the_endpoint_does_not_count_are_estimated(httpserver: HTTPServer) -> None:
    script(httpserver, sse("x" * 300, usage=None))
    assert asker(httpserver).ask(REQUEST).output_tokens == 100


def test_an_endpoint_without_schemas_is_asked_for_plain_text(httpserver: HTTPServer) -> None:
    seen = script(httpserver, status(400, "response_format is not supported"), sse("plain"))
    asking = asker(httpserver)
    assert asking.ask(REQUEST).text == "plain"
    assert "response_format" not in json.loads(seen[1].data)
    asking.ask(REQUEST)
    assert "response_format" not in json.loads(seen[2].data)  # it is not asked again


def test_a_refused_connection_says_so() -> None:
    asking = Asker(Settings("http://127.0.0.1:9/v1", "m", KEY, Limits(attempts=2)))
    assert "cannot be reached" in asking.ask(REQUEST).failure


def test_a_wrong_key_is_not_tried_again_and_not_told(httpserver: HTTPServer) -> None:
    seen = script(httpserver, status(401, f"bad key {KEY}"))
    failure = asker(httpserver).ask(REQUEST).failure
    assert "401" in failure and KEY not in failure and len(seen) == 1


def test_429_waits_as_long_as_it_is_told(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    script(httpserver, status(429, retry_after="7"), status(429), sse("ok"))
    asking, waited = asker(httpserver), []
    monkeypatch.setattr(asking.budget, "wait", waited.append)
    assert asking.ask(REQUEST).text == "ok"
    assert waited == [7.0, 1.0]  # as told, then by our own backoff


def test_429_past_the_budget_of_seconds_ends_at_once(httpserver: HTTPServer) -> None:
    seen = script(httpserver, status(429, retry_after="3600"))
    failure = asker(httpserver).ask(REQUEST).failure
    assert "asks to wait 3600 seconds" in failure and len(seen) == 1


def test_a_server_error_is_tried_again_and_then_told(httpserver: HTTPServer) -> None:
    seen = script(httpserver, status(500))
    failure = asker(httpserver, attempts=2).ask(REQUEST).failure
    assert failure == "the endpoint answers with status 500 (2 attempts)" and len(seen) == 2


def test_a_trickling_stream_is_cut_off(httpserver: HTTPServer) -> None:
    ended = threading.Event()

    def trickle():
        for _ in range(6000):
            if ended.wait(0.05):
                return
            yield ": still here\n"

    script(httpserver, lambda request: Response(trickle(), content_type="text/event-stream"))
    try:
        assert "takes too long" in asker(httpserver, call_seconds=0.5, attempts=1).ask(REQUEST).failure
    finally:
        ended.set()


def test_the_clock_is_looked_at_whenever_bytes_arrive() -> None:
    parts = [b"a", b"b", b"c"]
    stream = BoundedStream(iter(parts), 100, end=time.monotonic() - 1)
    with pytest.raises(CutOff, match="takes too long"):
        list(stream)
    with pytest.raises(CutOff, match="too long"):
        list(BoundedStream(iter(parts), 2, end=time.monotonic() + 600))


def test_a_request_may_cost_no_more_than_its_own_limit(httpserver: HTTPServer) -> None:
    seen = script(httpserver, sse("ok"))
    assert "a request may cost 1e-06 USD" in asker(httpserver, call_usd=1e-6).ask(REQUEST).failure and not seen


def test_cancelling_stops_a_reply_that_is_on_its_way(httpserver: HTTPServer) -> None:
    started, ended = threading.Event(), threading.Event()

    def endless():
        while not ended.wait(0.02):
            started.set()
            yield 'data: {"id": "0", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": []}\n\n'

    script(httpserver, lambda request: Response(endless(), content_type="text/event-stream"))
    asking = asker(httpserver, attempts=1)
    threading.Thread(target=lambda: started.wait(30) and asking.cancel(), daemon=True).start()
    try:
        assert "cancelled" in asking.ask(REQUEST).failure
    finally:
        ended.set()


def test_no_failure_of_any_kind_tells_the_key(httpserver: HTTPServer, tmp_path) -> None:
    echo = json.dumps({"kind": "schedule", "mlir": KEY, "why": KEY})
    answers = (
        status(401, KEY),
        status(400, KEY),
        status(500, KEY),
        sse(echo),
        lambda request: Response(KEY, content_type="text/event-stream"),
    )
    recorder = Recorder(tmp_path / "log.jsonl")
    seen = script(httpserver, *answers)
    asking = asker(httpserver, attempts=1)
    for _ in answers:
        recorder.exchange(REQUEST, "m", asking.ask(REQUEST))
    assert len(seen) >= len(answers) and KEY in seen[0].headers["Authorization"]
    assert KEY not in (tmp_path / "log.jsonl").read_text()


def test_a_reply_of_ten_megabytes_is_cut_off(httpserver: HTTPServer) -> None:
    script(httpserver, sse("x" * 10_000_000))
    assert "too long" in asker(httpserver, attempts=1).ask(REQUEST).failure


@pytest.mark.parametrize("body", [b"data: {not json\n\n", b"\x00\xff\xfe", b"", b'data: {"choices": [{"delta": 7}]}\n\n', b"data: []\n\n"])
def test_a_body_that_is_no_stream_of_events_is_a_failure(httpserver: HTTPServer, body: bytes) -> None:
    script(httpserver, lambda request: Response(body, content_type="text/event-stream"))
    assert asker(httpserver, attempts=1).ask(REQUEST).failure


def test_a_redirect_is_not_followed_with_the_key(httpserver: HTTPServer) -> None:
    seen = script(httpserver, lambda request: Response(status=307, headers={"Location": httpserver.url_for("/elsewhere")}))
    other: list = []
    httpserver.expect_request("/elsewhere").respond_with_handler(lambda request: other.append(request) or Response("x"))
    assert asker(httpserver, attempts=1).ask(REQUEST).failure and seen and not other


def test_budgets_of_tokens_and_money_stop_before_the_request(httpserver: HTTPServer) -> None:
    seen = script(httpserver, sse("ok", usage=(400, 400)))
    asking = asker(httpserver, tokens=1000, call_tokens=300)
    assert [bool(asking.ask(REQUEST).failure) for _ in range(2)] == [False, True]
    assert "USD is spent" in asker(httpserver, usd=1e-9).ask(REQUEST).failure
    assert len(seen) == 1


def test_several_requests_go_at_once_within_the_limit(httpserver: HTTPServer) -> None:
    running: list[int] = [0, 0]

    def slow(request):
        running[0] += 1
        running[1] = max(running)
        time.sleep(0.2)
        running[0] -= 1
        return sse(json.loads(request.data)["messages"][1]["content"])(request)

    script(httpserver, slow)
    requests = [Request("p", "1", "s", str(k)) for k in range(6)]
    replies = asker(httpserver, concurrency=3).ask_all(requests)
    assert [r.text for r in replies] == [str(k) for k in range(6)]
    assert running[1] <= 3


def test_cancelling_sends_nothing_more(httpserver: HTTPServer) -> None:
    seen = script(httpserver, proposal("schedule", "x"))
    asking = asker(httpserver)
    asking.cancel()
    assert "cancelled" in asking.ask(REQUEST).failure and not seen


def test_the_key_is_in_no_repr(httpserver: HTTPServer) -> None:
    assert KEY not in repr(asker(httpserver).settings)
