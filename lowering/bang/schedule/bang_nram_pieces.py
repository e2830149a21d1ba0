"""bang-nram-pieces: contiguous loops become loops over pieces in NRAM, computed by vector builtins.

    scf.forall (%i) in (%n) { T[i] = A[i] + B[i] }
      becomes
    scf.forall (%i) = 0 to %n step PIECE { copy A, B in; bang.binary<add>; copy T out }    on min(PIECE, n - i) elements

A reduction (`scf.for` whose accumulators fold by +, max or min) becomes a loop over pieces that pools each piece to
one number; one that looks for the place of an extreme asks the builtin for that of each piece (`extreme_places`). The
piece is as long as the NRAM that cncc leaves allows for the buffers the body needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mlir import ir
from mlir.dialects import arith, memref, scf

from xpiler.analysis.effects import defining, walk
from xpiler.analysis.facts import facts_at
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.analysis.reductions import folds_of, identity, is_identity
from xpiler.diagnostics import PassFailed
from xpiler.lowering.bang.schedule.builtins import POOLS, VECTOR_BYTES, Builtins
from xpiler.lowering.bang.schedule.extreme_places import ExtremePlace, extreme_place
from xpiler.lowering.bang.schedule.local_arrays import bytes_in_nram, place_in_nram
from xpiler.lowering.bang.schedule.nram_places import claim_places
from xpiler.lowering.bang.schedule.parted_choices import part_choices
from xpiler.lowering.bang.schedule.piece import NoBuiltin, Piece
from xpiler.lowering.bang.schedule.piece_pipeline import SLOTS, emit_pipeline
from xpiler.lowering.bang.schedule.vector_plan import Buffer, VectorPlan, element_bytes
from xpiler.passes import Pass
from xpiler.platforms.bang.descriptor import architecture
from xpiler.transforms.nests import extent_form
from xpiler.transforms.rewriting import (
    as_value,
    body,
    content,
    extent,
    functions,
    index,
    is_unit_for,
    is_unit_forall,
    name_accumulators,
    terminator,
    unnamed,
    variable,
)

GRANULE = 64  # elements: 128 bytes of half, 256 of float
POOL_ELEMENTS = 64


@dataclass(frozen=True)
class Pools:
    """What becomes of each accumulator in a piece: its operator and the buffer that it folds, or of a value and its place."""

    of: list[tuple[str, Buffer]]
    place: tuple[ExtremePlace, Buffer] | None = None

    def __len__(self) -> int:
        return len(self.of) + (self.place is not None)


@dataclass(frozen=True)
class BangNramPiecesPass(Pass):
    """Works through each nest: parallel loops first, inner before outer, then reductions."""

    name = "bang-nram-pieces"
    tunables: ClassVar = {"longest": (8192, 512, 1024, 2048, 4096, 16384, 32768), "wide_pools": (False, True), "pipeline": (False, True)}
    alternatives: ClassVar = (("bang.pool", {"wide_pools": True}),)
    arch: str = ""
    longest: int = 8192  # elements of a piece; longer ones leave tasks idle, shorter ones pay the start of a copy more often
    wide_pools: bool = False  # pool whole vectors first, then the lanes of one: pools work on channels
    pipeline: bool = False  # the pieces of the outermost loops are loaded, computed and stored at the same time

    def __post_init__(self) -> None:
        if self.longest < GRANULE or self.longest % GRANULE:
            raise PassFailed(f"pass 'bang-nram-pieces': longest is a multiple of {GRANULE}")

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        limit = architecture(self.arch).usable_nram_bytes
        for function in functions(op):
            left = limit - bytes_in_nram(function)
            left -= place_in_nram(function, left // 2)
            share = max(1, len(_candidates(function)))
            while any(_in_pieces(loop, left // share, self) for loop in _candidates(function)):
                pass


def _candidates(function: ir.Operation) -> list[ir.Operation]:
    loops = [op for op in reversed(list(walk(function))) if not _done(op)]
    parallel = [op for op in loops if is_unit_forall(op)]
    serial = [op for op in loops if is_unit_for(op) and len(op.results) and not _holds_loop(op)]
    return parallel + serial


def _done(op: ir.Operation) -> bool:
    return any(inner.name.startswith("bang.") for inner in walk(op))


def _holds_loop(op: ir.Operation) -> bool:
    return any(inner.name.startswith("scf.") and inner.name != "scf.yield" for inner in walk(op) if inner != op)


def _in_pieces(loop: ir.Operation, nram_bytes: int, chosen: BangNramPiecesPass) -> bool:
    """Rewrites one loop; False, and nothing changed, where some operation has no builtin."""
    parted = part_choices(loop)
    made = _planned_in_pieces(loop, nram_bytes, chosen, parted.unused)
    if not made:
        parted.undo()
    return made


def _planned_in_pieces(loop: ir.Operation, nram_bytes: int, chosen: BangNramPiecesPass, unused: set[ir.Operation]) -> bool:
    piece = Piece(loop, variable(loop), VectorPlan(apart=chosen.pipeline and _is_outermost(loop)), unused=unused)
    try:
        place = extreme_place(loop)
        folds = _folds(loop) if place is None else []
        left_out = {fold for _, fold, _ in folds} if place is None else place.leaves_out()
        if not piece.plan.apart:
            claim_places(piece)
        for op in content(body(loop)):
            if op not in left_out:
                piece.operation(op)
        found = None if place is None else (place, piece.buffer(place.fold.value))
        pools = Pools([(operator, piece.buffer(term)) for operator, _, term in folds], found)
    except NoBuiltin:
        return False
    if not piece.plan.buffers and not piece.plan.steps and not pools:
        return False
    length = _length(piece, nram_bytes - 2 * POOL_ELEMENTS * 4 * len(pools))
    if piece.plan.buffers:
        length = min(length, chosen.longest)
    with ir.InsertionPoint(loop), loop.location:
        if piece.plan.has_stages():
            emit_pipeline(piece, as_value(extent(loop)), min(_length(piece, nram_bytes // SLOTS), chosen.longest))
        elif loop.name == "scf.forall":
            _parallel(loop, piece, length)
        else:
            _reduction(loop, piece, length, pools, wide=chosen.wide_pools)
    loop.erase()
    return True


def _is_outermost(loop: ir.Operation) -> bool:
    """Whether the loop's pieces are what tasks share; one that is no longer than a piece has nothing to overlap."""
    return loop.name == "scf.forall" and loop.parent.operation.name == "func.func"


def _length(piece: Piece, nram_bytes: int) -> int:
    """Elements that a piece may have; what has no buffers is no longer than the arrays that it works on, where their length is known."""
    if not piece.plan.buffers:
        arrays = (ir.MemRefType(base.type) for base, _, _ in piece.places.values())
        return max((array.shape[0] for array in arrays if array.has_static_shape), default=BangNramPiecesPass.longest)
    return nram_bytes // piece.plan.bytes_per_element() // GRANULE * GRANULE


def _is_one_piece(loop: ir.Operation, length: int) -> bool:
    """Whether a loop is known to have some elements, and no more than a piece has."""
    forms = IndexForms()
    total, facts = extent_form(forms, loop), facts_at(forms, loop)
    return forms.ranges.nonneg(Poly.constant(length) - total, facts) and forms.ranges.positive(total, facts)


def _parallel(loop: ir.Operation, piece: Piece, length: int) -> None:
    total = extent(loop)
    if _is_one_piece(loop, length):
        _emit(piece, index(0), as_value(total), length if not isinstance(total, int) else total)
        return
    made = scf.ForallOp([0], [total], [length])
    with ir.InsertionPoint(made.body):
        first = made.induction_variables[0]
        _emit(piece, first, _remaining(as_value(total), first, length), length)
        scf.InParallelOp()


def _reduction(loop: ir.Operation, piece: Piece, length: int, pools: Pools, *, wide: bool) -> None:
    total, starts = as_value(extent(loop)), list(loop.operands)[3:]
    if _is_one_piece(loop, length):
        for old, new in zip(loop.results, _folded(piece, (index(0), total, length), starts, pools, wide=wide), strict=True):
            old.replace_all_uses_with(new)
        return
    with unnamed(loop.location):
        made = scf.ForOp(index(0), total, index(length), starts)
    name_accumulators(made.operation, [argument.location for argument in list(body(loop).arguments)[1:]])
    with ir.InsertionPoint(made.body):
        first, *so_far = made.body.arguments
        scf.yield_(_folded(piece, (first, _remaining(total, first, length), length), so_far, pools, wide=wide))
    for old, new in zip(loop.results, made.results, strict=True):
        old.replace_all_uses_with(new)


def _folded(piece: Piece, elements: tuple[ir.Value, ir.Value, int], so_far: list[ir.Value], pools: Pools, *, wide: bool) -> list[ir.Value]:
    """The accumulators behind one piece: its first element, how many, how many at most."""
    at = _emit(piece, *elements)
    if pools.place is not None:
        place, buffer = pools.place
        with unnamed(piece.loop.location):
            found = _nram(POOL_ELEMENTS, buffer.element)
        return place.joined(piece, found, at(buffer), so_far)
    values = [_pooled(piece, operator, at(buffer), wide=wide and not buffer.is_place) for operator, buffer in pools.of]
    return [_fold(operator, before, value) for (operator, _), before, value in zip(pools.of, so_far, values, strict=True)]


def _fold(operator: str, before: ir.Value, value: ir.Value) -> ir.Value:
    """Nothing is folded with the operator's neutral element."""
    if is_identity(before, operator):
        return value
    return ir.Operation.create(operator, results=[value.type], operands=[before, value]).result


def _pooled(piece: Piece, operator: str, buffer: ir.Value, *, wide: bool) -> ir.Value:
    """A piece folded to one number."""
    kind, builtins = ir.MemRefType(buffer.type).element_type, piece.builtins
    with unnamed(piece.loop.location):
        pooled = _nram(POOL_ELEMENTS, kind)
        lanes = _nram(POOL_ELEMENTS, kind) if wide else None
    if lanes is None:
        builtins.pool(POOLS[operator], pooled, buffer)
    else:
        builtins.pool_in_lanes(POOLS[operator], lanes, buffer, identity(operator, kind))
        builtins.of(VECTOR_BYTES // element_bytes(kind)).pool(POOLS[operator], pooled, lanes)
    return memref.load(pooled, [index(0)])


def _folds(loop: ir.Operation) -> list[tuple[str, ir.Operation, ir.Value]]:
    """For each accumulator of a reduction: the operator, the operation that folds, and the term it folds in."""
    if loop.name == "scf.forall":
        return []
    found = []
    for fold, value, argument in zip(folds_of(loop), terminator(body(loop)).operands, list(body(loop).arguments)[1:], strict=True):
        op = defining(value)
        if fold.operator not in POOLS:
            raise NoBuiltin("an accumulator that no pool folds")
        if op is None or op.name != fold.operator or argument not in list(op.operands):
            raise NoBuiltin("an accumulator that is folded in several steps")
        found.append((fold.operator, op, next(v for v in op.operands if v != argument)))
    return found


def _remaining(total: ir.Value, first: ir.Value, length: int) -> ir.Value:
    left = arith.subi(total, first)
    with ir.Location.name("count", ir.Location.current):
        return arith.minsi(index(length), left)


def _emit(piece: Piece, first: ir.Value, count: ir.Value, length: int):
    """The piece's buffers and steps at the insertion point; the function from virtual buffers to memrefs."""
    with unnamed(piece.loop.location):  # a buffer is named after what it holds, not after the loop
        memrefs = {b: _nram(length, b.element) for b in piece.plan.buffers}
    piece.first = first
    with ir.Location.name("count", piece.loop.location):
        piece.builtins = Builtins(arith.index_cast(ir.IntegerType.get_signless(32), count))
    at = piece.memory(memrefs)
    for step in piece.plan.steps:
        step.emit(at)
    return at


def _nram(elements: int, kind: ir.Type) -> ir.Value:
    space = ir.Attribute.parse("#bang.space<nram>")
    granules = -(-elements * element_bytes(kind) // 128) * 128 // element_bytes(kind)
    return memref.alloca(ir.MemRefType.get([granules], kind, memory_space=space), [], [])
