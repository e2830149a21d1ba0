"""Footprints of loops that may not run: `(rows - 1) * cols + width` elements are none where there is no row.

What a loop reaches is told by its last iteration, and says nothing where it has none. A sum of sizes is not positive then; a sum of
products may be (of two lengths that are both zero, or less), so that the loops have to be asked.
"""

from __future__ import annotations

from functools import reduce

from mlir import ir
from mlir.dialects import arith

from xpiler.analysis.facts import facts_at
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.raising.structure import users
from xpiler.transforms.index_code import materialize
from xpiler.transforms.nests import extent_form
from xpiler.transforms.rewriting import index, is_unit_loop


def lengths_to_ask(forms: IndexForms, kernel: ir.Operation, parameter: ir.BlockArgument, extent: Poly) -> list[Poly]:
    """The lengths of the loops around the only access to a parameter, a store, that an extent of one and more does not tell to be
    positive."""
    found = users(parameter)
    if len(found) != 1 or found[0].name != "memref.store" or not _may_mislead(forms, extent):
        return []
    known = (*facts_at(forms, kernel.regions[0].blocks[0].operations[0].operation), extent - 1)
    lengths = dict.fromkeys(extent_form(forms, loop) for loop in _loops_around(found[0]))
    return [length for length in lengths if not forms.ranges.nonneg(length - 1, known)]


def where_all_run(elements: ir.Value, lengths: list[Poly]) -> ir.Value:
    """The elements where all loops of these lengths run, else none, at the insertion point."""
    if not lengths:
        return elements
    longer = [arith.cmpi(arith.CmpIPredicate.sgt, materialize(length), index(0)) for length in lengths]
    return arith.select(reduce(arith.andi, longer), elements, index(0))


def _may_mislead(forms: IndexForms, extent: Poly) -> bool:
    """Whether it is a sum of products from which something is taken away, or of quotients that may be negative."""
    if not any(len(monomial) > 1 for monomial in extent.terms):
        return False
    computed = [atom for atom in extent.own_atoms() if not (atom.kind == "value" and isinstance(atom.value, ir.BlockArgument))]
    return min(extent.terms.values(), default=0) < 0 or any(not forms.ranges.nonneg(Poly.atom(atom)) for atom in computed)


def _loops_around(op: ir.Operation) -> list[ir.Operation]:
    found, current = [], op.parent
    while current is not None and current.name != "builtin.module":
        found += [current.operation] if is_unit_loop(current.operation) else []
        current = current.operation.parent
    return found[::-1]
