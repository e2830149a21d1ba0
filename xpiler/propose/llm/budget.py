"""Tokens, money and seconds that are left; shared by all threads that ask."""

from __future__ import annotations

import threading
import time

from xpiler.diagnostics import XpilerError
from xpiler.propose.llm.settings import Settings

CHARACTERS_A_TOKEN = 3  # a low guess, so that what is not counted by the endpoint is not undercounted


class BudgetSpent(XpilerError):
    """A budget of the language model is used up; no request is sent."""


class Cancelled(XpilerError):
    """The user, or the caller, stopped asking."""


def estimated_tokens(text: str) -> int:
    """Tokens of a text, where the endpoint does not count them."""
    return -(-len(text.encode()) // CHARACTERS_A_TOKEN)


class Budget:
    """Reserves before a request what it may cost at most, and settles afterwards what it did cost."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self._lock = threading.Lock()
        self._end = time.monotonic() + settings.limits.seconds
        self.input_tokens = self.output_tokens = self._reserved = 0
        self.cancelled = threading.Event()

    @property
    def usd(self) -> float:
        """What the tokens so far cost."""
        return self._cost(self.input_tokens, self.output_tokens)

    def seconds_left(self) -> float:
        """Until the total time is up; never negative."""
        return max(0.0, self._end - time.monotonic())

    def reserve(self, prompt: str) -> int:
        """The tokens set aside for a request. Raises BudgetSpent where they, their price or the time are not there."""
        limits = self._settings.limits
        needed, reply = estimated_tokens(prompt), limits.call_tokens
        with self._lock:
            self.check()
            if self.input_tokens + self.output_tokens + self._reserved + needed + reply > limits.tokens:
                raise BudgetSpent(f"the budget of {limits.tokens} tokens is spent", hint="raise --llm-tokens")
            if self._cost(needed, reply) > limits.call_usd:
                raise BudgetSpent(f"a request may cost {limits.call_usd:g} USD, and this one may come to more", hint="raise --llm-call-usd")
            if self.usd + self._cost(needed, reply + self._reserved) > limits.usd:
                raise BudgetSpent(f"the budget of {limits.usd:g} USD is spent", hint="raise --llm-usd")
            self._reserved += needed + reply
        return needed + reply

    def settle(self, reserved: int, input_tokens: int, output_tokens: int) -> None:
        """Replaces a reservation by what was used."""
        with self._lock:
            self._reserved -= reserved
            self.input_tokens += input_tokens
            self.output_tokens += output_tokens

    def check(self) -> None:
        """Raises BudgetSpent or Cancelled where there is no point in another request."""
        if self.cancelled.is_set():
            raise Cancelled("asking the language model was cancelled")
        if self.seconds_left() == 0.0:
            raise BudgetSpent(f"the budget of {self._settings.limits.seconds:g} seconds is spent", hint="raise --llm-seconds")

    def wait(self, seconds: float) -> None:
        """Sleeps, unless that would go past the end or somebody cancels."""
        if seconds >= self.seconds_left():
            raise BudgetSpent(
                f"the endpoint asks to wait {seconds:g} seconds, and {self.seconds_left():.0f} are left",
                hint="raise --llm-seconds, or try later",
            )
        self.cancelled.wait(seconds)
        self.check()

    def _cost(self, input_tokens: int, output_tokens: int) -> float:
        s = self._settings
        return (input_tokens * s.usd_per_million_input + output_tokens * s.usd_per_million_output) / 1e6
