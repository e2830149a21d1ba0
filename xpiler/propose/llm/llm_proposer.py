"""`LLMProposer`: one prompt after another, and after a refuted proposal the same again with its counterexample.

With `ahead` above one the next prompts are asked at the same time; their replies are taken, and logged, in order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from xpiler.diagnostics import InvalidInput
from xpiler.platforms.names import DEFAULT_ARCH
from xpiler.propose.facts import facts
from xpiler.propose.llm.records import Recorder
from xpiler.propose.llm.reply_text import proposal_of
from xpiler.propose.llm.request import Reply, Request
from xpiler.propose.prompt import Prompt, load
from xpiler.propose.proposal import Judgement, Kind, Proposal
from xpiler.propose.proposer import Task

# What is asked, in turn: builtins first, then memory and parallelism, then the shape of loops.
TASKS = (
    "tensorize", "cache", "pattern", "loop-bind", "loop-split", "loop-reorder", "loop-fuse", "loop-contraction", "loop-expansion",
    "pipeline", "loop-recovery", "detensorize",
)  # fmt: skip
PROMPTS = tuple(f"{task}/propose" for task in TASKS)
REPAIR = "repair/propose"
LONGEST_SHARED = 30_000  # characters of the kernel that are sent


class Asks(Protocol):
    """What answers a request: an endpoint, or a log."""

    def ask(self, request: Request) -> Reply:
        """The reply, or its failure."""

    def ask_all(self, requests: Sequence[Request]) -> list[Reply]:
        """The replies to several requests, in their order."""


@dataclass
class LLMProposer:
    """Asks a model. A reply that holds no proposal, or none at all, is noted in `failures` and costs only its turn."""

    asker: Asks
    model: str
    prompts: tuple[str, ...] = PROMPTS
    recorder: Recorder = field(default_factory=lambda: Recorder(None))
    failures: list[str] = field(default_factory=list)
    ahead: int = 1
    _turn: int = 0
    _waiting: deque[tuple[Prompt, Request, Reply]] = field(default_factory=deque)
    _digest: str = ""
    _told: int = 0

    def propose(self, task: Task, history: Sequence[Judgement]) -> Proposal | None:
        """The next proposal; None when all prompts had their turn."""
        mine = [j for j in history if j.proposal.origin == self.model]
        self._tell(mine)
        if mine and self._may_mend(mine[-1]):
            mended = self._asked(load(REPAIR), task, mine[-1])
            if mended is not None:
                return mended
        while self._waiting or self._turn < len(self.prompts):
            if not self._waiting:
                self._ask_next(task)
            found = self._taken(*self._waiting.popleft())
            if found is not None:
                return found
        return None

    def _ask_next(self, task: Task) -> None:
        """Asks as many of the next prompts as go out at once."""
        prompts = [load(name) for name in self.prompts[self._turn : self._turn + max(1, self.ahead)]]
        self._turn += len(prompts)
        requests = [prompt.filled(values(prompt, task)) for prompt in prompts]
        self._waiting.extend(zip(prompts, requests, self.asker.ask_all(requests), strict=True))

    def conclude(self, history: Sequence[Judgement]) -> None:
        """Puts the last verdict into the log."""
        self._tell([j for j in history if j.proposal.origin == self.model])

    def _may_mend(self, last: Judgement) -> bool:
        return not last.accepted and not last.proposal.version.startswith("repair")

    def _tell(self, mine: Sequence[Judgement]) -> None:
        """Puts the verdict on the last proposal into the log."""
        if len(mine) > self._told and self._digest:
            self._told = len(mine)
            self.recorder.judgement(self._digest, mine[-1])

    def _asked(self, prompt: Prompt, task: Task, refuted: Judgement | None) -> Proposal | None:
        request = prompt.filled(values(prompt, task, refuted))
        return self._taken(prompt, request, self.asker.ask(request))

    def _taken(self, prompt: Prompt, request: Request, reply: Reply) -> Proposal | None:
        self.recorder.exchange(request, self.model, reply)
        self._digest = request.digest(self.model)
        if reply.failure:
            self.failures.append(f"{prompt.name}: {reply.failure}")
            return None
        try:
            return proposal_of(reply.text, self.model, f"{prompt.name}@{prompt.version}")
        except InvalidInput as error:
            self.failures.append(f"{prompt.name}: {error.diagnostics[0].message}")
            return None


def values(prompt: Prompt, task: Task, refuted: Judgement | None = None) -> dict[str, str]:
    """What fills the slots of a prompt. The kernel goes out in shared form: comments of the user's file are not in it."""
    target = task.options.to
    arch = task.options.target_arch or DEFAULT_ARCH[target]
    words = (prompt.front.get("facts", ""), *(("schedule",) if refuted is None else (refuted.reason,)))
    found = {
        "target": target,
        "arch": arch,
        "shared": task.shared[:LONGEST_SHARED],
        "schedule": task.default_schedule,
        "facts": facts(target, words, int(prompt.front.get("facts_tokens", "400"))),
        "passes": _passes(),
    }
    if refuted is not None:
        found |= {
            "kind": refuted.proposal.kind.value,
            "proposal": refuted.proposal.text,
            "reason": refuted.reason,
            "counterexample": refuted.counterexample or "none",
        }
    return found


def _passes() -> str:
    from xpiler.passes import pass_names

    return ", ".join(pass_names())


def schedule_tasks() -> tuple[str, ...]:
    """The tasks whose prompts ask for a schedule."""
    return tuple(task for task in TASKS if load(f"{task}/propose").front.get("reply") == Kind.SCHEDULE.value)


def log_of(path: str) -> Recorder:
    """The recorder of a path; of none for an empty one."""
    return Recorder(Path(path) if path else None)
