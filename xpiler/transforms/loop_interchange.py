"""loop-interchange: a serial loop around a parallel one becomes the parallel one around the serial one.

`for k { forall t { acc[t] += ... } }` is `forall t { for k { acc[t] += ... } }` when no two values of `t` touch each other's
elements for any pair of `k`: the form in which an accumulator can live in a register.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import scf

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.dependence import carried_apart
from xpiler.analysis.effects import access_of, effects_of, is_pure, is_transparent, may_alias, walk
from xpiler.analysis.forms import IndexForms
from xpiler.passes import Pass
from xpiler.transforms.index_code import materialize
from xpiler.transforms.nests import extent_form, invariant
from xpiler.transforms.rewriting import (
    body,
    content,
    defined_inside,
    extent,
    functions,
    is_unit_for,
    is_unit_forall,
    move_content,
    new_for,
    new_forall,
    terminator,
    variable,
)


class LoopInterchangePass(Pass):
    """Parallel loops move out of serial ones."""

    name = "loop-interchange"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            while any(_interchange(loop) for loop in reversed(list(walk(function)))):
                pass


def _interchange(loop: ir.Operation) -> bool:
    inner = parallel_inside(loop) or _out_of_condition(loop)
    if inner is None or not parallel_may_move_out(loop, inner):
        return False
    forms = forms_of(loop)
    with ir.InsertionPoint(loop), inner.location:
        upper = materialize(extent_form(forms, inner), forms.ranges.nonneg)
    outer = new_forall(upper, inner.location, ir.InsertionPoint(loop))
    new = new_for(extent(loop), [], loop.location, ir.InsertionPoint(terminator(body(outer))))
    variable(loop).replace_all_uses_with(variable(new))
    variable(inner).replace_all_uses_with(variable(outer))
    between = [op for op in content(body(loop)) if op != inner]
    move_content(between, body(new))
    move_content(content(body(inner)), body(new))
    loop.erase()
    return True


def parallel_inside(loop: ir.Operation) -> ir.Operation | None:
    """The unit forall that is all a unit for does, apart from arithmetic."""
    inner = inner_loop_of(loop) if is_unit_for(loop) and not len(loop.results) else None
    return inner if inner is not None and is_unit_forall(inner) else None


def _out_of_condition(loop: ir.Operation) -> ir.Operation | None:
    """The unit forall under a condition that is all a unit for does: the condition moves into it, if it may then move out."""
    found = conditional_loop(loop) if is_unit_for(loop) and not len(loop.results) else None
    if found is None or not parallel_may_move_out(loop, found[1]):
        return None
    branch, inner = found
    outer = new_forall(extent(inner), inner.location, ir.InsertionPoint(branch))
    end = terminator(body(outer))
    with ir.InsertionPoint(end), branch.location:
        condition = scf.IfOp(branch.operands[0])
        with ir.InsertionPoint(condition.then_block):
            scf.yield_([])
    variable(inner).replace_all_uses_with(variable(outer))
    between = [op for op in content(branch.regions[0].blocks[0]) if op != inner]
    move_content([*between, *content(body(inner))], condition.then_block)
    branch.erase()
    return outer


def conditional_loop(loop: ir.Operation) -> tuple[ir.Operation, ir.Operation] | None:
    """The condition, and the unit forall under it, that are all a loop does, apart from arithmetic."""
    branch = _only_effect(loop, body(loop))
    if branch is None or branch.name != "scf.if" or len(branch.results) or any(content(block) for block in branch.regions[1].blocks):
        return None
    inner = _only_effect(loop, branch.regions[0].blocks[0])
    return (branch, inner) if inner is not None and is_unit_forall(inner) and invariant(extent(inner), branch) else None


def _only_effect(loop: ir.Operation, block: ir.Block) -> ir.Operation | None:
    """What a block does, where the rest is arithmetic and loads of what nothing in `loop` writes."""
    others = [op for op in content(block) if len(op.regions) or not is_pure(op) or not is_transparent(op)]
    doing = [op for op in others if not _is_constant_load(op, loop)]
    return doing[0] if len(doing) == 1 else None


def inner_loop_of(loop: ir.Operation) -> ir.Operation | None:
    """The loop that is all `loop` does, apart from arithmetic."""
    others = [op for op in content(body(loop)) if len(op.regions) or not is_transparent(op) or op.name == "memref.alloca"]
    loops = [op for op in others if op.name in ("scf.for", "scf.forall")]
    if len(loops) != 1 or any(not _is_constant_load(op, loop) for op in others if op != loops[0]):
        return None
    return loops[0]


def _is_constant_load(op: ir.Operation, loop: ir.Operation) -> bool:
    """Whether `op` loads from a buffer that nothing in `loop` writes."""
    access = access_of(op)
    if access is None or access.writes:
        return False
    effects = effects_of(loop)
    return effects.unknown is None and not any(may_alias(access.buffer, w) for w in effects.writes())


def parallel_may_move_out(loop: ir.Operation, inner: ir.Operation) -> bool:
    """Whether different iterations of `inner` are apart for any two iterations of `loop`."""
    forms = forms_of(loop)
    bound = extent_form(forms, inner)
    if any(a.kind == "value" and defined_inside(a.value, loop) for a in bound.atoms()):
        return False
    return _apart_in(forms, inner, inner, loop)


def may_exchange(outer: ir.Operation, inner: ir.Operation) -> bool:
    """Whether two nested loops without results may change places."""
    if outer.name == "scf.forall":
        return True  # iterations of a parallel loop may run in any order, interleaved as well
    forms = forms_of(outer)
    return _apart_in(forms, inner, inner, outer) or _apart_in(forms, outer, outer, outer)


def _apart_in(forms: IndexForms, code: ir.Operation, loop: ir.Operation, scope: ir.Operation) -> bool:
    """Whether the accesses in `code` by different iterations of `loop` are apart, for any iterations of `scope`."""
    effects = effects_of(code)
    if effects.unknown is not None:
        return False
    shared = [a for a in effects.accesses if not defined_inside(a.buffer, loop)]
    pairs = [(w, a) for w in shared if w.writes for a in shared if may_alias(w.buffer, a.buffer)]
    return all(w.buffer == a.buffer and carried_apart(forms, loop, w, a, scope=scope) for w, a in pairs)
