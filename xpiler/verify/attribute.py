"""A verdict as an attribute of a module: what `xpiler-opt --xpile-to` says about what it made."""

from __future__ import annotations

from mlir import ir

from xpiler.platforms.target import target_of
from xpiler.verify.each_pass import proved
from xpiler.verify.verdict import Answer

NAME = "xpiler.verdict"


def state_verdict(source: ir.Module, module: ir.Module) -> Answer:
    """Proves `module` equal to `source` (upstream IR, shared form, or a platform's), and says so on it; nothing is run but to refute."""
    from xpiler.upstream import from_upstream

    stated = from_upstream(source) if target_of(source) is None else source
    texts = [m.operation.get_asm(enable_debug_info=True, assume_verified=True) for m in (stated, module)]
    answer = proved(*texts)
    module.operation.attributes[NAME] = as_attribute(answer, module.context)
    return answer


def as_attribute(answer: Answer, context: ir.Context) -> ir.Attribute:
    """The parts of an answer that say something, as a dictionary of text and lists of text."""
    with context:
        words = {"verdict": answer.verdict.value, "scope": answer.scope, "reason": answer.reason, "counterexample": answer.counterexample}
        lists = {"assumptions": answer.assumptions, "side_conditions": answer.side_conditions, "notes": answer.notes}
        found: dict[str, ir.Attribute] = {key: ir.StringAttr.get(text) for key, text in words.items() if text}
        found |= {key: ir.ArrayAttr.get([ir.StringAttr.get(text) for text in texts]) for key, texts in lists.items() if texts}
        return ir.DictAttr.get(found)
