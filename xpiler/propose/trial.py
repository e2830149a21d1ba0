"""What happens to one proposal inside the sandbox: parse, check, apply, emit, judge."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from mlir import ir

from xpiler.diagnostics import XpilerError
from xpiler.options import TranslateOptions
from xpiler.platforms.names import DEFAULT_ARCH, OUTPUT_SUFFIX
from xpiler.propose.judge import Subject, judge
from xpiler.propose.kept import Kept
from xpiler.propose.program import module_of
from xpiler.propose.proposal import Judgement, Kind, Proposal
from xpiler.propose.proposer import RuleProposer, Task
from xpiler.propose.schedule_text import checked, fillings, parsed
from xpiler.verify import signature
from xpiler.verify.verdict import Answer, Verdict


@dataclass(frozen=True)
class Trial:
    """A proposal with the task it is for; `kept` is what stays of the source between trials."""

    path: str
    options: TranslateOptions
    proposal: Proposal
    kept: Kept | None = None
    proof_seconds: float = 20.0


def attempt(trial: Trial) -> Judgement:
    """The judgement on one proposal. Raises XpilerError where the *source* is at fault."""
    start = time.perf_counter()
    subject = Subject.of(trial.path, trial.options, trial.kept)
    try:
        found = _APPLY[trial.proposal.kind](subject, trial)
    except XpilerError as error:
        first = error.diagnostics[0]
        found = Judgement(trial.proposal, Verdict.UNSUPPORTED, first.message + (f" ({first.hint})" if first.hint else ""))
    return replace(found, seconds=round(time.perf_counter() - start, 3), cpu_seconds=cpu_seconds())


def cpu_seconds() -> float:
    """What this process and all it waited for have used."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return round(own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime, 3)


def _schedule(subject: Subject, trial: Trial) -> Judgement:
    """The first filling of the holes that is accepted, else what became of the last."""
    pipeline, choices = parsed(trial.proposal.text, subject.module.context)
    found = Judgement(trial.proposal, Verdict.UNSUPPORTED, "a hole of the schedule has no choices")
    for text in fillings(pipeline, choices):
        found = _one_schedule(subject, trial, checked(text), last=not choices)
        if found.accepted:
            break
    return found


def _one_schedule(subject: Subject, trial: Trial, schedule: str, *, last: bool) -> Judgement:
    try:
        text = scheduled_text(subject, schedule)
        return replace(judged(subject, trial, text), schedule=schedule)
    except XpilerError as error:
        if last:
            raise
        return Judgement(trial.proposal, Verdict.UNSUPPORTED, error.diagnostics[0].message)


def scheduled_text(subject: Subject, schedule: str) -> str:
    """The output text by a schedule. Raises XpilerError where a pass refuses."""
    from xpiler import lowering, raising
    from xpiler.platforms.target import Target

    target = Target(subject.options.to, subject.options.target_arch or DEFAULT_ARCH[subject.options.to])
    return lowering.emit(lowering.lower(raising.raise_module(subject.module), target, schedule))


def _program(subject: Subject, trial: Trial) -> Judgement:
    from xpiler import lowering

    module = module_of(trial.proposal.text, subject.options.to, subject.module)
    return judged(subject, trial, lowering.emit(module))


def judged(subject: Subject, trial: Trial, text: str) -> Judgement:
    """The judgement on an output text."""
    with tempfile.TemporaryDirectory(prefix="xpiler-trial-") as folder:
        output = Path(folder) / f"output{OUTPUT_SUFFIX[subject.options.to]}"
        output.write_text(text)
        answer = judge(subject, output, seconds=trial.proof_seconds)
    return _judgement(trial.proposal, answer, text)


def _judgement(proposal: Proposal, answer: Answer, text: str) -> Judgement:
    scope = f"{answer.scope}; {answer.runs} runs around the programs' constants agree" if answer.runs else answer.scope
    return Judgement(proposal, answer.verdict, answer.reason, answer.counterexample, text, scope=scope)


def _pattern(subject: Subject, trial: Trial) -> Judgement:
    """The first filling of the holes that is accepted, else what became of the last."""
    from xpiler.propose.patterns.holes import fillings, floats

    found = Judgement(trial.proposal, Verdict.UNSUPPORTED, "a hole of the pattern has no choices")
    for text in fillings(trial.proposal.text, floats(subject.raised()), subject.module.context):
        found = _one_pattern(subject, trial, replace(trial.proposal, text=text))
        if found.accepted:
            break
    return found


def _one_pattern(subject: Subject, trial: Trial, proposal: Proposal) -> Judgement:
    """Proved once and for all first; then applied to this kernel, in front of the rules' schedule, and judged like any other text."""
    from xpiler.propose.patterns.apply_patterns import matches
    from xpiler.propose.patterns.library import Library
    from xpiler.propose.patterns.pattern import read
    from xpiler.propose.patterns.proof import prove
    from xpiler.propose.patterns.scheduling import with_patterns
    from xpiler.raising import raise_module

    pattern = read(proposal.text, subject.module.context)
    answer = prove(pattern)
    if answer.verdict is not Verdict.PROVED:
        return Judgement(proposal, answer.verdict, f"the pattern is not proved: {answer.reason}")
    if not matches(pattern, raise_module(subject.module)):
        return Judgement(proposal, Verdict.UNSUPPORTED, f"the pattern '{pattern.name}' is proved, but matches nothing in this kernel")
    with tempfile.TemporaryDirectory(prefix="xpiler-pattern-") as folder:
        Library(Path(folder)).save(pattern.name, pattern.target, pattern.text, answer, proposal.origin)
        default = RuleProposer().propose(Task(trial.path, trial.options), ())
        text = scheduled_text(subject, with_patterns(default.text, subject.options.to, folder))
    schedule = f"apply-patterns{{patterns={pattern.name}}},{default.text}"
    return replace(judged(subject, replace(trial, proposal=proposal), text), schedule=schedule)


_APPLY: dict[Kind, Callable[[Subject, Trial], Judgement]] = {
    Kind.SCHEDULE: _schedule,
    Kind.PROGRAM: _program,
    Kind.PATTERN: _pattern,
}


def described(path: str, options: TranslateOptions) -> str:
    """The kernel in shared form as text, values named as in the source; for a prompt. Words that only a person reads are not in it."""
    from xpiler import raising

    shared = raising.raise_module(Subject.of(path, options).module)
    _without_words(shared)
    return shared.operation.get_asm(use_name_loc_as_prefix=True)


def _without_words(module: ir.Module) -> None:
    """Takes out what a file could steer a model with: its own name, its comments, the messages of assertions."""
    for name in ("xpiler.source", "xpiler.comments"):
        if name in module.operation.attributes:
            del module.operation.attributes[name]
    for op in signature.inside(module.operation):
        if op.name == "cf.assert":
            op.attributes["msg"] = ir.StringAttr.get("", op.context)
