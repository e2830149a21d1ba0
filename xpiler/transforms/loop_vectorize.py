"""loop-vectorize: a unit loop becomes a loop over whole vectors, and one masked step for what remains.

    scf.forall (%i) in (%n) { T[i] = A[i] + B[i] }
      becomes
    scf.forall (%i) = 0 to n - n mod 16 step 16 { vector.load, vector.load, arith.addf, vector.store }
    scf.if n mod 16 != 0 { the same under a mask of the first n mod 16 lanes }

A parallel loop is widened with all it holds; a serial one must be a reduction, whose accumulators become vectors
that are folded to scalars behind it. Method: strip-mining and widening of the innermost unit-stride dimension.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith, scf, vector

from xpiler.analysis.effects import walk
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.analysis.reductions import is_identity
from xpiler.passes import Pass
from xpiler.transforms.rewriting import (
    applied,
    as_value,
    body,
    extent,
    functions,
    index,
    is_unit_for,
    is_unit_forall,
    name_accumulators,
    unnamed,
    variable,
)
from xpiler.transforms.shared_folds import SharedFold, shared_fold
from xpiler.transforms.vectors.identities import IDENTITY, VECTOR_KIND
from xpiler.transforms.vectors.lane_masks import first_lanes
from xpiler.transforms.vectors.lane_values import CannotWiden
from xpiler.transforms.vectors.widening import Widener

REGISTER_BITS = 512


@dataclass(frozen=True)
class LoopVectorizePass(Pass):
    """Widens, in each nest, the parallel loop (or else the reduction) whose accesses are contiguous."""

    name = "loop-vectorize"
    register_bits: int = REGISTER_BITS

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            while self._one(function):
                pass

    def _one(self, function: ir.Operation) -> bool:
        for loop in _candidates(function):
            if vectorize(loop, self.register_bits):
                return True
        return False


def _candidates(function: ir.Operation) -> list[ir.Operation]:
    """Loops not yet widened: parallel ones first, inner before outer; then reductions that hold no loop."""
    loops = [op for op in reversed(walk(function)) if op.name in ("scf.for", "scf.forall") and not _has_vectors(op)]
    parallel = [op for op in loops if is_unit_forall(op)]
    serial = [op for op in loops if is_unit_for(op) and len(op.results) and not _holds_loop(op)]
    return parallel + serial


def _has_vectors(op: ir.Operation) -> bool:
    return any(isinstance(r.type, ir.VectorType) for inner in walk(op) for r in inner.results) or any(
        inner.name.startswith("vector.") for inner in walk(op)
    )


def _holds_loop(op: ir.Operation) -> bool:
    return any(inner.name in ("scf.for", "scf.forall", "scf.while") for inner in walk(op) if inner != op)


def vectorize(loop: ir.Operation, register_bits: int = REGISTER_BITS) -> bool:
    """Widens one unit loop in place; False, and nothing changed, where it has no vector form."""
    lanes = register_bits // _widest_bits(loop)
    total = extent(loop)
    if isinstance(total, int) and total < lanes:
        return False
    if loop.name == "scf.for" and _is_short(total, lanes):
        return False
    widen = _parallel if loop.name == "scf.forall" else _reduction
    module_point = ir.InsertionPoint(loop)
    marker = _Made(loop)
    try:
        with module_point, loop.location:
            widen(loop, lanes, as_value(total))
    except CannotWiden:
        marker.undo()
        return False
    loop.erase()
    return True


def _is_short(total: ir.Value | int, lanes: int) -> bool:
    """Whether a reduction has fewer terms than a vector: the taps of a window, cut at an edge."""
    forms = IndexForms()
    return not isinstance(total, int) and forms.ranges.nonneg(Poly.constant(lanes - 1) - forms.of(total))


class _Made:
    """What was inserted before a loop since this was made, so that a refusal leaves no trace."""

    def __init__(self, loop: ir.Operation):
        self._loop = loop
        self._count = len(self._before())

    def _before(self) -> list[ir.Operation]:
        ops = [op.operation for op in self._loop.block.operations]
        return ops[: ops.index(self._loop)]

    def undo(self) -> None:
        for op in reversed(self._before()[self._count :]):
            op.erase()


def _widest_bits(loop: ir.Operation) -> int:
    """Bits of the widest number that is computed lane by lane."""
    widths = {"f16": 16, "bf16": 16, "f32": 32, "f64": 64, "i8": 8, "i16": 16, "i32": 32, "i64": 64}
    found = [widths.get(str(r.type), 0) for op in walk(loop) for r in op.results if op.name not in ("arith.index_cast", "arith.constant")]
    return max([32, *found])


def _parallel(loop: ir.Operation, lanes: int, total: ir.Value) -> None:
    whole = _whole(total, lanes)
    main = scf.ForallOp([0], [whole], [lanes])
    with ir.InsertionPoint(main.body):
        _widened_body(loop, main.induction_variables[0], lanes, None)
        scf.InParallelOp()
    _tail(total, whole, lanes, lambda count: _widened_body(loop, whole, lanes, count))


def _widened_body(loop: ir.Operation, first: ir.Value, lanes: int, count: ir.Value | None) -> None:
    mask = None if count is None else first_lanes(count, lanes)
    Widener(loop, variable(loop), first, lanes, mask, count).block(body(loop))


def _whole(total: ir.Value, lanes: int) -> ir.Value:
    """The multiple of `lanes` next to `total` towards zero: a negative total has neither whole vectors nor a rest."""
    with unnamed(ir.Location.current):
        rest = arith.remsi(total, index(lanes))
    with _called("whole"):
        return arith.subi(total, rest)


def _is_rest(whole: ir.Value, total: ir.Value) -> ir.Value:
    """Whether something remains behind the whole vectors."""
    with _called("has_rest"):
        return arith.cmpi(arith.CmpIPredicate.slt, whole, total)


def _called(name: str) -> ir.Location:
    """The place of now under a name of its own: that of the loop is its variable's."""
    return ir.Location.name(name, unnamed(ir.Location.current))


def _tail(total: ir.Value, whole: ir.Value, lanes: int, widen: Callable[[ir.Value], object]) -> None:
    """One masked step where something remains."""
    branch = scf.IfOp(_is_rest(whole, total))
    with ir.InsertionPoint(branch.then_block):
        widen(arith.subi(total, whole))
        scf.yield_([])


def _reduction(loop: ir.Operation, lanes: int, total: ir.Value) -> None:
    fold = shared_fold(loop)
    if fold is None or any(operator not in IDENTITY for operator in fold.operators):
        raise CannotWiden("a carried value that is no reduction")
    starts = list(loop.operands)[3:]
    whole = _whole(total, lanes)
    kinds = [ir.VectorType.get([lanes], v.type) for v in starts]
    main = scf.ForOp(index(0), whole, index(lanes), _lane_starts(loop, fold, kinds))
    if fold.pair is not None:
        name_accumulators(main.operation, [argument.location for argument in list(body(loop).arguments)[1:]])
    with ir.InsertionPoint(main.body):
        scf.yield_(_folded(loop, main.body.arguments[0], lanes, list(main.body.arguments)[1:]))
    branch = scf.IfOp(_is_rest(whole, total), kinds, has_else=True)
    with ir.InsertionPoint(branch.then_block):
        count = arith.subi(total, whole)
        mask = first_lanes(count, lanes)
        partial = list(main.results)
        after = _folded(loop, whole, lanes, partial, mask, count)
        scf.yield_([arith.select(mask, new, old) for new, old in zip(after, partial, strict=True)])
    with ir.InsertionPoint(branch.else_block):
        scf.yield_(list(main.results))
    if fold.pair is not None:
        _best_lane(loop, fold, list(branch.results))
        return
    for result, operator, start, partial in zip(loop.results, fold.operators, starts, branch.results, strict=True):
        with loop.location:
            folded = _over_lanes(operator, partial)
            result.replace_all_uses_with(folded if is_identity(start, operator) else applied(operator, start, folded))


def _lane_starts(loop: ir.Operation, fold: SharedFold, kinds: list[ir.VectorType]) -> list[ir.Value]:
    """What each lane begins with: what changes nothing, or of pairs what the loop begins with."""
    if fold.pair is None:
        return [IDENTITY[operator](kind) for operator, kind in zip(fold.operators, kinds, strict=True)]
    return [vector.broadcast(kind, start) for kind, start in zip(kinds, list(loop.operands)[3:], strict=True)]


def _over_lanes(operator: str, lanes: ir.Value) -> ir.Value:
    kind = ir.Attribute.parse(f"#vector.kind<{VECTOR_KIND[operator]}>")
    return vector.reduction(ir.VectorType(lanes.type).element_type, kind, lanes)


def _best_lane(loop: ir.Operation, fold: SharedFold, lanes: list[ir.Value]) -> None:
    """The greatest value of all lanes, and the first of the places of those that have it."""
    names = [argument.location for argument in list(body(loop).arguments)[1:]]
    value, place = fold.pair
    with names[value]:
        best = _over_lanes(fold.operators[value], lanes[value])
    equals = arith.cmpf if isinstance(best.type, ir.F32Type | ir.F64Type) else arith.cmpi
    with unnamed(loop.location):
        have_it = equals(1 if equals is arith.cmpf else 0, lanes[value], vector.broadcast(lanes[value].type, best))
        places = arith.select(have_it, lanes[place], IDENTITY[fold.operators[place]](ir.VectorType(lanes[place].type)))
    with names[place]:
        found = _over_lanes(fold.operators[place], places)
    loop.results[value].replace_all_uses_with(best)
    loop.results[place].replace_all_uses_with(found)


def _folded(
    loop: ir.Operation, first: ir.Value, lanes: int, partial: list[ir.Value], mask: ir.Value | None = None, count: ir.Value | None = None
) -> list[ir.Value]:
    """One step of the accumulators, as vectors."""
    widener = Widener(loop, variable(loop), first, lanes, mask, count)
    widener.vectors.update(zip(list(body(loop).arguments)[1:], partial, strict=True))
    return widener.block(body(loop))
