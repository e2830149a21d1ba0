"""Mending a schedule: a pass that is refused, or too greedy, falls away, or gets another number or another order."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator
from dataclasses import replace

from xpiler.diagnostics import XpilerError
from xpiler.propose.judge import Subject
from xpiler.propose.proposal import Judgement, Proposal
from xpiler.propose.schedule_text import checked, fillings, parsed
from xpiler.propose.trial import Trial, judged, scheduled_text

MOST_ORDERS = 6
_NUMBER = re.compile(r"(?<==)\d+(?=[ }])")
_LIST = re.compile(r"(?<==)\w[\w/#]*(?:,\w[\w/#]*)+(?=[ }])")


def mended_schedule(subject: Subject, trial: Trial, refuted: Judgement, seconds: float) -> Judgement | None:
    """The judgement on the first change of the schedule that is accepted; None where none is in time."""
    end = time.monotonic() + seconds
    try:
        pipeline, choices = parsed(trial.proposal.text, subject.module.context)
    except XpilerError:
        return None
    first = next(iter(fillings(pipeline, choices)), "")
    for text, change in changes(first):
        if time.monotonic() > end:
            return None
        found = _accepted(subject, trial, text)
        if found is not None:
            return replace(found, proposal=refuted.proposal, repair=change, schedule=text)
    return None


def _accepted(subject: Subject, trial: Trial, text: str) -> Judgement | None:
    try:
        schedule = checked(text)
        found = judged(
            subject, Trial(trial.path, trial.options, Proposal(trial.proposal.kind, schedule)), scheduled_text(subject, schedule)
        )
    except XpilerError:
        return None
    return found if found.accepted else None


def changes(pipeline: str) -> Iterator[tuple[str, str]]:
    """Changed schedules and what was changed: numbers and orders first, then a pass less."""
    stages = _stages(pipeline)
    for position, stage in enumerate(stages):
        for new in (*_numbers(stage), *_orders(stage)):
            yield ",".join([*stages[:position], new, *stages[position + 1 :]]), f"{stage} becomes {new}"
    for position, stage in enumerate(stages):
        rest = [*stages[:position], *stages[position + 1 :]]
        if rest:
            yield ",".join(rest), f"{stage} falls away"


def _numbers(stage: str) -> Iterator[str]:
    for match in _NUMBER.finditer(stage):
        for new in (int(match[0]) // 2, int(match[0]) // 8, 2 * int(match[0]), int(match[0]) + 1, int(match[0]) - 1):
            if new > 0:
                yield stage[: match.start()] + str(new) + stage[match.end() :]


def _orders(stage: str) -> Iterator[str]:
    for match in _LIST.finditer(stage):
        names = match[0].split(",")
        for order in itertools.islice(itertools.permutations(names), 1, MOST_ORDERS):
            yield stage[: match.start()] + ",".join(order) + stage[match.end() :]


def _stages(pipeline: str) -> list[str]:
    from xpiler.pipeline import Pipeline

    try:
        return [str(stage) for stage in Pipeline.parse(pipeline).stages]
    except XpilerError:
        return []
