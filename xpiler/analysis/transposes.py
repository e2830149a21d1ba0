"""Recognising copies that exchange rows and columns.

forall i, forall j:  T[t0 + j*tj + i] = A[a0 + i*ai + j]

Around and between the two there may be further parallel loops (images of a batch, an axis that keeps its place).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from mlir import ir

from xpiler.analysis.contractions import Operand, matrix_at
from xpiler.analysis.effects import defining
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.transforms.nests import extent_form, nest_from
from xpiler.transforms.rewriting import body, content, defined_inside, is_unit_forall, variable


@dataclass(frozen=True)
class Turned:
    """A source of `rows x columns` and the target it is written to transposed."""

    rows: Poly
    columns: Poly
    source: Operand
    target: Operand


@dataclass(frozen=True)
class TurnedAxes:
    """A transposition for every iteration of the other loops of a nest; `row` and `column` are the loops of the two axes."""

    turned: Turned
    row: ir.Operation
    column: ir.Operation
    others: tuple[ir.Operation, ...]


def transposing_copy(outer: ir.Operation, forms: IndexForms) -> Turned | None:
    """The transposition a nest of two parallel loops is, or None."""
    found = turned_axes(outer, forms)
    return None if found is None or found.others else found.turned


def turned_axes(outer: ir.Operation, forms: IndexForms) -> TurnedAxes | None:
    """The transpositions a nest of parallel loops is, or None."""
    if not is_unit_forall(outer):
        return None
    nest = nest_from(outer)
    accesses = [op for op in content(body(nest.inner)) if not op.name.startswith("arith.")]
    if [op.name for op in accesses] != ["memref.load", "memref.store"] or defining(accesses[1].operands[0]) != accesses[0]:
        return None
    load, store = accesses
    if len(load.operands) != 2 or len(store.operands) != 3:
        return None
    extents = {loop: extent_form(forms, loop) for loop in nest.loops}
    if any(atom.kind == "value" and defined_inside(atom.value, outer) for extent in extents.values() for atom in extent.atoms()):
        return None  # rows of different lengths
    for row, column in itertools.permutations(nest.loops, 2):
        i, j = (forms.atom(variable(loop)) for loop in (row, column))
        source = matrix_at(load.operands[0], load.operands[1], i, j, forms)
        target = matrix_at(store.operands[1], store.operands[2], j, i, forms)
        if source is None or target is None or not source.row_stride.terms:  # a row that is repeated is not turned
            continue
        if source.column_stride.as_int() == target.column_stride.as_int() == 1:
            others = tuple(loop for loop in nest.loops if loop not in (row, column))
            return TurnedAxes(Turned(extents[row], extents[column], source, target), row, column, others)
    return None
