"""A program with smaller pieces: a wrong stride of pieces of 8192 elements shows at ten elements when they are 8 long.

Every number that is a multiple of the piece, give or take a few, is made the same multiple of a small one: constants,
static bounds and the lengths of arrays alike. Only the search works on the small program; what it finds is put into the
real one and judged there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mlir import ir

from xpiler.repair.edit import Edit, Undo, is_integer, number_of, set_attribute

SMALL = 8
LEAST_PIECE = 512
SLACK = 3  # a number so far from a multiple is that multiple and the rest


@dataclass(frozen=True)
class Scale:
    """Numbers around multiples of `piece` go to the same place around multiples of SMALL, and back."""

    piece: int

    def down(self, number: int) -> int:
        """The small program's number."""
        times, rest = self._nearest(number, self.piece)
        if times and abs(rest) <= SLACK:
            return times * SMALL + rest
        part = self.piece // number if number > LEAST_PIECE // 4 and self.piece % number == 0 else 0
        return SMALL // part if part and SMALL % part == 0 else number

    def up(self, number: int) -> int:
        """The real program's number."""
        times, rest = self._nearest(number, SMALL)
        if times and abs(rest) <= SLACK:
            return times * self.piece + rest
        return self.piece // (SMALL // number) if number > 1 and SMALL % number == 0 else number

    @staticmethod
    def _nearest(number: int, base: int) -> tuple[int, int]:
        times = (number + base // 2) // base
        return times, number - times * base


def piece_of(module: ir.Module) -> int:
    """The length of most arrays of the program; 0 where they are short already."""
    lengths: list[int] = []

    def visit(op: ir.Operation) -> ir.WalkResult:
        if op.name == "memref.alloca" and ir.MemRefType(op.results[0].type).rank == 1:
            lengths.append(ir.MemRefType(op.results[0].type).shape[0])
        return ir.WalkResult.ADVANCE

    module.operation.walk(visit)
    long = [n for n in lengths if n >= LEAST_PIECE]
    return max(set(long), key=lambda n: (long.count(n), n)) if long else 0


@contextmanager
def scaled(module: ir.Module, scale: Scale) -> Iterator[None]:
    """The module with small numbers, for the length of a `with`."""
    undos: list[Undo] = []
    found: list[ir.Operation] = []
    module.operation.walk(lambda op: (found.append(op), ir.WalkResult.ADVANCE)[1])
    for op in found:
        undos += _scaled_op(op, scale)
    try:
        yield
    finally:
        for undo in reversed(undos):
            undo()


def _scaled_op(op: ir.Operation, scale: Scale) -> list[Undo]:
    if op.name == "arith.constant" and is_integer(op.results[0].type):
        kind, number = op.results[0].type, int(number_of(op.results[0]))
        return [set_attribute(op, "value", ir.IntegerAttr.get(kind, scale.down(number)))] if scale.down(number) != number else []
    undos = []
    for name in ("staticLowerBound", "staticUpperBound", "staticStep"):
        if name in op.attributes:
            values = [scale.down(v) if v > 0 else v for v in ir.DenseI64ArrayAttr(op.attributes[name])]
            undos.append(set_attribute(op, name, ir.DenseI64ArrayAttr.get(values, op.context)))
    return undos + [_shorter(result, scale) for result in op.results if isinstance(result.type, ir.MemRefType)]


def _shorter(value: ir.Value, scale: Scale) -> Undo:
    old = value.type
    kind = ir.MemRefType(old)
    shape = [scale.down(n) if n > 0 else n for n in kind.shape]
    with value.owner.location:
        value.set_type(ir.MemRefType.get(shape, kind.element_type, kind.layout, kind.memory_space))
    return lambda: value.set_type(old)


def unscaled(edit: Edit, scale: Scale) -> Edit:
    """The edit of the real program that an edit of the small one stands for."""
    return edit if edit.hole is None else edit.hole.filled(scale.up(edit.hole.new))
