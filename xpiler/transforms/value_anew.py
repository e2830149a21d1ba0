"""value-anew: what an output holds for a while only, until a later loop overwrites it, is worked out again where it is read.

    forall j { T[j] = exp(x[j] - m) }         for j { s += exp(x[j] - m) }
    for j { s += T[j] }                       forall j { T[j] = exp(x[j] - m) / s }
    forall j { T[j] = T[j] / s }

The opposite of value-keep, for targets whose arithmetic is cheaper than a row that is written and read once more.
"""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import access_of, effects_of, is_pure, walk
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.analysis.reaching import producer_of
from xpiler.passes import Pass
from xpiler.transforms.array_forward import forward, movable
from xpiler.transforms.rewriting import body, erase_dead, extent, functions, is_unit_loop, note_noalias, operations, variable

MOST_OPERATIONS = 16  # that compute the value: more of them are no longer cheaper than memory


class ValueAnewPass(Pass):
    """Works values out again that are kept in outputs which are overwritten."""

    name = "value-anew"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for buffer in function.regions[0].blocks[0].arguments:
                if isinstance(buffer.type, ir.MemRefType):
                    _work_out(function, buffer)


def _work_out(function: ir.Operation, buffer: ir.Value) -> None:
    """Works out all values that are read of a buffer, if one store writes them and is of no other use."""
    users = [use.owner.operation for use in buffer.uses if use.owner.operation.name != "xpiler.extent"]
    loads = [op for op in walk(function) if op in users and op.name == "memref.load"]
    stores = [op for op in walk(function) if op in users and op.name == "memref.store"]
    if not loads or len(stores) != 2 or len(users) != len(loads) + len(stores) or any(map(_does_more, operations(body(function)))):
        return
    forms = forms_of(function)
    if not _is_overwritten(forms, *stores) or not all(_is_cheap(forms, load, stores[0]) for load in loads):
        return
    for load in loads:
        if not forward(forms_of(function), access_of(load)):
            return
        load.erase()
    note_noalias(stores[0])  # what other parameters read between the stores is not what the first one leaves
    loop = stores[0].parent.operation
    stores[0].erase()
    if not len(loop.results) and is_pure(loop):
        loop.erase()
    erase_dead(function)


def _does_more(op: ir.Operation) -> bool:
    """Whether an operation may touch memory in a way that is not told."""
    return effects_of(op).unknown is not None


def _is_overwritten(forms: IndexForms, early: ir.Operation, late: ir.Operation) -> bool:
    """Whether each element that a loop stores to is one that a later loop beside it stores to."""
    loops = [store.parent.operation for store in (early, late)]
    if loops[0] == loops[1] or loops[0].block != loops[1].block or not all(map(is_unit_loop, loops)):
        return False
    lengths = [Poly.constant(n) if isinstance(n, int) else forms.of(n) for n in map(extent, loops)]
    first, second = (list(store.operands)[2:] for store in (early, late))
    if lengths[0] != lengths[1] or len(first) != 1:
        return False
    later = {forms.atom(variable(loops[0])): forms.of(variable(loops[1]))}
    return forms.substitute(forms.of(first[0]), later) == forms.of(second[0])


def _is_cheap(forms: IndexForms, load: ir.Operation, store: ir.Operation) -> bool:
    """Whether a load sees what a store stored, and working that out reads no more than the load does."""
    found = producer_of(forms, access_of(load))
    value = movable(forms, access_of(load), found) if found is not None and found.store.op == store else None
    return value is not None and len(value) <= MOST_OPERATIONS and sum(op.name == "memref.load" for op in value) <= 1
