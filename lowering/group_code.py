"""Statements that a group of workers (the threads of a block, the tasks of a union) runs together.

Parallel loops are shared out among the workers; what lies between them is done by every worker alike when it only computes or writes
what each worker has for itself, and by the first one when it writes other memory. Workers meet at a barrier where one reads or writes
what another has written.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from mlir import ir
from mlir.dialects import scf

from xpiler.analysis.effects import WAIT, Effects, effects_of, is_pure, walk
from xpiler.dialects.words import ASYNC
from xpiler.lowering.hazards import Hazards
from xpiler.lowering.parallel_nest import merge_perfect_nest, serialise_inside
from xpiler.transforms.rewriting import operations, terminator

_FACTS = ("xpiler.extent", "xpiler.assume", "func.return", "scf.yield", "scf.condition", "memref.get_global")


class GroupCode(ABC):
    """Converts the statements of one group; subclasses know the platform's workers."""

    def __init__(self) -> None:
        self.hazards = Hazards()

    @abstractmethod
    def bind(self, loop: ir.Operation) -> None:
        """Shares the iterations of a parallel loop out among the workers."""

    @abstractmethod
    def barrier(self) -> None:
        """Writes a barrier at the current insertion point."""

    @abstractmethod
    def is_first(self) -> ir.Value:
        """The condition that this is the first worker, at the current insertion point."""

    @abstractmethod
    def share(self, alloca: ir.Operation) -> None:
        """Puts an array that the workers share where all of them see it."""

    def convert(self, ops: list[ir.Operation]) -> None:
        """Converts a sequence of statements."""
        for op in ops:
            if op.name in _FACTS:
                continue
            if op.name == "memref.alloca":
                self._array(op)
            elif op.name == WAIT:
                self._wait(op)
            elif op.name == "scf.forall":
                self._parallel(op)
            elif is_pure(op):
                self._meet(op, effects_of(op), single=False)
            elif _has_parallel_loop(op) or _result_is_read(op) or self._writes_for_all_and_own(op):
                self._structured(op)
            elif self._written(op) <= self.hazards.private:
                self._every_worker(op)
            else:
                self._first_thread(op)

    def _array(self, alloca: ir.Operation) -> None:
        if any(ASYNC in use.owner.operation.attributes for use in alloca.results[0].uses):
            self.hazards.awaited.add(alloca.results[0])
        self.share(alloca)

    def _wait(self, op: ir.Operation) -> None:
        """What each worker has waited for, all see."""
        ops = operations(op.block)
        with ir.InsertionPoint(ops[ops.index(op) + 1]), op.location:
            self.barrier()
        self.hazards.clear()

    def _written(self, op: ir.Operation) -> set[ir.Value]:
        return effects_of(op).written()

    def _writes_for_all_and_own(self, op: ir.Operation) -> bool:
        """Whether a statement with statements in it writes memory that all see, and memory of which each worker has its own."""
        written = self._written(op)
        return bool(len(op.regions) and written & self.hazards.private and written - self.hazards.private)

    def _every_worker(self, op: ir.Operation) -> None:
        """What each worker needs in memory of its own, each does itself."""
        self._meet(op, effects_of(op), single=False)
        serialise_inside(op)

    def _parallel(self, op: ir.Operation) -> None:
        op = merge_perfect_nest(op)
        serialise_inside(op)
        self.hazards.private |= {inner.results[0] for inner in walk(op) if inner.name == "memref.alloca"}
        self._meet(op, effects_of(op), single=False)
        self.bind(op)

    def _first_thread(self, op: ir.Operation) -> None:
        """A write outside every parallel loop happens once a group."""
        self._meet(op, effects_of(op), single=True)
        serialise_inside(op)
        with ir.InsertionPoint(op), op.location:
            block = scf.IfOp(self.is_first()).then_block
            with ir.InsertionPoint(block):
                scf.YieldOp([])
        op.move_before(terminator(block))

    def _structured(self, op: ir.Operation) -> None:
        """A loop or conditional that holds parallel loops: uniform, so that its barriers are met by all workers."""
        if op.name != "scf.if" and self.hazards.conflict(effects_of(op), single=False):
            self._barrier(op)  # once, not in every iteration
        before = self.hazards.copy()
        for region in op.regions:
            branch = self.hazards
            if op.name == "scf.if":
                self.hazards = before.copy()
            for block in region.blocks:
                ops = operations(block)
                self.convert(ops)
                if op.name != "scf.if":
                    self.meet_again(block)
            branch.merge(self.hazards)
            self.hazards = branch
        self.hazards.merge(before)

    def meet_again(self, block: ir.Block) -> None:
        """The barrier at the end of a loop's body, where its statements meet those of the iteration before."""
        if self.hazards.repeats(effects_of(block.owner.operation)):
            self._barrier(terminator(block))

    def _meet(self, op: ir.Operation, effects: Effects, *, single: bool) -> None:
        if self.hazards.conflict(effects, single=single):
            self._barrier(op)
        self.hazards.add(effects, single=single)

    def _barrier(self, op: ir.Operation) -> None:
        with ir.InsertionPoint(op), op.location:
            self.barrier()
        self.hazards.clear()


def _has_parallel_loop(op: ir.Operation) -> bool:
    return any(o.name == "scf.forall" for o in walk(op))


def _result_is_read(op: ir.Operation) -> bool:
    return any(list(r.uses) for r in op.results)
