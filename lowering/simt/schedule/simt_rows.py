"""simt-rows: a reduction along rows is shared out over the threads of a block, then folded by shuffles, one value a warp in shared memory.

    %r = scf.for %c in (%n) iter_args(%acc = %init) { op(%acc, A[row + %c]) }
      becomes
    scf.forall (%t) in (THREADS) {
      own = fold of A[row + %c] for %c = %t, %t + THREADS, ...
      for offset = 16 ... 1: own = op(own, own of the lane at %t xor offset)
      if %t % 32 == 0 { partial[%t / 32] = own }
    }
    %r = fold of partial

The threads meet once, where a tree in shared memory has them meet at each of its levels. Which reductions: those of
`reduction-split`, which takes the ones of types that no shuffle moves, and of kernels with one that begins with an infinity.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith, memref, scf

from xpiler.analysis.effects import defining, effects_of, walk
from xpiler.analysis.reductions import identity, is_identity
from xpiler.dialects.words import enum
from xpiler.lowering.simt.block_code import fits_shared
from xpiler.lowering.simt.phases import works_outside
from xpiler.lowering.simt.row_blocks import MANY, MEASURED, block_dim, threads_for
from xpiler.lowering.simt.thread_arrays import thread_arrays
from xpiler.lowering.slices import depends_on_parameters_only
from xpiler.passes import Pass
from xpiler.platforms.target import Target, target_of
from xpiler.transforms.reduction_split import enclosing_parallel, is_along_rows, new_partials, split
from xpiler.transforms.rewriting import (
    applied,
    as_value,
    body,
    content,
    extent,
    functions,
    index,
    name_accumulators,
    new_forall,
    note_noalias,
    terminator,
    variable,
)
from xpiler.transforms.shared_folds import shared_fold

MOST_FOLDS = 2  # of a kernel by shuffles: of more (four rows at a time), proofs for all sizes come to no end
LANES = 256  # of blocks that nothing else says the threads of
_SHUFFLED = ("f32", "f64", "i32", "i64")
_EQUAL = 0


@dataclass(frozen=True)
class SimtRowsPass(Pass):
    """Splits the reductions of parallel loops and of the kernel itself."""

    name = "simt-rows"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        target = _target(op)
        for function in functions(op):
            names: set[str] = set()
            loops = [op for op in walk(function) if is_along_rows(op)]
            as_trees = len(loops) > MOST_FOLDS or any(map(_begins_with_infinity, loops))
            blocks = {root: _Block.of(root, [op for op in loops if _root(op) == root], function, target) for root in map(_root, loops)}
            for loop in loops:
                with loop.location:
                    if effects_of(loop).writes():
                        note_noalias(loop)
                    if not as_trees and blocks[_root(loop)].in_warps and all(str(result.type) in _SHUFFLED for result in loop.results):
                        _Row(loop, target, blocks[_root(loop)].threads).fold(names)
                    else:
                        split(loop, LANES, names)


def _target(op: ir.Operation) -> Target:
    """What the module is written for: its warps have 32 or 64 lanes."""
    while op.name != "builtin.module":
        op = op.parent.operation
    return target_of(op) or Target("cuda")


def _root(loop: ir.Operation) -> ir.Operation:
    """The outermost parallel loop around a reduction, whose iterations are blocks; the function where there is none."""
    return [loop, *(enclosing_parallel(loop) or [])][-1] if enclosing_parallel(loop) else loop.parent.operation


@dataclass(frozen=True)
class _Block:
    """The threads of the block that a kernel's reductions share, None where the launch decides; `in_warps`: whether whole warps work."""

    threads: int | None
    in_warps: bool = True

    @staticmethod
    def of(root: ir.Operation, loops: list[ir.Operation], function: ir.Operation, target: Target) -> _Block:
        if thread_arrays(root) or not all(_has_block(loop, root, function) for loop in loops):
            return _Block(LANES, in_warps=False)
        if target.platform not in MEASURED or any(shared_fold(loop).pair for loop in loops):
            return _Block(LANES)  # proofs of places are at sizes: a launch that chooses by length asks for rows that take too many steps
        lengths = [extent(loop) for loop in loops]
        if all(isinstance(length, int) for length in lengths):
            return _Block(threads_for(max(lengths)))
        run_time = [length for length in lengths if not isinstance(length, int)]
        decided = root != function and all(depends_on_parameters_only(length, function) for length in run_time)
        return _Block(None if decided else LANES)


def _has_block(loop: ir.Operation, root: ir.Operation, function: ir.Operation) -> bool:
    """Whether the conversion gives an iteration of the loops around a reduction a block whose threads are all there for the reduction: it
    gives one thread where arrays do not fit shared memory, and where the kernel works beside. Rows of several loops (planes of images) stay
    trees: their proofs are at sizes, where a choice by length asks for rows that take too many steps."""
    if root == function:
        return True
    is_only = enclosing_parallel(loop) == [root]
    return is_only and root.parent.operation == function and not works_outside(function) and fits_shared(root)


def _begins_with_infinity(loop: ir.Operation) -> bool:
    """Whether an accumulator begins with an infinity: what a lane without elements holds then is a case of its own in a proof, and those
    of a warp's lanes, which are no lattice of the row's elements, are too many; a tree's are not."""
    numbers = (defining(start) for start in list(loop.operands)[3:])
    attributes = (op.attributes["value"] for op in numbers if op is not None and op.name == "arith.constant")
    return any(isinstance(a, ir.FloatAttr) and math.isinf(a.value) for a in attributes)


class _Row:
    """One reduction on its way to a block of threads."""

    def __init__(self, loop: ir.Operation, target: Target, threads: int | None):
        self.loop, self.dialect, self.lanes = loop, target.platform, target.lanes_of_warp
        self.fixed = threads
        self.shares = shared_fold(loop)
        self.operators = self.shares.operators
        self.starts = list(loop.operands)[3:]
        self.accumulators = [argument.location for argument in list(body(loop).arguments)[1:]]

    def fold(self, names: set[str]) -> None:
        """Puts the threads' loop and the fold of what warps have left in the place of the reduction."""
        most = (self.fixed or MANY) // self.lanes
        kinds = enumerate(result.type for result in self.loop.results)
        partials = [new_partials(self.loop, self.shares.word(k), kind, most, names) for k, kind in kinds]
        with ir.InsertionPoint(self.loop):
            threads = self.fixed or block_dim(self.dialect)
        self._threads(partials, threads)
        with ir.InsertionPoint(self.loop):
            folded = self._over_warps(partials, most if self.fixed else self._warps(threads))
            for k, (result, operator, start, value, name) in enumerate(
                zip(self.loop.results, self.operators, self.starts, folded, self.accumulators, strict=True)
            ):
                with name:
                    is_whole = self.shares.repeats(k) or is_identity(start, operator)
                    result.replace_all_uses_with(value if is_whole else applied(operator, start, value))
        self.loop.erase()

    def _threads(self, partials: list[ir.Value], threads: ir.Value | int) -> None:
        """Thread t folds elements t, t + threads, ...; its warp folds what its lanes have, and leaves that in memory."""
        loop = self.loop
        parallel = new_forall(threads, loop.location, ir.InsertionPoint(loop))
        thread = variable(parallel)
        with ir.InsertionPoint(terminator(body(parallel))):
            own = scf.ForOp(thread, as_value(extent(loop)), as_value(threads), self._own_starts())
            name_accumulators(own.operation, self.accumulators)
            whole = self._by_shuffles(list(own.results))
            with ir.Location.name("first_lane", loop.location):
                is_first = arith.CmpIOp(_EQUAL, arith.remui(thread, index(self.lanes)), index(0)).result
            with ir.InsertionPoint(scf.IfOp(is_first).then_block):
                for value, partial in zip(whole, partials, strict=True):
                    memref.store(value, partial, [arith.divui(thread, index(self.lanes))])
                scf.yield_([])
        for old, new in zip(body(loop).arguments, own.body.arguments, strict=True):
            old.replace_all_uses_with(new)
        for op in [*content(body(loop)), terminator(body(loop))]:
            own.body.append(op)
        with ir.InsertionPoint(body(loop)):
            scf.yield_(self.starts)

    def _warps(self, threads: ir.Value) -> ir.Value:
        with ir.Location.name("warps", self.loop.location):
            return arith.divui(threads, index(self.lanes))

    def _own_starts(self) -> list[ir.Value]:
        """What a thread begins with: where once more changes nothing, what the reduction begins with."""
        pairs = enumerate(zip(self.operators, self.starts, strict=True))
        return [start if self.shares.repeats(k) else identity(operator, start.type) for k, (operator, start) in pairs]

    def _by_shuffles(self, values: list[ir.Value]) -> list[ir.Value]:
        """What all lanes of a warp hold together, in each of them."""
        rounds = scf.ForOp(index(0), index(self.lanes.bit_length() - 1), index(1), values)
        name_accumulators(rounds.operation, self.accumulators)
        with ir.InsertionPoint(rounds.body):
            offset = self._offset(rounds.induction_variable)
            held = list(rounds.inner_iter_args)
            if self.shares.pair is None:
                scf.yield_([applied(operator, own, self._of_lane(own, offset)) for operator, own in zip(self.operators, held, strict=True)])
            else:
                scf.yield_(self.shares.joined(held, [self._of_lane(own, offset) for own in held]))
        return list(rounds.results)

    def _offset(self, number: ir.Value) -> ir.Value:
        """Half the lanes, halved again in each round."""
        narrow = ir.IntegerType.get_signless(32)
        places = arith.index_cast(narrow, number)
        with ir.Location.name("offset", self.loop.location):
            return arith.shrsi(arith.constant(narrow, self.lanes // 2), places)

    def _of_lane(self, own: ir.Value, offset: ir.Value) -> ir.Value:
        narrow = ir.IntegerType.get_signless(32)
        all_lanes = [arith.constant(narrow, -1)] if self.dialect == "cuda" else []
        operands = [own, offset, arith.constant(narrow, self.lanes), *all_lanes]
        attributes = {"kind": enum(self.dialect, "shuffle_kind", "xor")}
        return ir.Operation.create(f"{self.dialect}.shuffle", results=[own.type], operands=operands, attributes=attributes).result

    def _over_warps(self, partials: list[ir.Value], warps: ir.Value | int) -> list[ir.Value]:
        """The fold of what the warps have left, which every thread does alike."""
        firsts = [memref.load(partial, [index(0)]) for partial in partials]
        over = scf.ForOp(index(1), as_value(warps), index(1), firsts)
        over.induction_variable.set_location(ir.Location.name("w", self.loop.location))
        name_accumulators(over.operation, self.accumulators)
        with ir.InsertionPoint(over.body):
            others = [memref.load(partial, [over.induction_variable]) for partial in partials]
            scf.yield_(self.shares.joined(over.inner_iter_args, others))
        return list(over.results)
