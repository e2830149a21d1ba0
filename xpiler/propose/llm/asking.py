"""Asking until there is a reply: which failures pass, how long to wait, and what to say of those that do not."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime

import httpx2
import openai

from xpiler.diagnostics import XpilerError
from xpiler.propose.llm.budget import Budget
from xpiler.propose.llm.exchange import Endpoint, Progress
from xpiler.propose.llm.request import Reply, Request
from xpiler.propose.llm.settings import Settings
from xpiler.propose.llm.transport import CutOff

FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 30.0
GRACE_SECONDS = 5.0  # past the limit of a call before its thread is left behind


class Asker:
    """Sends requests with retries, several at once, within the budget."""

    def __init__(self, settings: Settings, progress: Progress = lambda characters: None):
        self.settings = settings
        self.budget = Budget(settings)
        self._endpoint = Endpoint(settings, self.budget, progress)
        self._slots = threading.Semaphore(settings.limits.concurrency)

    def cancel(self) -> None:
        """Stops all requests at their next sign of life; nothing is sent any more."""
        self.budget.cancelled.set()

    def ask(self, request: Request) -> Reply:
        """The reply; its `failure` says in one line why there is none. Never raises, and ends within the budget of seconds."""
        return self.ask_all([request])[0]

    def ask_all(self, requests: Sequence[Request]) -> list[Reply]:
        """The replies in the order of the requests, asked at the same time as far as `concurrency` allows."""
        futures = [self._started(request) for request in requests]
        return [self._awaited(future) for future in futures]

    def _started(self, request: Request) -> Future:
        """A daemon thread a request: one that hangs in the network does not keep the process from ending."""
        future: Future = Future()
        threading.Thread(target=lambda: future.set_result(self._guarded(request)), daemon=True).start()
        return future

    def _awaited(self, future: Future) -> Reply:
        try:
            return future.result(timeout=self.budget.seconds_left() + GRACE_SECONDS)
        except NotInTime:
            return Reply(failure="the endpoint did not answer within the budget of seconds")
        except KeyboardInterrupt:
            self.cancel()
            raise

    def _guarded(self, request: Request) -> Reply:
        try:
            with self._slots:
                return self._asked(request)
        except XpilerError as error:
            return Reply(failure=error.diagnostics[0].message)
        except Exception as error:  # of the client: whatever an endpoint provokes is a failure of that request
            return Reply(failure=self.settings.redacted(f"the endpoint's reply cannot be read: {type(error).__name__}: {error}"[:300]))

    def _asked(self, request: Request) -> Reply:
        last = ""
        for attempt in range(self.settings.limits.attempts):
            try:
                return self._endpoint.once(request)
            except (openai.OpenAIError, httpx2.HTTPError, CutOff) as error:
                last = self.settings.redacted(described(error))
                if not passes(error):
                    return Reply(failure=last)
                if attempt + 1 < self.settings.limits.attempts:
                    self.budget.wait(waiting_time(error, attempt))
        return Reply(failure=f"{last} ({self.settings.limits.attempts} attempts)")


def passes(error: Exception) -> bool:
    """Whether the same request may succeed later."""
    if isinstance(error, openai.APIStatusError):
        return error.status_code in (408, 409, 425, 429) or error.status_code >= 500
    return isinstance(error, openai.APIConnectionError) and not isinstance(error, openai.APITimeoutError)


def waiting_time(error: Exception, attempt: int) -> float:
    """Seconds until the next attempt: what the endpoint asks for, else twice as long each time."""
    if isinstance(error, openai.APIStatusError):
        asked = error.response.headers.get("retry-after", "")
        try:
            return max(0.0, float(asked))
        except ValueError:
            pass  # a date, or nothing
    return min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2**attempt)


def described(error: Exception) -> str:
    """What went wrong, in one line for a person."""
    if isinstance(error, openai.AuthenticationError):
        return "the endpoint refuses the key (401): set XPILER_LLM_API_KEY"
    if isinstance(error, openai.RateLimitError):
        return "the endpoint is out of capacity or of credit (429)"
    if isinstance(error, openai.APIStatusError):
        return f"the endpoint answers with status {error.status_code}"
    if isinstance(error, openai.APITimeoutError):
        return "the endpoint did not answer in time"
    if isinstance(error, openai.APIConnectionError):
        return f"the endpoint cannot be reached: {_cause(error)}"
    return str(error)[:300] or type(error).__name__


def _cause(error: BaseException) -> str:
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error)[:200] or type(error).__name__
