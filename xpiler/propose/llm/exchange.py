"""One request through the official client: structured output where the endpoint knows it, plain text where not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import openai

from xpiler.propose.llm.budget import Budget, estimated_tokens
from xpiler.propose.llm.request import REPLY_SCHEMA, Reply, Request
from xpiler.propose.llm.settings import Settings
from xpiler.propose.llm.transport import CutOff, http_client

Progress = Callable[[int], None]  # characters received so far


@dataclass
class Endpoint:
    """Sends requests; remembers whether the endpoint takes a schema."""

    settings: Settings
    budget: Budget
    progress: Progress = lambda characters: None
    _plain: threading.Event = field(default_factory=threading.Event)

    def once(self, request: Request) -> Reply:
        """One attempt. Raises openai.OpenAIError, CutOff or the budget's errors."""
        reserved = self.budget.reserve(request.system + request.user)
        used = (0, 0)
        try:
            reply = self._sent(request)
            used = (reply.input_tokens, reply.output_tokens)
            return reply
        finally:
            self.budget.settle(reserved, *used)

    def _sent(self, request: Request) -> Reply:
        if not self._plain.is_set():
            try:
                return self._streamed(request, response_format={"type": "json_schema", "json_schema": REPLY_SCHEMA})
            except openai.BadRequestError as error:
                if not _about_schema(error):
                    raise
                self._plain.set()
        return self._streamed(request)

    def _streamed(self, request: Request, **extra: Any) -> Reply:
        limits = self.settings.limits
        seconds = max(0.1, min(limits.call_seconds, self.budget.seconds_left()))
        with http_client(limits.call_bytes, seconds) as http, self._client(http, seconds) as client:
            messages: Any = request.messages()
            stream = client.chat.completions.create(
                model=self.settings.model,
                messages=messages,
                max_tokens=limits.call_tokens,
                temperature=0,
                stream=True,
                stream_options={"include_usage": True},
                **extra,
            )
            return self._gathered(request, stream)

    def _client(self, http: Any, seconds: float) -> openai.OpenAI:
        s = self.settings
        # The client wants some key; an endpoint without keys ignores it.
        return openai.OpenAI(base_url=s.base_url, api_key=s.key or "none", max_retries=0, timeout=seconds, http_client=http)

    def _gathered(self, request: Request, stream: Any) -> Reply:
        parts: list[str] = []
        usage = None
        for chunk in stream:
            self.budget.check()
            usage = getattr(chunk, "usage", None) or usage
            for choice in getattr(chunk, "choices", None) or ():
                parts.append(getattr(choice.delta, "content", None) or "")
            self.progress(sum(map(len, parts)))
        text = "".join(parts)
        if not text:
            raise CutOff("the reply is empty")
        tokens = _counted(usage, request, text)
        return Reply(self.settings.redacted(text), *tokens, usd=self._price(*tokens))

    def _price(self, input_tokens: int, output_tokens: int) -> float:
        s = self.settings
        return (input_tokens * s.usd_per_million_input + output_tokens * s.usd_per_million_output) / 1e6


def _counted(usage: Any, request: Request, text: str) -> tuple[int, int]:
    """Input and output tokens: the endpoint's count where it is one, else ours."""
    counts = (getattr(usage, "prompt_tokens", None), getattr(usage, "completion_tokens", None))
    if all(isinstance(n, int) and n >= 0 for n in counts):
        return counts  # type: ignore[return-value]
    return estimated_tokens(request.system + request.user), estimated_tokens(text)


def _about_schema(error: openai.BadRequestError) -> bool:
    return any(word in str(error) for word in ("response_format", "json_schema", "schema", "structured"))
