"""The log of all exchanges, a JSON object a line, and answering from it without a network.

{"what": "exchange", "request": HASH, "prompt": "tensorize/propose", "version": "1", "model": M, "reply": TEXT, ...}
{"what": "judgement", "request": HASH, "verdict": "refuted", "reason": ..., "repair": ...}
"""

from __future__ import annotations

import json
import threading
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from xpiler.diagnostics import InvalidInput, Place
from xpiler.propose.llm.request import Reply, Request
from xpiler.propose.proposal import Judgement


@dataclass
class Recorder:
    """Appends to a log as things happen: what was paid for is not lost when the process dies."""

    path: Path | None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def exchange(self, request: Request, model: str, reply: Reply) -> None:
        """One request and its reply."""
        self._append(
            {
                "what": "exchange",
                "request": request.digest(model),
                "prompt": request.prompt,
                "version": request.version,
                "model": model,
                "reply": reply.text,
                "failure": reply.failure,
                "input_tokens": reply.input_tokens,
                "output_tokens": reply.output_tokens,
                "usd": reply.usd,
            }
        )

    def judgement(self, digest: str, judgement: Judgement) -> None:
        """What became of the proposal in a reply."""
        self._append(
            {
                "what": "judgement",
                "request": digest,
                "kind": judgement.proposal.kind.value,
                "verdict": judgement.verdict.value,
                "reason": judgement.reason,
                "counterexample": judgement.counterexample,
                "repair": judgement.repair,
            }
        )

    def _append(self, entry: dict) -> None:
        if self.path is None:
            return
        with self._lock, self.path.open("a", encoding="utf-8") as log:
            log.write(json.dumps(entry, ensure_ascii=False) + "\n")


def entries(path: Path) -> Iterator[dict]:
    """The objects of a log. Raises InvalidInput, with the line, for what is none."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput("cannot read the log of exchanges", Place(str(path)), str(error)) from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            if not isinstance(entry, dict) or "what" not in entry:
                raise ValueError
        except ValueError:
            raise InvalidInput(
                "this line is no record of an exchange", Place(str(path), number), "expected one JSON object a line"
            ) from None
        yield entry


class ReplayedAsker:
    """Answers every request from a log: no network, the same replies in the same order."""

    def __init__(self, path: Path, model: str = ""):
        found = [e for e in entries(path) if e["what"] == "exchange"]
        if not found:
            raise InvalidInput("the log holds no exchange", Place(str(path)))
        self.model = model or str(found[0].get("model", ""))
        self._replies: dict[str, deque[Reply]] = defaultdict(deque)
        for entry in found:
            self._replies[str(entry.get("request"))].append(_reply(entry))

    def ask(self, request: Request) -> Reply:
        """The next recorded reply to this very request."""
        waiting = self._replies.get(request.digest(self.model))
        return waiting.popleft() if waiting else Reply(failure="the log holds no reply to this request: prompt, kernel or model differ")

    def ask_all(self, requests: Sequence[Request]) -> list[Reply]:
        """The recorded replies to several requests."""
        return [self.ask(request) for request in requests]


def _reply(entry: dict) -> Reply:
    return Reply(
        str(entry.get("reply", "")),
        int(entry.get("input_tokens", 0)),
        int(entry.get("output_tokens", 0)),
        float(entry.get("usd", 0.0)),
        str(entry.get("failure", "")),
    )
