"""What is asked, what comes back, and the hash that names a request in the log."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

REPLY_SCHEMA = {
    "name": "proposal",
    "strict": True,
    "schema": {
        "type": "object",
        "properties": {
            "kind": {"type": "string", "enum": ["schedule", "pattern", "program"]},
            "mlir": {"type": "string", "description": "the proposal as MLIR text"},
            "why": {"type": "string", "description": "one sentence"},
        },
        "required": ["kind", "mlir", "why"],
        "additionalProperties": False,
    },
}


@dataclass(frozen=True)
class Request:
    """One question: the prompt's name and version, and its two messages."""

    prompt: str
    version: str
    system: str
    user: str

    def messages(self) -> list[dict[str, str]]:
        """In the form of the chat API."""
        return [{"role": "system", "content": self.system}, {"role": "user", "content": self.user}]

    def digest(self, model: str) -> str:
        """The name of this request in a log: what was asked of which model."""
        content = json.dumps([model, self.messages(), REPLY_SCHEMA], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True)
class Reply:
    """The text that came back, with what it cost. `failure` says why there is none."""

    text: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    usd: float = 0.0
    failure: str = ""
