"""bang-rows: rows that fit NRAM are copied once, and the next row is loaded and the last one stored while a row is computed.

    forall r: { peak = max over j of A[r * n + j]; sum over j of f(A[r * n + j]); forall j: T[r * n + j] = g(A[r * n + j]) }
      becomes, on every task with its `mine` rows, where n is at most `longest` (and stays as it is elsewhere)
    for step in 0 .. mine + 2: { store row step - 2; load row step; compute row step - 1 in NRAM; __sync_io_move_compute }

With `stages=1` rows are copied and computed in turn. The loops over a row stay: `bang-nram-pieces` behind this pass finds their operands in
NRAM. What all rows share (the weights of a normalisation) is copied once a task.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

from mlir import ir
from mlir.dialects import arith, memref, scf

from xpiler.analysis.effects import defining, walk
from xpiler.diagnostics import PassFailed
from xpiler.dialects.words import enum
from xpiler.lowering.bang.schedule.builtins import Builtins
from xpiler.lowering.bang.schedule.row_slices import Row, Slice, row_of
from xpiler.lowering.bang.schedule.tiles import array, named
from xpiler.lowering.bang.schedule.vector_plan import element_bytes
from xpiler.passes import Pass
from xpiler.transforms.rewriting import (
    Mapping,
    as_value,
    body,
    clone,
    content,
    defined_inside,
    extent,
    functions,
    index,
    note_noalias,
    operations,
    variable,
)

GRANULE = 64
TASKS = 16
PIPELINED = 3  # stages


@dataclass(frozen=True)
class BangRowsPass(Pass):
    """Rewrites every outermost loop over rows whose loops walk slices of one length."""

    name = "bang-rows"
    tunables: ClassVar = {"stages": (0, 1, 3), "longest": (2048, 1024, 4096, 8192)}
    stages: int = 0  # 0 leaves rows as they are
    longest: int = 2048  # elements of a row that is kept

    def __post_init__(self) -> None:
        if self.stages not in (0, 1, PIPELINED) or self.longest < GRANULE or self.longest % GRANULE:
            raise PassFailed(f"pass 'bang-rows': stages is 0, 1 or 3, longest a multiple of {GRANULE}")

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op) if self.stages else ():
            for loop in [o for o in operations(function.regions[0].blocks[0]) if o.name == "scf.forall"]:
                row = row_of(loop)
                if row is not None and not (isinstance(row.extent, int) and row.extent > self.longest):
                    with ir.InsertionPoint(loop), loop.location:
                        _Rows(row, self.longest, pipelined=self.stages == PIPELINED).emit()
                    note_noalias(loop)
                    loop.erase()


@dataclass
class _Rows:
    """One loop over rows, written anew."""

    row: Row
    longest: int
    pipelined: bool

    def emit(self) -> None:
        """A task's rows: kept where they fit."""
        with _location("task"):
            tasks = scf.ForallOp([0], [TASKS], [1])
        with ir.InsertionPoint(tasks.body):
            task, rows = tasks.induction_variables[0], as_value(extent(self.row.loop))
            mine = named("mine", lambda: arith.divsi(arith.addi(rows, arith.subi(index(TASKS - 1), task)), index(TASKS)))
            if isinstance(self.row.extent, int):
                self._kept(task, mine)
            else:
                fits = scf.IfOp(arith.cmpi(arith.CmpIPredicate.sle, self.row.extent, index(self.longest)), has_else=True)
                with ir.InsertionPoint(fits.then_block):
                    self._kept(task, mine)
                    scf.yield_([])
                with ir.InsertionPoint(fits.else_block):
                    with _counted("step", mine) as step:
                        self._copy_of_body(_row_number(task, step))
                    scf.yield_([])
            scf.InParallelOp()

    def _copy_of_body(self, number: ir.Value) -> list[tuple[ir.Operation, ir.Operation]]:
        """The body for a row; each operation inside of it with its copy."""
        mapping: Mapping = {variable(self.row.loop): number}
        pairs = []
        for op in content(body(self.row.loop)):
            copy = clone(op, mapping, ir.InsertionPoint.current)
            pairs += list(zip(walk(op), walk(copy), strict=True))
        return pairs

    def _kept(self, task: ir.Value, mine: ir.Value) -> None:
        self.shared = {id(s): self._array(s, 1) for s in self.row.slices if s.is_of_all_rows}
        self.rings = {id(s): self._array(s, self._slots(s)) for s in self.row.slices if not s.is_of_all_rows}
        for s in self.row.slices:
            if s.is_of_all_rows:
                self._copy("gdram2nram", s, task, self.shared[id(s)], asynchronous=False)
        if not self.pipelined:
            with _counted("step", mine) as step:
                self._load(task, step)
                self._compute(task, step)
                self._store(task, step)
            return
        with _counted("step", arith.addi(mine, index(2))) as step:
            compare, predicate = arith.cmpi, arith.CmpIPredicate
            begun, not_done = compare(predicate.sge, step, index(1)), compare(predicate.sle, step, mine)
            with _where(compare(predicate.sge, step, index(2))):
                self._store(task, arith.subi(step, index(2)))
            with _where(compare(predicate.slt, step, mine)):
                self._load(task, step)
            with _where(arith.andi(begun, not_done)):
                self._compute(task, arith.subi(step, index(1)))
            ir.Operation.create("bang.sync", attributes={"kind": enum("bang", "sync_kind", "io_move_compute")})

    def _slots(self, s: Slice) -> int:
        """Rows of a slice that are on the chip at a time."""
        return 1 if not self.pipelined else PIPELINED if s.is_loaded and s.is_stored else PIPELINED - 1

    def _load(self, task: ir.Value, step: ir.Value) -> None:
        for s in self.row.slices:
            if s.is_loaded and not s.is_of_all_rows:
                self._copy("gdram2nram", s, _row_number(task, step), self._kept_row(s, step), asynchronous=self.pipelined)

    def _store(self, task: ir.Value, step: ir.Value) -> None:
        for s in self.row.slices:
            if s.is_stored:
                self._copy("nram2gdram", s, _row_number(task, step), self._kept_row(s, step), asynchronous=self.pipelined)

    def _compute(self, task: ir.Value, step: ir.Value) -> None:
        """The body, its slices taken from NRAM."""
        kept = {id(s): self._kept_row(s, step) for s in self.row.slices}
        of = {op: s for s in self.row.slices for op in s.accesses}
        for op, copy in self._copy_of_body(_row_number(task, step)):
            if op in of:
                _redirect(copy, kept[id(of[op])])

    def _kept_row(self, s: Slice, step: ir.Value) -> ir.Value:
        """A slice of the row of a step, in NRAM."""
        if s.is_of_all_rows:
            return self.shared[id(s)]
        slots = self._slots(s)
        if slots == 1:
            return self.rings[id(s)]
        return _view(self.rings[id(s)], arith.muli(arith.remsi(step, index(slots)), index(self.longest)))

    def _array(self, s: Slice, slots: int) -> ir.Value:
        return array("row" if slots == 1 else "ring", slots * self.longest, s.element)

    def _copy(self, direction: str, s: Slice, number: ir.Value, kept: ir.Value, *, asynchronous: bool) -> None:
        start = _value_at(s.start, {variable(self.row.loop): number, s.inner: index(0)}, self.row.loop)
        memory = _view(s.buffer, start)
        ends = (kept, memory) if direction == "gdram2nram" else (memory, kept)
        count = named("count", lambda: arith.index_cast(ir.IntegerType.get_signless(32), as_value(self.row.extent)))
        Builtins(count, asynchronous=asynchronous).copy(direction, *ends, element_bytes(s.element))


def _row_number(task: ir.Value, step: ir.Value) -> ir.Value:
    return arith.addi(task, arith.muli(step, index(TASKS)))


def _redirect(access: ir.Operation, kept: ir.Value) -> None:
    """A load or store of an element of a slice becomes one of the row that is kept."""
    position = [body(access.parent.operation).arguments[0]]
    with ir.InsertionPoint(access), access.location:
        if access.name == "memref.load":
            access.results[0].replace_all_uses_with(memref.load(kept, position))
        else:
            memref.store(access.operands[0], kept, position)
    access.erase()


def _value_at(value: ir.Value, mapping: Mapping, loop: ir.Operation) -> ir.Value:
    """Arithmetic of a loop's body at other values of its variables."""
    if value in mapping or not defined_inside(value, loop):
        return mapping.get(value, value)
    op = defining(value)
    operands = [_value_at(v, mapping, loop) for v in op.operands]
    attributes = {name: op.attributes[name] for name in op.attributes}
    return ir.Operation.create(op.name, results=[value.type], operands=operands, attributes=attributes, loc=op.location).result


def _view(buffer: ir.Value, offset: ir.Value) -> ir.Value:
    stored = ir.MemRefType(buffer.type)
    kind = ir.MemRefType.get([ir.ShapedType.get_dynamic_size()], stored.element_type, memory_space=stored.memory_space)
    return ir.Operation.create("xpiler.view", results=[kind], operands=[buffer, offset]).result


@contextmanager
def _counted(name: str, upper: ir.Value) -> Iterator[ir.Value]:
    with _location(name):
        loop = scf.ForOp(index(0), upper, index(1))
    with ir.InsertionPoint(loop.body):
        yield loop.induction_variable
        scf.yield_([])


@contextmanager
def _where(condition: ir.Value) -> Iterator[None]:
    branch = scf.IfOp(condition)
    with ir.InsertionPoint(branch.then_block):
        yield
        scf.yield_([])


def _location(name: str) -> ir.Location:
    return ir.Location.name(name, ir.Location.current)
