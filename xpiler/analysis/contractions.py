"""Recognising matrix products: two parallel loops around a sum of products, whatever the order of the loops.

    forall i, forall j:  C[c0 + i*si + j*sj] = start + sum over k of  A[a0 + i*ai + k*ak] * B[b0 + k*bk + j*bj]

The operands may be widened (half to float, int8 to int32) before they are multiplied.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.analysis.effects import defining
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Atom, Poly
from xpiler.transforms.rewriting import body, content, defined_inside, extent, is_unit_for, is_unit_forall, terminator, variable

WIDENINGS = ("arith.extf", "arith.extsi")


@dataclass(frozen=True)
class Operand:
    """A matrix in memory: the buffer, the subscript of its first element, its strides over rows and columns."""

    buffer: ir.Value
    start: Poly
    row_stride: Poly
    column_stride: Poly

    @property
    def element(self) -> ir.Type:
        """The stored element type."""
        return ir.MemRefType(self.buffer.type).element_type


@dataclass(frozen=True)
class MatrixProduct:
    """`rows x depth` times `depth x columns` into `result`; `outer` is the loop that is all of it."""

    outer: ir.Operation
    rows: Poly
    columns: Poly
    depth: Poly
    left: Operand
    right: Operand
    result: Operand
    accumulator: ir.Type


def matrix_product(outer: ir.Operation, forms: IndexForms) -> MatrixProduct | None:
    """The product a nest of unit loops is, or None."""
    inner = _only_forall(outer)
    if inner is None:
        return None
    reduction, store = _sum_and_store(inner)
    if reduction is None or store is None:
        return None
    factors = factors_of(reduction)
    if factors is None:
        return None
    loops = [forms.atom(variable(loop)) for loop in (outer, inner)]
    k = forms.atom(variable(reduction))
    return _oriented(outer, inner, reduction, store, factors, loops, k, forms)


def _only_forall(outer: ir.Operation) -> ir.Operation | None:
    if not is_unit_forall(outer):
        return None
    inner = [op for op in content(body(outer)) if len(op.regions)]
    others = [op for op in content(body(outer)) if not len(op.regions) and not op.name.startswith("arith.")]
    return inner[0] if len(inner) == 1 and is_unit_forall(inner[0]) and not others else None


def _sum_and_store(inner: ir.Operation) -> tuple[ir.Operation | None, ir.Operation | None]:
    """The one reduction of the inner loop and the one store of its result."""
    ops = [op for op in content(body(inner)) if not op.name.startswith("arith.")]
    if len(ops) != 2 or not is_unit_for(ops[0]) or ops[1].name != "memref.store":
        return None, None
    reduction, store = ops
    stored = store.operands[0]
    if len(reduction.results) != 1 or stored != reduction.results[0] or not _is_zero(reduction.operands[3]):
        return None, None
    return reduction, store


def _is_zero(value: ir.Value) -> bool:
    op = defining(value)
    return op is not None and op.name == "arith.constant" and op.attributes["value"].value == 0


def factors_of(reduction: ir.Operation) -> tuple[ir.Operation, ir.Operation] | None:
    """The two loads whose product the loop adds up."""
    accumulator = body(reduction).arguments[1]
    total = defining(terminator(body(reduction)).operands[0])
    if total is None:
        return None
    if total.name == "math.fma" and total.operands[2] == accumulator:
        sides = list(total.operands)[:2]
    elif total.name in ("arith.addf", "arith.addi") and accumulator in list(total.operands):
        product = defining(next((v for v in total.operands if v != accumulator), accumulator))
        if product is None or product.name not in ("arith.mulf", "arith.muli"):
            return None
        sides = list(product.operands)
    else:
        return None
    loads = [_load_behind(v) for v in sides]
    return (loads[0], loads[1]) if loads[0] is not None and loads[1] is not None else None


def _load_behind(value: ir.Value) -> ir.Operation | None:
    op = defining(value)
    if op is not None and op.name in WIDENINGS:
        op = defining(op.operands[0])
    return op if op is not None and op.name == "memref.load" and len(op.operands) == 2 else None


def _oriented(  # the parts of one match, named
    outer: ir.Operation,
    inner: ir.Operation,
    reduction: ir.Operation,
    store: ir.Operation,
    factors: tuple[ir.Operation, ir.Operation],
    loops: list[Atom],
    k: Atom,
    forms: IndexForms,
) -> MatrixProduct | None:
    """Which loop runs over rows and which factor is the left one: the one that does not depend on columns."""
    sizes = {loops[0]: _size(outer, forms), loops[1]: _size(inner, forms)}
    for i, j in (loops, loops[::-1]):
        for left, right in (factors, factors[::-1]):
            a = _operand(left.operands[0], left.operands[1], i, k, j, forms)
            b = _operand(right.operands[0], right.operands[1], k, j, i, forms)
            c = _operand(store.operands[1], store.operands[2], i, j, k, forms)
            unit = b is not None and c is not None and b.column_stride.as_int() == 1 and c.column_stride.as_int() == 1
            if a is not None and b is not None and c is not None and unit and a.column_stride.as_int() == 1:
                product = MatrixProduct(outer, sizes[i], sizes[j], _size(reduction, forms), a, b, c, reduction.results[0].type)
                return product if _told_outside(product) else None
    return None


def _told_outside(product: MatrixProduct) -> bool:
    """Whether sizes and places are made of values that are there before the nest: what takes its place computes them anew."""
    matrices = (product.left, product.right, product.result)
    parts = [product.rows, product.columns, product.depth, *(part for m in matrices for part in (m.start, m.row_stride, m.column_stride))]
    leaves = {atom.value for part in parts for atom in part.atoms() if atom.kind == "value"}
    return not any(defined_inside(value, product.outer) for value in leaves)


def _size(loop: ir.Operation, forms: IndexForms) -> Poly:
    total = extent(loop)
    return Poly.constant(total) if isinstance(total, int) else forms.of(total)


def _operand(buffer: ir.Value, subscript: ir.Value, row: Atom, column: Atom, absent: Atom, forms: IndexForms) -> Operand | None:
    matrix = matrix_at(buffer, subscript, row, column, forms)
    if matrix is None or any(part.mentions(absent) for part in (matrix.start, matrix.row_stride, matrix.column_stride)):
        return None
    return matrix


def matrix_at(buffer: ir.Value, subscript: ir.Value, row: Atom, column: Atom, forms: IndexForms) -> Operand | None:
    """A subscript that is linear in two loop variables, as a matrix; None where it is not."""
    by_row = forms.of(subscript).split(row)
    if by_row is None:
        return None
    by_column = by_row[1].split(column)
    if by_column is None or by_row[0].mentions(column):
        return None
    return Operand(buffer, by_column[1], by_row[0], by_column[0])
