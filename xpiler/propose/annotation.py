"""From the documentation of an unknown builtin to its entry for `semantics.mlir`: asked of a model, checked, and left to a person.

Nothing here writes to a dialect: the entry is text. What is checked is its form: a heading, a function over plain loops and arithmetic,
valid for an element type. Whether it says what the documentation says, a person decides.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.diagnostics import PassFailed, XpilerError
from xpiler.dialects.semantics import FILES, instantiate_text
from xpiler.platforms.names import DEFAULT_ARCH
from xpiler.propose.facts import facts
from xpiler.propose.llm.llm_proposer import Asks
from xpiler.propose.llm.records import Recorder
from xpiler.propose.llm.reply_text import proposal_of
from xpiler.propose.prompt import load
from xpiler.propose.proposal import Judgement
from xpiler.propose.sandbox import run_limited
from xpiler.verify.verdict import Verdict

PROMPT = "annotate/propose"
LONGEST_DOCUMENTATION = 12_000  # characters that are sent
TYPES = ("f32", "f16", "i32", "i8")
PLAIN = ("arith.", "math.", "scf.", "memref.load", "memref.store", "memref.alloca", "memref.dim", "cf.assert", "func.", "builtin.module")
SECONDS = 30.0


@dataclass(frozen=True)
class Annotation:
    """A proposed entry, and the element types that it is valid for."""

    entry: str
    types: tuple[str, ...]
    origin: str


def annotate(documentation: str, platform: str, asker: Asks, model: str, recorder: Recorder | None = None) -> Annotation:
    """The entry that a model proposes. Raises XpilerError where it gives none, or one that has not the form."""
    prompt, recorder = load(PROMPT), recorder or Recorder(None)
    words = (prompt.front.get("facts", ""), documentation)
    known = facts(platform, words, int(prompt.front.get("facts_tokens", "400")))
    told = documentation[:LONGEST_DOCUMENTATION].replace("```", "'''")  # it cannot end the block that it is in
    request = prompt.filled({"target": platform, "arch": DEFAULT_ARCH[platform], "facts": known, "documentation": told})
    reply = asker.ask(request)
    recorder.exchange(request, model, reply)
    if reply.failure:
        raise XpilerError(f"the language model gave no entry: {reply.failure}")
    proposal = proposal_of(reply.text, model, f"{prompt.name}@{prompt.version}")
    ended = run_limited(valid_types, proposal.text, platform, seconds=SECONDS)
    reason = ended.failure or ("" if ended.value else "it is valid for no element type")
    verdict = Verdict.UNSUPPORTED if reason else Verdict.NONE
    recorder.judgement(request.digest(model), Judgement(proposal, verdict, reason or "left to a person"))
    if reason:
        raise XpilerError(f"the entry that was proposed cannot be used: {reason}")
    return Annotation(proposal.text.strip() + "\n", ended.value, f"{model} ({proposal.version})")


def valid_types(entry: str, platform: str) -> tuple[str, ...]:
    """The element types for which an entry is a valid function over plain operations. Raises PassFailed where it has not the form."""
    from xpiler.dialects import context

    found = []
    for type_ in TYPES:
        text = _instance(entry, platform, type_)
        if text is None:
            raise PassFailed("it has no heading of a meaning", hint=f"expected '// meaning {FILES[platform]}.NAME' above its function")
        if _is_valid(text, context()):
            found.append(type_)
    return tuple(found)


def _instance(entry: str, platform: str, type_: str) -> str | None:
    try:
        dialect = FILES[platform] if FILES[platform] == "simt" else platform
        return instantiate_text(entry, dialect, (type_,) * 3)
    except KeyError as error:
        raise PassFailed(f"it has the placeholder {error}, which stands for nothing") from None


def _is_valid(text: str, context: ir.Context) -> bool:
    try:
        module = ir.Module.parse(text, context)
    except ir.MLIRError:
        return False
    names: list[str] = []
    module.operation.walk(lambda op: (names.append(op.name), ir.WalkResult.ADVANCE)[1])
    foreign = next((name for name in names if not name.startswith(PLAIN)), None)
    if foreign is not None:
        raise PassFailed(f"a meaning is loops and arithmetic, and this one holds '{foreign}'")
    return True
