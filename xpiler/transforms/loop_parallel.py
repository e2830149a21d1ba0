"""loop-parallel: a serial loop whose iterations touch nothing of each other's becomes a parallel one.

A scratch array that each iteration fills before it reads it is first moved into the loop.
"""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.dependence import iterations_independent
from xpiler.analysis.effects import access_of, effects_of, is_private, walk
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.reaching import producer_of
from xpiler.passes import Pass
from xpiler.transforms.nests import extent_form
from xpiler.transforms.rewriting import (
    ancestor_in,
    body,
    content,
    extent,
    functions,
    inside,
    is_unit_for,
    is_unit_loop,
    move_content,
    new_forall,
    note_noalias,
    operations,
    variable,
)

EFFORT = 2000  # one loop that stays serial keeps all around it from being joined: it is worth a search


class LoopParallelPass(Pass):
    """Serial loops without a carried dependence become parallel."""

    name = "loop-parallel"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            privatize(function)
            for loop in reversed([o for o in walk(function) if is_unit_for(o) and not len(o.results)]):
                forms = IndexForms()  # its searches are longer than those of the forms that passes share
                forms.ranges.effort = EFFORT
                if iterations_independent(forms, loop):
                    if len(effects_of(loop).reads() | effects_of(loop).writes()) > 1:
                        note_noalias(loop)
                    make_parallel(loop)


def make_parallel(loop: ir.Operation) -> ir.Operation:
    """Turns a unit loop without results into an scf.forall."""
    new = new_forall(extent(loop), loop.location, ir.InsertionPoint(loop))
    variable(loop).replace_all_uses_with(variable(new))
    move_content(content(body(loop)), body(new))
    loop.erase()
    return new


def privatize(function: ir.Operation) -> None:
    """Moves private arrays into the innermost block that holds all their uses, if each iteration writes before it reads."""
    forms = forms_of(function)
    for op in [o for o in walk(function) if o.name == "memref.alloca" and not len(o.operands)]:
        users = [use.owner.operation for use in op.results[0].uses]
        if not users or not is_private(op.results[0]):
            continue
        block = _common_block(op.block, users)
        if block != op.block and (_is_overwritten_first(forms, op, block, users) or all(_written_before(forms, block, u) for u in users)):
            op.move_before(operations(block)[0])


def _common_block(block: ir.Block, users: list[ir.Operation]) -> ir.Block:
    """The innermost block that holds all `users`, going down from `block`."""
    while True:
        holders = {ancestor_in(block, user) for user in users}
        (holder, *others) = holders
        if others or holder in users or holder.name not in ("scf.for", "scf.forall"):
            return block
        block = body(holder)


def _is_overwritten_first(forms: IndexForms, alloca: ir.Operation, block: ir.Block, users: list[ir.Operation]) -> bool:
    """Whether the first thing that `block` does with an array is to write all of it, element by element."""
    shape = list(ir.MemRefType(alloca.results[0].type).shape)
    holders = {ancestor_in(block, user) for user in users}
    first = next(op for op in operations(block) if op in holders)
    within = [user for user in users if inside(user, first)]
    if len(shape) != 1 or not is_unit_loop(first) or len(first.results) or any(user.name == "memref.load" for user in within):
        return False
    own = forms.of(variable(first))
    stored = any(user.block == body(first) and forms.of(user.operands[2]) == own for user in within)
    return stored and forms.ranges.nonneg(extent_form(forms, first) - shape[0])


def _written_before(forms: IndexForms, block: ir.Block, user: ir.Operation) -> bool:
    access = access_of(user)
    if access is None or access.writes:
        return access is not None
    producer = producer_of(forms, access)
    return producer is not None and ancestor_in(block, producer.root) is not None
