"""Recognising copies that exchange rows and columns.

forall i, forall j:  T[t0 + j*tj + i] = A[a0 + i*ai + j]
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.analysis.contractions import Operand, matrix_at
from xpiler.analysis.effects import defining
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.transforms.nests import extent_form
from xpiler.transforms.rewriting import body, content, defined_inside, is_unit_forall, variable


@dataclass(frozen=True)
class Turned:
    """A source of `rows x columns` and the target it is written to transposed."""

    rows: Poly
    columns: Poly
    source: Operand
    target: Operand


def transposing_copy(outer: ir.Operation, forms: IndexForms) -> Turned | None:
    """The transposition a nest of two parallel loops is, or None."""
    inner = [op for op in content(body(outer)) if not op.name.startswith("arith.")]
    if len(inner) != 1 or not is_unit_forall(inner[0]):
        return None
    accesses = [op for op in content(body(inner[0])) if not op.name.startswith("arith.")]
    if [op.name for op in accesses] != ["memref.load", "memref.store"] or defining(accesses[1].operands[0]) != accesses[0]:
        return None
    load, store = accesses
    if len(load.operands) != 2 or len(store.operands) != 3:
        return None
    loops = {forms.atom(variable(loop)): extent_form(forms, loop) for loop in (outer, inner[0])}
    if any(atom.kind == "value" and defined_inside(atom.value, outer) for extent in loops.values() for atom in extent.atoms()):
        return None  # rows of different lengths
    for i, j in (tuple(loops), tuple(loops)[::-1]):
        source = matrix_at(load.operands[0], load.operands[1], i, j, forms)
        target = matrix_at(store.operands[1], store.operands[2], j, i, forms)
        if source is None or target is None or not source.row_stride.terms:  # a row that is repeated is not turned
            continue
        if source.column_stride.as_int() == target.column_stride.as_int() == 1:
            return Turned(loops[i], loops[j], source, target)
    return None
