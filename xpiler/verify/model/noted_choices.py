"""Which side a choice without a branch took, noted where it is executed (`verify/choices.py` says which have to show what)."""

from __future__ import annotations

from mlir import ir

from xpiler.verify import choices
from xpiler.verify.model.function_text import FunctionText
from xpiler.verify.model.program import place_of
from xpiler.verify.terms.term import Term

# The expression that holds where the event happens, of the operands and the result; a condition on data may go either way.
HAPPENS = {
    choices.HOLDS: "{r} != 0",
    choices.FAILS: "{r} == 0 or type({r}) is {Term}",
    choices.REDUCED: "{r} != {0}",
    choices.LEFT: "{r} != 0",
    choices.NARROWED: "not 0 <= {0} < {end}",
}


CHOSEN = {choices.FIRST: "{0} != 0", choices.SECOND: "{0} == 0 or type({0}) is {Term}"}
EXTREME = {choices.FIRST: "{r} == {0} and {r} != {1}", choices.SECOND: "{r} == {1} and {r} != {0}"}


def note_choice(text: FunctionText, op: ir.Operation) -> None:
    """The lines behind an operation that note what it chose."""
    place = place_of(op)
    sides = CHOSEN if op.name == "arith.select" else EXTREME
    for event in choices.choice_events(op) if place else ():
        happens = {**HAPPENS, **sides}.get(event)
        if happens is not None:
            names = {"r": text.read(op.results[0]), "Term": text.constant(Term), "end": 1 << choices.narrowed_width(op)}
            text.line(f"if {happens.format(*text.reads(op.operands), **names)}: T.machine.covered.add({text.constant((place, event))})")
