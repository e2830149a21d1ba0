"""A sum of products of two contiguous runs of integers, a register of each at a time.

    sum over k of A[a + k] * B[b + k]

The last registers are loaded under a mask: what is left out counts as zero in B, whatever it is in A.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import arith, scf, vector

from xpiler.analysis.contractions import factors_of
from xpiler.analysis.forms import IndexForms
from xpiler.lowering.vnni.schedule.dot_steps import correction_of, dot, flipped, named
from xpiler.transforms.index_code import materialize
from xpiler.transforms.rewriting import as_value, extent, index, is_unit_for, variable
from xpiler.transforms.vectors.lane_masks import first_lanes
from xpiler.transforms.vectors.lane_values import splat

LANES = {"i8": 64, "i16": 32}  # elements in a register
SUMS = 16


def contiguous_factors(loop: ir.Operation, forms: IndexForms) -> list[tuple[ir.Value, ir.Value]] | None:
    """The buffer and first subscript of both factors, where a loop is such a sum; made before it."""
    if not is_unit_for(loop) or len(loop.results) != 1 or str(loop.results[0].type) != "i32":
        return None
    loads = factors_of(loop)
    kinds = {str(load.results[0].type) for load in loads or ()}
    lanes = LANES.get(next(iter(kinds)), 0) if len(kinds) == 1 else 0
    total = extent(loop)
    if loads is None or not lanes or (isinstance(total, int) and total < lanes):
        return None
    k = forms.atom(variable(loop))
    parts = [forms.of(load.operands[1]).split(k) for load in loads]
    if any(part is None or part[0].as_int() != 1 for part in parts):
        return None
    with ir.InsertionPoint(loop), loop.location:
        return [(load.operands[0], materialize(part[1], forms.ranges.nonneg)) for load, part in zip(loads, parts, strict=True)]


def emit_dot(loop: ir.Operation, factors: list[tuple[ir.Value, ir.Value]]) -> ir.Value:
    """The sum, at the insertion point before the loop."""
    element = ir.MemRefType(factors[0][0].type).element_type
    lanes, total = LANES[str(element)], as_value(extent(loop))
    zeros = splat(ir.VectorType.get([SUMS], loop.results[0].type), 0)
    whole = named("whole", arith.muli(arith.divsi(total, index(lanes)), index(lanes)))
    state = _steps(factors, (index(0), whole), lanes, [zeros] * (2 if lanes == 64 else 1), None)
    rest = named("rest", first_lanes(arith.subi(total, whole), lanes))
    state = _steps(factors, (whole, total), lanes, state, rest)
    sums = arith.subi(state[0], correction_of(state[1])) if lanes == 64 else state[0]
    kind = ir.Attribute.parse("#vector.kind<add>")
    return arith.addi(loop.operands[3], vector.reduction(loop.results[0].type, kind, sums))


def _steps(
    factors: list[tuple[ir.Value, ir.Value]], span: tuple[ir.Value, ir.Value], lanes: int, state: list[ir.Value], mask: ir.Value | None
) -> list[ir.Value]:
    """The sums of products, and for bytes those of B, after a span of whole registers or the masked rest."""
    with ir.Location.name("k", ir.Location.current):
        loop = scf.ForOp(*span, index(lanes), state)
    with ir.InsertionPoint(loop.body):
        a, b = (_register(buffer, arith.addi(start, loop.induction_variable), lanes, mask) for buffer, start in factors)
        sums = list(loop.inner_iter_args)
        if lanes == 64:
            ones = splat(ir.VectorType(a.type), 1)
            scf.yield_([named("sums", dot(sums[0], flipped(a), b)), named("totals", dot(sums[1], ones, b))])
        else:
            scf.yield_([named("sums", dot(sums[0], a, b))])
    return list(loop.results)


def _register(buffer: ir.Value, position: ir.Value, lanes: int, mask: ir.Value | None) -> ir.Value:
    kind = ir.VectorType.get([lanes], ir.MemRefType(buffer.type).element_type)
    if mask is None:
        return vector.load(kind, buffer, [position])
    return vector.maskedload(kind, buffer, [position], mask, splat(kind, 0))
