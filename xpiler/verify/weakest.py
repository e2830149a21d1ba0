"""The verdict on a file with several launchers, each compared on its own: the weakest of theirs (proof contract, rule 4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from xpiler.verify.verdict import Answer, Verdict


def weakest(answers: Mapping[str, Answer]) -> Answer:
    """One answer for all launchers by name; it names the launcher that decides, and says what the others came to."""
    if len(answers) == 1:
        return next(iter(answers.values()))
    order = list(Verdict)
    name, found = max(answers.items(), key=lambda item: order.index(item[1].verdict))
    scopes = _each_once(answer.scope for answer in answers.values())
    others = tuple(f"{other}: {answer}" for other, answer in answers.items() if other != name and len(scopes) > 1)
    return replace(
        found,
        reason=f"{name}: {found.reason}" if found.reason else "",
        scope=f"{name}: {found.scope}" if found.scope and len(scopes) > 1 else found.scope,
        is_for_all_sizes=all(answer.is_for_all_sizes for answer in answers.values()),
        runs=min(answer.runs for answer in answers.values()),
        largest_error=max(answer.largest_error for answer in answers.values()),
        assumptions=_each_once(text for answer in answers.values() for text in answer.assumptions),
        notes=_each_once((*others, *(text for answer in answers.values() for text in answer.notes))),
    )


def _each_once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
