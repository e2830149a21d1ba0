"""Tiles of a matrix with a stride between their rows, and their transposition: what a target's rules write before it is printed."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from mlir import ir

from xpiler.verify.limits import NotModelled
from xpiler.verify.model.control import known
from xpiler.verify.model.memory import SIZES, Pointer
from xpiler.verify.model.memory_ops import DYNAMIC, element_type, load, store
from xpiler.verify.model.program import Compiler, Registers, Step, Thread, compiles, place_of

PARTS = ("offsets", "sizes", "strides")


@dataclass(frozen=True)
class Tile:
    """Memory from an element on, with the extents of a tile and the elements between neighbours in each dimension."""

    pointer: Pointer
    offset: int
    sizes: tuple[int, ...]
    strides: tuple[int, ...]

    def place(self, indices: tuple[int, ...], element: int) -> int:
        """The byte of an element in its buffer."""
        return self.pointer.base + element * (self.offset + sum(i * stride for i, stride in zip(indices, self.strides, strict=True)))


@compiles("memref.reinterpret_cast")
def _tile(compiler: Compiler, op: ir.Operation) -> Step:
    source, result = compiler.register(op.operands[0]), compiler.register(op.results[0])
    segments = list(ir.DenseI32ArrayAttr(op.attributes["operandSegmentSizes"]))
    run_time = compiler.registers(list(op.operands)[segments[0] :])
    static = [list(ir.DenseI64ArrayAttr(op.attributes[f"static_{part}"])) for part in PARTS]

    def run(registers: Registers, thread: Thread) -> None:
        numbers = iter([known(registers[r], "a tile") for r in run_time])
        (offset,), sizes, strides = (tuple(next(numbers) if n == DYNAMIC else n for n in part) for part in static)
        registers[result] = Tile(registers[source], offset, sizes, strides)

    return run


@compiles("linalg.transpose")
def _transpose(compiler: Compiler, op: ir.Operation) -> Step:
    (source, target), type_ = compiler.registers(op.operands), element_type(op.operands[0])
    permutation, where = list(ir.DenseI64ArrayAttr(op.attributes["permutation"])), place_of(op)

    def run(registers: Registers, thread: Thread) -> None:
        thread.where = where or thread.where
        one, other = registers[source], registers[target]
        if not isinstance(one, Tile) or not isinstance(other, Tile):
            raise NotModelled("a transposition of something else than tiles")
        for indices in itertools.product(*map(range, one.sizes)):
            turned = tuple(indices[k] for k in permutation)
            value = load(thread, one.pointer.buffer, one.place(indices, SIZES[type_]), type_)
            store(thread, other.pointer.buffer, other.place(turned, SIZES[type_]), type_, value)

    return run
