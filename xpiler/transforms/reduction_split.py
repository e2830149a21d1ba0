"""reduction-split: a reduction along rows is shared out over the lanes of a block, then folded as a tree.

    %r = scf.for %c in (%n) iter_args(%acc = %init) { op(%acc, A[row + %c]) }
      becomes
    scf.forall (%t) in (LANES) { partial[%t] = fold of A[row + %c] for %c = %t, %t + LANES, ... }
    for half = LANES / 2 ... 1:  scf.forall (%t) in (LANES) { if %t < half { partial[%t] = op(partial[%t], partial[%t + half]) } }
    %r = op(%init, partial[0])

Done where neighbours in memory are met along the reduction and by no enclosing parallel loop (rows of a softmax, a sum of
all elements, not the columns of a matrix product): the lanes then read neighbouring elements, and rounding errors grow with the
logarithm of the lanes instead of the length of the row.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith, memref, scf

from xpiler.analysis.effects import access_of, effects_of, is_pure, walk
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.analysis.reductions import identity, is_identity, is_reduction
from xpiler.passes import Pass
from xpiler.transforms.rewriting import (
    applied,
    as_value,
    body,
    content,
    extent,
    functions,
    index,
    is_unit_for,
    is_unit_forall,
    name_accumulators,
    new_forall,
    note_noalias,
    terminator,
    variable,
)
from xpiler.transforms.shared_folds import SharedFold, shared_fold

SHORT = 128  # a row that is known to be shorter is left to one lane


@dataclass(frozen=True)
class ReductionSplitPass(Pass):
    """Splits the reductions of parallel loops and of the kernel itself; `lanes` is a power of two."""

    name = "reduction-split"
    lanes: int = 256

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            names: set[str] = set()
            for loop in [op for op in walk(function) if is_along_rows(op)]:
                with loop.location:
                    if effects_of(loop).writes():
                        note_noalias(loop)
                    split(loop, self.lanes, names)


def is_along_rows(loop: ir.Operation) -> bool:
    """Whether a loop folds what neighbours in memory are met along, and no parallel loop around it meets them."""
    fold = shared_fold(loop) if is_unit_for(loop) and len(loop.results) else None
    if fold is None:
        return False
    if fold.pair is None and not is_reduction(loop) and not _writes_apart(loop):
        return False
    total = extent(loop)
    if (isinstance(total, int) and total < SHORT) or any(
        op.name in ("scf.for", "scf.forall", "scf.while") for op in walk(loop) if op != loop
    ):
        return False
    outer = enclosing_parallel(loop)
    if outer is None:
        return False
    forms = IndexForms()
    steps = [variable(loop), *(variable(op) for op in outer)]
    along, *across = ([_moves_by_one(forms, op, v) for op in walk(loop) if access_of(op) is not None] for v in steps)
    return any(along) and not any(any(moves) for moves in across)


def _writes_apart(loop: ir.Operation) -> bool:
    """Whether all that a loop does besides folding is to write elements that no other iteration touches."""
    effects, forms = effects_of(loop), IndexForms()
    if effects.unknown is not None or any(op.name == "memref.alloca" for op in walk(loop)):
        return False
    written = effects.writes()
    places: dict[ir.Value, set[Poly]] = {}
    for access in effects.accesses:
        if access.buffer in written:
            if access.atomic or not access.exact or len(access.subscripts) != 1 or not _moves_by_one(forms, access.op, variable(loop)):
                return False
            places.setdefault(access.buffer, set()).add(forms.of(access.subscripts[0]))
    return all(len(found) == 1 for found in places.values())


def enclosing_parallel(loop: ir.Operation) -> list[ir.Operation] | None:
    """The parallel loops around, none for what the kernel does itself (in one block); None where there are others around: a serial loop,
    or a parallel one beside others, whose iterations are the lanes of a block already."""
    found: list[ir.Operation] = []
    op = loop.parent.operation
    while op.name != "func.func":
        if op.name == "scf.if":  # a row's condition is the same for all who share the row
            op = op.parent.operation
            continue
        if op.name != "scf.forall" or not is_unit_forall(op) or (found and not _is_alone(found[-1])):
            return None
        found.append(op)
        op = op.parent.operation
    return found


def _is_alone(loop: ir.Operation) -> bool:
    """Whether a loop is all that the loop around it does."""
    return all(other == loop or is_pure(other) for other in content(loop.block))


def _moves_by_one(forms: IndexForms, op: ir.Operation, step: ir.Value) -> bool:
    access = access_of(op)
    if access is None or not access.subscripts:
        return False
    parts = forms.of(access.subscripts[-1]).split(forms.atom(step))
    return parts is not None and parts[0].as_int() == 1


def split(loop: ir.Operation, lanes: int, names: set[str]) -> None:
    """Puts a loop over lanes and a tree in the place of a reduction; `names` are those that its kernel's partial results have already."""
    fold = shared_fold(loop)
    partials = [new_partials(loop, fold.word(k), result.type, lanes, names) for k, result in enumerate(loop.results)]
    _lane_loop(loop, fold, partials, lanes)
    _tree(fold, partials, lanes, loop)
    with ir.InsertionPoint(loop):
        names = [argument.location for argument in list(body(loop).arguments)[1:]]
        for name, result, operator, start, partial in zip(
            names, loop.results, fold.operators, list(loop.operands)[3:], partials, strict=True
        ):
            with name:
                folded = memref.load(partial, [index(0)])
                is_whole = fold.pair is not None or is_identity(start, operator)
                result.replace_all_uses_with(folded if is_whole else applied(operator, start, folded))
    loop.erase()


def new_partials(loop: ir.Operation, word: str, element: ir.Type, lanes: int, names: set[str]) -> ir.Value:
    """An array of what each of `lanes` has folded: `partial`, and after the first of a kernel one that is named after what it holds."""
    name = f"partial_{word}" if "partial" in names else "partial"
    names.add(name)
    with ir.InsertionPoint(loop), ir.Location.name(name, loop.location):
        return memref.alloca(ir.MemRefType.get([lanes], element), [], [])


def _lane_loop(loop: ir.Operation, fold: SharedFold, partials: list[ir.Value], lanes: int) -> None:
    """Lane t folds elements t, t + lanes, ... from the identity on; pairs from the loop's own start, which may be taken more than once."""
    parallel = new_forall(lanes, loop.location, ir.InsertionPoint(loop))
    with ir.InsertionPoint(terminator(body(parallel))):
        starts = list(loop.operands)[3:]
        if fold.pair is None:
            starts = [identity(operator, p.type.element_type) for operator, p in zip(fold.operators, partials, strict=True)]
        own = scf.ForOp(variable(parallel), as_value(extent(loop)), index(lanes), starts)
        name_accumulators(own.operation, [argument.location for argument in list(body(loop).arguments)[1:]])
        for result, partial in zip(own.results, partials, strict=True):
            memref.store(result, partial, [variable(parallel)])
    for old, new in zip(body(loop).arguments, own.body.arguments, strict=True):
        old.replace_all_uses_with(new)
    for op in [*content(body(loop)), terminator(body(loop))]:
        own.body.append(op)
    with ir.InsertionPoint(body(loop)):
        scf.yield_(list(loop.operands)[3:])


def _tree(fold: SharedFold, partials: list[ir.Value], lanes: int, loop: ir.Operation) -> None:
    """Halves the lanes until one is left."""
    with ir.InsertionPoint(loop):
        rounds = scf.ForOp(index(0), index(lanes.bit_length() - 1), index(1))
    with ir.InsertionPoint(rounds.body):
        half = _width(lanes // 2, rounds.induction_variable, loop.location)
        end = scf.YieldOp([]).operation
    parallel = new_forall(lanes, loop.location, ir.InsertionPoint(end))
    lane = variable(parallel)
    with ir.InsertionPoint(terminator(body(parallel))):
        halving = scf.IfOp(arith.CmpIOp(arith.CmpIPredicate.slt, lane, half).result)
    with ir.InsertionPoint(halving.then_block):
        if fold.pair is None:
            for operator, partial in zip(fold.operators, partials, strict=True):
                upper = memref.load(partial, [arith.addi(lane, half)])
                memref.store(applied(operator, memref.load(partial, [lane]), upper), partial, [lane])
        else:
            upper = arith.addi(lane, half)
            own, other = ([memref.load(partial, [place]) for partial in partials] for place in (lane, upper))
            for value, partial in zip(fold.joined(own, other), partials, strict=True):
                memref.store(value, partial, [lane])
        scf.yield_([])


def _width(first: int, number: ir.Value, location: ir.Location) -> ir.Value:
    """`first >> number`, as the int it is."""
    narrow = ir.IntegerType.get_signless(32)
    places = arith.index_cast(narrow, number)
    with ir.Location.name("width", location):
        width = arith.shrsi(arith.constant(narrow, first), places)
    return arith.index_cast(ir.IndexType.get(), width)
