"""fold-apart: a loop that stores elements and folds them becomes one that stores and one that folds what is stored.

    for j { e = exp(s[j] - peak); s[j] = e; total += e }   becomes   for j { s[j] = exp(s[j] - peak) }  for j { total += s[j] }

The first is parallel and the second a plain reduction, which is what lanes, threads and builtins take; as one loop they are neither.
"""

from __future__ import annotations

from itertools import chain

from mlir import ir
from mlir.dialects import memref

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.dependence import iterations_independent
from xpiler.analysis.effects import access_of, defining, effects_of, is_pure, may_alias, walk
from xpiler.analysis.reductions import folds_of
from xpiler.passes import Pass
from xpiler.transforms.array_forward import expression_slice
from xpiler.transforms.rewriting import Mapping, body, clone, content, extent, functions, is_unit_for, new_for, terminator, variable


class FoldApartPass(Pass):
    """Loops that store elements and fold them become a parallel loop and a reduction."""

    name = "fold-apart"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for loop in reversed([o for o in walk(function) if is_unit_for(o) and len(o.results)]):  # inner ones first: a split erases some
                store = _store_of(loop)
                if store is not None and _may_split(loop, store):
                    _split(loop, store)


def _store_of(loop: ir.Operation) -> ir.Operation | None:
    """The store that is all a loop does to memory."""
    effects = [op for op in content(body(loop)) if not is_pure(op)]
    return effects[0] if len(effects) == 1 and effects[0].name == "memref.store" else None


def _may_split(loop: ir.Operation, store: ir.Operation) -> bool:
    """Whether elements are apart, and the accumulators need of them what is stored and little else."""
    value, buffer = store.operands[0], access_of(store).buffer
    needed = expression_slice(value, loop)
    slices = [expression_slice(v, loop) for v in list(store.operands)[2:]]
    if needed is None or None in slices or defining(value) not in needed:
        return False
    subscripts = list(chain.from_iterable(slices))
    folded = _needed_beside(loop, value)
    if value not in {v for op in [*folded, terminator(body(loop))] for v in op.operands}:
        return False
    carried = set(list(body(loop).arguments)[1:])
    if any(v in carried for op in [*needed, *subscripts] for inner in walk(op) for v in inner.operands):
        return False
    reads = [a for op in [*folded, *subscripts] for a in effects_of(op).accesses]
    if any(may_alias(a.buffer, buffer) for a in reads) or any(len(op.regions) for op in folded):
        return False
    return all(fold.operator for fold in folds_of(loop)) and iterations_independent(forms_of(loop), loop)


def _needed_beside(loop: ir.Operation, value: ir.Value) -> list[ir.Operation]:
    """The operations of the body that the accumulators' next values need, those that make `value` aside."""
    needed: dict[ir.Operation, None] = {}
    pending = list(terminator(body(loop)).operands)
    while pending:
        current = pending.pop()
        op = defining(current)
        if current == value or op is None or op.block != body(loop) or op in needed:
            continue
        needed[op] = None
        pending += list(op.operands)
    return list(needed)


def _split(loop: ir.Operation, store: ir.Operation) -> None:
    """The stores in a loop of their own before `loop`, which loads what they stored."""
    stores = new_for(extent(loop), [], loop.location, ir.InsertionPoint(loop))
    mapping: Mapping = {variable(loop): variable(stores)}
    wanted = {op for v in store.operands for op in expression_slice(v, loop)}
    end = ir.InsertionPoint(terminator(body(stores)))
    for op in content(body(loop)):
        if op in wanted or op == store:
            clone(op, mapping, end)
    value, buffer, *subscripts = store.operands
    first = ir.InsertionPoint.at_block_begin(body(loop))
    again: Mapping = {}
    wanted = {op for v in subscripts for op in expression_slice(v, loop)}
    for op in content(body(loop)):
        if op in wanted:
            clone(op, again, first)
    with first, store.location:
        loaded = memref.load(buffer, [again.get(v, v) for v in subscripts])
    value.replace_all_uses_with(loaded)
    store.erase()
    for op in reversed(content(body(loop))):
        if is_pure(op) and not any(len(list(result.uses)) for result in op.results):
            op.erase()
