"""A software pipeline over the pieces of a loop: while one is computed, the next is loaded and the one before is stored.

    forall (task) in (TASKS) {
      for step = 0 to mine + 2 {
        if (step >= 2)               store piece step - 2   (asynchronous)
        if (step < mine)             load piece step        (asynchronous)
        if (1 <= step && step <= mine) compute piece step - 1
        sync
      }
    }

Piece `p` of a task is piece `task + p * TASKS` of the loop and lives in slot `p % 3` of every buffer, so that no two stages of a step
touch one slot. Legal because the iterations of a parallel loop are independent; within a piece, `VectorPlan.has_stages` has said that
loads may come first and stores last.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import arith, memref, scf

from xpiler.dialects.words import enum
from xpiler.lowering.bang.schedule.bits_of_floats import retyped
from xpiler.lowering.bang.schedule.builtins import Builtins
from xpiler.lowering.bang.schedule.piece import Piece
from xpiler.lowering.bang.schedule.vector_plan import Buffer
from xpiler.lowering.bang.schedule.wording import named
from xpiler.transforms.rewriting import index

SLOTS = 3  # loaded, computed, stored
TASKS = 16


def emit_pipeline(piece: Piece, total: ir.Value, length: int) -> None:
    """The pipeline at the insertion point, with pieces of `length` elements."""
    pieces = named("pieces", arith.divsi(arith.addi(total, index(length - 1)), index(length)))
    with _location("task"):
        tasks = scf.ForallOp([0], [TASKS], [1])
    with ir.InsertionPoint(tasks.body):
        task = tasks.induction_variables[0]
        mine = named("mine", arith.divsi(arith.addi(pieces, arith.subi(index(TASKS - 1), task)), index(TASKS)))
        memrefs = {buffer: _slots(buffer, length) for buffer in piece.plan.buffers}
        with _location("step"):
            steps = scf.ForOp(index(0), arith.addi(mine, index(2)), index(1))
        with ir.InsertionPoint(steps.body):
            _Step(piece, total, length, memrefs, task).emit(steps.induction_variable, mine)
            scf.yield_([])
        scf.InParallelOp()


class _Step:
    """One step of the pipeline: three pieces, each in its own stage."""

    def __init__(self, piece: Piece, total: ir.Value, length: int, memrefs: dict[Buffer, ir.Value], task: ir.Value):
        self._piece, self._total, self._length, self._memrefs, self._task = piece, total, length, memrefs, task

    def emit(self, step: ir.Value, mine: ir.Value) -> None:
        """The stages under their guards, then the sync that ends the step."""
        compare, predicate = arith.cmpi, arith.CmpIPredicate
        begun, not_done = compare(predicate.sge, step, index(1)), compare(predicate.sle, step, mine)
        self._stage("store", compare(predicate.sge, step, index(2)), arith.subi(step, index(2)))
        self._stage("load", compare(predicate.slt, step, mine), step)
        self._stage("compute", arith.andi(begun, not_done), arith.subi(step, index(1)))
        ir.Operation.create("bang.sync", attributes={"kind": enum("bang", "sync_kind", "io_move_compute")})

    def _stage(self, name: str, guard: ir.Value, number: ir.Value) -> None:
        """The steps of a stage on one piece."""
        guarded = scf.IfOp(guard)
        with ir.InsertionPoint(guarded.then_block):
            place = arith.addi(self._task, arith.muli(number, index(TASKS)))
            first = named("first", arith.muli(place, index(self._length)))
            rest = arith.minsi(index(self._length), arith.subi(self._total, first))
            self._piece.first = first
            count = named("count", arith.index_cast(ir.IntegerType.get_signless(32), rest))
            self._piece.builtins = Builtins(count, asynchronous=True)
            slot = arith.muli(arith.remsi(number, index(SLOTS)), index(self._length))
            for step in self._piece.plan.steps:
                if step.stage == name:
                    step.emit(lambda buffer: self._view(buffer, slot))
            scf.yield_([])

    def _view(self, buffer: Buffer, slot: ir.Value) -> ir.Value:
        if buffer.of is not None:
            return retyped(self._view(buffer.of, slot), buffer.element)
        stored = ir.MemRefType(self._memrefs[buffer].type)
        kind = ir.MemRefType.get([ir.ShapedType.get_dynamic_size()], stored.element_type, memory_space=stored.memory_space)
        return ir.Operation.create("xpiler.view", results=[kind], operands=[self._memrefs[buffer], slot]).result


def _slots(buffer: Buffer, length: int) -> ir.Value:
    space = ir.Attribute.parse("#bang.space<nram>")
    with _location("ring"):
        return memref.alloca(ir.MemRefType.get([SLOTS * length], buffer.element, memory_space=space), [], [])


def _location(name: str) -> ir.Location:
    return ir.Location.name(name, ir.Location.current)
