"""Where the model is and what may be spent on it: options first, then the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from xpiler.diagnostics import InvalidInput

# One variable for each setting; the client's own names serve where ours are not set.
BASE_URL = ("XPILER_LLM_BASE_URL", "OPENAI_BASE_URL")
MODEL = ("XPILER_LLM_MODEL",)
KEY = ("XPILER_LLM_API_KEY", "OPENAI_API_KEY")


@dataclass(frozen=True)
class Limits:
    """Budgets. A `call_` limit is for one request, the others for all of them together."""

    tokens: int = 200_000
    usd: float = 1.0
    seconds: float = 300.0
    call_tokens: int = 4_096  # of the reply
    call_usd: float = 1.0  # what a request may cost at most
    call_seconds: float = 60.0
    call_bytes: int = 1 << 20  # of the reply on the wire
    attempts: int = 4  # of one request, the first included
    concurrency: int = 4


@dataclass(frozen=True)
class Settings:
    """One endpoint. The key is never printed: not by `repr`, not in a log, not in a message."""

    base_url: str
    model: str
    key: str = field(repr=False, default="")
    limits: Limits = Limits()
    usd_per_million_input: float = 0.0
    usd_per_million_output: float = 0.0

    def redacted(self, text: str) -> str:
        """`text` without the key, should an endpoint send it back."""
        return text.replace(self.key, "[key]") if len(self.key) >= 4 else text


def settings(base_url: str = "", model: str = "", limits: Limits | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings from options and environment. Raises InvalidInput where the endpoint or the model is not said."""
    found_url, found_model = base_url or _first(environment, BASE_URL), model or _first(environment, MODEL)
    if not found_url:
        raise InvalidInput("no endpoint for the language model", hint=f"give --llm-base-url, or set {BASE_URL[0]}")
    if not found_url.startswith(("http://", "https://")):
        raise InvalidInput(f"'{found_url}' is no address of an endpoint", hint="expected http://... or https://...")
    if not found_model:
        raise InvalidInput("no name of a language model", hint=f"give --llm-model, or set {MODEL[0]}")
    return Settings(found_url, found_model, _first(environment, KEY), limits or Limits())


def _first(environment: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((environment[name] for name in names if environment.get(name)), "")
