"""loop-reorder: the loops of a perfect nest in another order.

Parallel loops change places freely; a serial loop may cross a parallel one, or another serial one, where no two iterations
of one of them touch the same element, or where both only carry a reduction.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.analysis.forms import IndexForms
from xpiler.analysis.reductions import is_reduction
from xpiler.passes import Pass, refuse
from xpiler.transforms.handles import find_kernel, find_loop
from xpiler.transforms.index_code import materialize
from xpiler.transforms.loop_interchange import inner_loop_of, may_exchange
from xpiler.transforms.nests import extent_form
from xpiler.transforms.rewriting import (
    body,
    content,
    defined_inside,
    extent,
    is_unit_loop,
    new_for,
    new_forall,
    operations,
    take_place,
    terminator,
    variable,
)


@dataclass(frozen=True)
class LoopReorderPass(Pass):
    """Brings the loops of one nest into the order of `loops`, outermost first."""

    name = "loop-reorder"
    loops: tuple[str, ...]
    kernel: str = ""

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        function = find_kernel(op, self.kernel)
        order = [find_loop(function, handle) for handle in self.loops]
        wanted = {loop: rank for rank, loop in enumerate(order)}
        chain = _chain(order)
        changed = True
        while changed:  # bubble sort: neighbours that stand the wrong way round change places
            changed = False
            for k in range(len(chain) - 1):
                outer, inner = chain[k], chain[k + 1]
                if wanted[outer] > wanted[inner]:
                    ranks = wanted.pop(inner), wanted.pop(outer)
                    chain[k : k + 2] = exchange(outer, inner)
                    wanted |= zip(chain[k : k + 2], ranks, strict=True)
                    changed = True


def _chain(loops: list[ir.Operation]) -> list[ir.Operation]:
    """The loops from the outside in, if each is all the one around it does."""
    outermost = next((o for o in loops if not any(o != other and defined_inside(variable(o), other) for other in loops)), loops[0])
    chain = [outermost]
    while len(chain) < len(loops):
        inner = inner_loop_of(chain[-1])
        if inner is None or inner not in loops:
            refuse(chain[-1], "loop-reorder needs loops directly inside each other, with nothing beside them")
        chain.append(inner)
    return chain


def exchange(outer: ir.Operation, inner: ir.Operation) -> tuple[ir.Operation, ir.Operation]:
    """Lets two loops of a nest change places; returns them in their new order."""
    if not (is_unit_loop(outer) and is_unit_loop(inner)):
        refuse(outer, "loop-reorder takes loops from 0 by 1 that are not bound yet")
    forms = IndexForms()
    bound = extent_form(forms, inner)
    if any(a.kind == "value" and defined_inside(a.value, outer) for a in bound.atoms()):
        refuse(inner, "the bound of an inner loop depends on a loop it should be moved around")
    reduction = len(outer.results) > 0 and is_reduction(outer)
    if not reduction and (len(outer.results) or len(inner.results) or not may_exchange(outer, inner)):
        refuse(outer, "loop-reorder would change the order of accesses that depend on each other")
    with ir.InsertionPoint(outer), inner.location:
        upper = materialize(bound, forms.ranges.nonneg)
    return _rebuild(outer, inner, upper)


def _rebuild(outer: ir.Operation, inner: ir.Operation, upper: ir.Value) -> tuple[ir.Operation, ir.Operation]:
    inits = list(outer.operands)[3:] if outer.name == "scf.for" else []
    first = _like(inner, upper, inits, ir.InsertionPoint(outer))
    end = ir.InsertionPoint(body(first)) if inits else ir.InsertionPoint(terminator(body(first)))
    second = _like(outer, outer.operands[1] if outer.name == "scf.for" else extent(outer), list(body(first).arguments)[1:], end)
    variable(outer).replace_all_uses_with(variable(second))
    variable(inner).replace_all_uses_with(variable(first))
    between = [op for op in content(body(outer)) if op != inner]
    for old, new in list(zip(body(inner).arguments, body(second).arguments, strict=False))[1:]:
        take_place(new, old)
    for op in [*between, *(operations(body(inner)) if inits else content(body(inner)))]:
        body(second).append(op) if inits else op.move_before(terminator(body(second)))
    if inits:
        with ir.InsertionPoint(body(first)), outer.location:
            ir.Operation.create("scf.yield", operands=list(second.results))
        for old, new in zip(outer.results, first.results, strict=True):
            old.replace_all_uses_with(new)
    outer.erase()
    return first, second


def _like(loop: ir.Operation, upper: ir.Value | int, inits: list[ir.Value], ip: ir.InsertionPoint) -> ir.Operation:
    return new_forall(upper, loop.location, ip) if loop.name == "scf.forall" else new_for(upper, inits, loop.location, ip)
