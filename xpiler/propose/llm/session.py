"""`translate --llm`: the rules' translation, and a model's in its place where that is proved."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

from xpiler.diagnostics import Diagnostic, InvalidInput
from xpiler.options import TranslateOptions
from xpiler.propose.campaign import Campaign, CampaignLimits, task_of
from xpiler.propose.llm.asking import Asker
from xpiler.propose.llm.llm_proposer import PROMPTS, TASKS, LLMProposer, log_of
from xpiler.propose.llm.records import ReplayedAsker
from xpiler.propose.llm.settings import Limits, settings
from xpiler.propose.proposal import Judgement, Kind
from xpiler.repair.mending import mend
from xpiler.translation import Translation
from xpiler.verify.header import with_verdict
from xpiler.verify.verdict import Answer


@dataclass(frozen=True)
class LlmOptions:
    """What the command line says about the model. `replay` answers from a log instead of an endpoint."""

    base_url: str = ""
    model: str = ""
    log: str = ""
    replay: str = ""
    proposals: int = 16
    prompts: tuple[str, ...] = ()  # tasks; all of them where none is named
    limits: Limits = field(default_factory=Limits)
    input_price: float = 0.0  # USD of a million tokens
    output_price: float = 0.0


def improved(result: Translation, options: TranslateOptions, llm: LlmOptions) -> Translation:
    """`result`, or what the model made of the source where that is proved. `result` stays what it is in every other case.

    Raises InvalidInput where no endpoint is said; an endpoint that fails gives warnings only.
    """
    asker, proposer = proposer_of(llm)
    campaign = Campaign(task_of(result.source, options), CampaignLimits(llm.proposals), mend)
    try:
        found = campaign.run(proposer)
    except KeyboardInterrupt:
        if isinstance(asker, Asker):
            asker.cancel()
        raise
    result.diagnostics += [Diagnostic("warning", f"language model: {text}") for text in proposer.failures]
    result.diagnostics += [_note(j) for j in campaign.judgements]
    if found is None:
        return result
    _kept(found, Path(result.source).name, options.patterns or "")
    return _replaced(result, found)


def proposer_of(llm: LlmOptions) -> tuple[Asker | ReplayedAsker, LLMProposer]:
    """What answers, and the proposer that asks it. Raises InvalidInput where no endpoint is said, or a task that has no prompt."""
    unknown = [task for task in llm.prompts if task not in TASKS]
    if unknown:
        raise InvalidInput(f"there is no prompt for '{unknown[0]}'", hint=f"expected some of {', '.join(TASKS)}")
    prompts = tuple(f"{task}/propose" for task in llm.prompts) or PROMPTS
    if llm.replay:
        replayed = ReplayedAsker(Path(llm.replay), llm.model)
        return replayed, LLMProposer(replayed, replayed.model, prompts, ahead=llm.limits.concurrency)
    if llm.log and not Path(llm.log).parent.is_dir():
        raise InvalidInput(f"there is no folder for the log '{llm.log}'", hint="create it, or give another --llm-log")
    asker = asker_of(llm)
    return asker, LLMProposer(asker, asker.settings.model, prompts, log_of(llm.log), ahead=llm.limits.concurrency)


def asker_of(llm: LlmOptions) -> Asker:
    """The endpoint that the options and the environment say."""
    chosen = settings(llm.base_url, llm.model, llm.limits)
    chosen = replace(chosen, usd_per_million_input=llm.input_price, usd_per_million_output=llm.output_price)
    return Asker(chosen, _shown if sys.stderr.isatty() else lambda characters: None)


def _shown(characters: int) -> None:
    print(f"\rlanguage model: {characters} characters", end="", file=sys.stderr, flush=True)


def _note(judgement: Judgement) -> Diagnostic:
    what = f"{judgement.proposal.kind.value} by {judgement.proposal.version}: {judgement.verdict.value}"
    return Diagnostic("note", " - ".join(part for part in (what, judgement.repair, judgement.reason) if part))


def _kept(found: Judgement, kernel: str, folder: str) -> None:
    """A pattern that helped is saved for the next time."""
    from xpiler.propose.patterns.keeping import keep

    if found.proposal.kind is Kind.PATTERN:
        keep(found.proposal, kernel, folder)


def _replaced(result: Translation, found: Judgement) -> Translation:
    how = f"{found.proposal.kind.value} proposed by {found.proposal.origin} ({found.proposal.version})"
    result.answer = Answer(found.verdict, found.reason, found.scope)
    result.text = with_verdict(found.text, result.answer)
    result.schedule, result.schedule_reason = found.schedule, f"{how}, mended: {found.repair}" if found.repair else how
    return result
