"""`translate --llm`: the rules' translation, and a model's in its place where that is proved."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

from xpiler.diagnostics import Diagnostic, InvalidInput
from xpiler.options import TranslateOptions
from xpiler.propose.campaign import Campaign, CampaignLimits, task_of
from xpiler.propose.llm.asking import Asker
from xpiler.propose.llm.llm_proposer import LLMProposer, log_of
from xpiler.propose.llm.records import ReplayedAsker
from xpiler.propose.llm.settings import Limits, settings
from xpiler.propose.proposal import Judgement, Kind
from xpiler.repair.mending import mend
from xpiler.translation import Translation
from xpiler.verify.verdict import Answer


@dataclass(frozen=True)
class LlmOptions:
    """What the command line says about the model. `replay` answers from a log instead of an endpoint."""

    base_url: str = ""
    model: str = ""
    log: str = ""
    replay: str = ""
    proposals: int = 8
    limits: Limits = field(default_factory=Limits)
    input_price: float = 0.0  # USD of a million tokens
    output_price: float = 0.0


def improved(result: Translation, options: TranslateOptions, llm: LlmOptions) -> Translation:
    """`result`, or what the model made of the source where that is proved. `result` stays what it is in every other case.

    Raises InvalidInput where no endpoint is said; an endpoint that fails gives warnings only.
    """
    asker, proposer = _proposer(llm)
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
    _kept(found, Path(result.source).name)
    return _replaced(result, found)


def _proposer(llm: LlmOptions) -> tuple[Asker | ReplayedAsker, LLMProposer]:
    if llm.replay:
        replayed = ReplayedAsker(Path(llm.replay), llm.model)
        return replayed, LLMProposer(replayed, replayed.model)
    if llm.log and not Path(llm.log).parent.is_dir():
        raise InvalidInput(f"there is no folder for the log '{llm.log}'", hint="create it, or give another --llm-log")
    chosen = settings(llm.base_url, llm.model, llm.limits)
    chosen = replace(chosen, usd_per_million_input=llm.input_price, usd_per_million_output=llm.output_price)
    asker = Asker(chosen, _shown if sys.stderr.isatty() else lambda characters: None)
    return asker, LLMProposer(asker, chosen.model, recorder=log_of(llm.log))


def _shown(characters: int) -> None:
    print(f"\rlanguage model: {characters} characters", end="", file=sys.stderr, flush=True)


def _note(judgement: Judgement) -> Diagnostic:
    what = f"{judgement.proposal.kind.value} by {judgement.proposal.version}: {judgement.verdict.value}"
    return Diagnostic("note", " - ".join(part for part in (what, judgement.repair, judgement.reason) if part))


def _kept(found: Judgement, kernel: str) -> None:
    """A pattern that helped is saved for the next time."""
    from xpiler.propose.patterns.keeping import keep

    if found.proposal.kind is Kind.PATTERN:
        keep(found.proposal, kernel)


def _replaced(result: Translation, found: Judgement) -> Translation:
    result.text, result.schedule = found.text, found.schedule or f"program proposed by {found.proposal.origin}"
    result.answer = Answer(found.verdict, found.reason, found.scope)
    return result
