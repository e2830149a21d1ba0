"""loop-distribute: a parallel loop that does several things, each under a condition of its own, becomes several loops.

`forall t { if (t == 0) total[b] = s; if (t < n) y[t] = ... }`: apart, each condition can become the bound of its loop. A loop inside
that strides over a range from the variable on is under such a condition too (vectors first, then what is left): apart, each can become
the whole range.
Values both need are computed twice; where that would repeat a loop, the loop stays whole.
"""

from __future__ import annotations

from collections import Counter

from mlir import ir

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import defining, effects_of, is_pure, may_alias, walk
from xpiler.analysis.facts import condition_facts
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Atom, Poly
from xpiler.passes import Pass
from xpiler.transforms.nests import extent_form
from xpiler.transforms.rewriting import (
    Mapping,
    body,
    clone,
    content,
    defined_inside,
    extent,
    functions,
    is_unit_forall,
    new_for,
    new_forall,
    terminator,
    variable,
)


class LoopDistributePass(Pass):
    """Parallel loops under several conditions become one loop for each."""

    name = "loop-distribute"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for loop in reversed([o for o in walk(function) if is_unit_forall(o)]):  # inner ones first: their copies go with them
                effects = [o for o in content(body(loop)) if not is_pure(o)]
                if len(effects) > 1 and _conditions_differ(loop, effects) and may_distribute(loop, effects):
                    distribute(loop, effects)


def _conditions_differ(loop: ir.Operation, effects: list[ir.Operation]) -> bool:
    """Whether some of the effects depend on conditions on the loop's variable that others do not share."""
    forms = forms_of(loop)
    atom = forms.atom(variable(loop))
    guards = [_condition(forms, op, atom) for op in effects]
    return any(fact.mentions(atom) for guard in guards for fact in guard) and len(set(guards)) > 1


def _condition(forms: IndexForms, op: ir.Operation, atom: Atom) -> frozenset[Poly]:
    """What holds where an effect is: the condition of a branch, how many strides of a nest of parallel loops there are."""
    if op.name == "scf.if" and not len(op.results):
        return frozenset(condition_facts(forms, op.operands[0]))
    lengths = [extent_form(forms, inner) for inner in walk(op) if is_unit_forall(inner)] if is_unit_forall(op) else []
    return frozenset(length for length in lengths if _counts_strides(length, atom))


def _counts_strides(length: Poly, atom: Atom) -> bool:
    return any(inner.kind == "floordiv" and inner.args[0].mentions(atom) for inner in length.atoms())


def may_distribute(loop: ir.Operation, effects: list[ir.Operation]) -> bool:
    """Whether the effects of one iteration may be run by loops of their own, each computing what it needs."""
    if any(op.name == "memref.alloca" for op in walk(loop)) or any(effects_of(op).unknown is not None for op in effects):
        return False
    computed = [shared_computation(loop, op) for op in effects]
    if any(needed is None for needed in computed):
        return False
    counts = Counter(op for needed in computed for op in needed)
    if any(times > 1 and _repeats(op) for op, times in counts.items()):
        return False
    return not any(_overwritten(loop, op, effects[:k]) for k, needed in enumerate(computed) for op in needed)


def _repeats(op: ir.Operation) -> bool:
    return any(inner.name in ("scf.for", "scf.forall", "scf.while") for inner in walk(op))


def _overwritten(loop: ir.Operation, op: ir.Operation, earlier: list[ir.Operation]) -> bool:
    """Whether `op`, done behind the loops of earlier effects, may read something else. What an iteration of a parallel loop stored
    before it reads, no other one stores."""
    later = [effect for effect in earlier if loop.name != "scf.forall" or op.is_before_in_block(effect)]
    written = {b for effect in later for b in effects_of(effect).writes()}
    return any(may_alias(read, w) for read in effects_of(op).reads() for w in written)


def shared_computation(loop: ir.Operation, op: ir.Operation) -> list[ir.Operation] | None:
    """The pure operations of the loop's body that `op` needs, in order; None where it needs a result of an effect."""
    needed: set[ir.Operation] = set()
    pending = [op]
    while pending:
        for inner in walk(pending.pop()):
            for operand in inner.operands:
                source = defining(operand)
                if source is None or source in needed or source.block != body(loop) or not defined_inside(operand, loop):
                    continue
                if not is_pure(source):
                    return None
                needed.add(source)
                pending.append(source)
    return [o for o in content(body(loop)) if o in needed]


def distribute(loop: ir.Operation, effects: list[ir.Operation]) -> None:
    """Makes one loop of the same kind for each effect."""
    for op in effects:
        at = ir.InsertionPoint(loop)
        new = new_forall(extent(loop), loop.location, at) if loop.name == "scf.forall" else new_for(extent(loop), [], loop.location, at)
        ip = ir.InsertionPoint(terminator(body(new)))
        mapping: Mapping = {variable(loop): variable(new)}
        for needed in [*shared_computation(loop, op), op]:
            clone(needed, mapping, ip)
    loop.erase()
