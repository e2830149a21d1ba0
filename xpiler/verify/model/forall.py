"""Parallel iterations (`omp` loops, the freedom of order inside a builtin): run in sequence, watched for conflicts.

An iteration must not touch what another one writes. Platform form has all arrays at the top of the kernel; one whose
declaration is inside of the loop (by its line, and only where loop and array are the kernel's own text) is private to each
iteration: one must not read there what another has written, and what several wrote is unknown afterwards.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from mlir import ir

from xpiler.verify.limits import Defect, NotModelled
from xpiler.verify.model.memory import Buffer
from xpiler.verify.model.program import Compiler, Registers, Step, Thread, line_of

DYNAMIC = -(1 << 63)


class Monitor:
    """The accesses of a parallel loop, by buffer and element: who wrote, who read."""

    def __init__(self, line: int):
        self.iteration = 0
        self._line = line
        self._writers: dict[tuple[Buffer, int], int] = {}
        self._readers: dict[tuple[Buffer, int], int] = {}
        self._several: set[tuple[Buffer, int]] = set()

    def read(self, buffer: Buffer, offset: int, where: str) -> None:
        """Notes a read of this iteration."""
        key = (buffer, offset)
        if self._writers.get(key, self.iteration) != self.iteration:
            raise Defect("race", f"two parallel iterations meet in an element of '{buffer.name}'", where)
        if self._readers.setdefault(key, self.iteration) != self.iteration:
            self._readers[key] = -1

    def write(self, buffer: Buffer, offset: int, where: str) -> None:
        """Notes a write of this iteration."""
        key = (buffer, offset)
        others = self._readers.get(key, self.iteration) != self.iteration or self._writers.get(key, self.iteration) != self.iteration
        if others and not (0 < self._line < buffer.line and key in self._writers):
            raise Defect("race", f"two parallel iterations meet in an element of '{buffer.name}'", where)
        if others:
            self._several.add(key)
            self._readers.pop(key, None)
        self._writers[key] = self.iteration

    def close(self) -> None:
        """After the loop: what several iterations wrote to a private array is unknown."""
        for buffer, offset in self._several:
            buffer.cells.pop(offset, None)


def forall(compiler: Compiler, op: ir.Operation) -> tuple[Step, bool]:
    """scf.forall without shared outputs."""
    if len(op.results):
        raise NotModelled("a parallel loop with results")
    ranges = _ranges(compiler, op)
    code = compiler.block(op.regions[0].blocks[0])
    if code.meets:
        raise NotModelled("threads that meet inside of a parallel loop")
    line = _own_line(op) if "mapping" in op.attributes else 0

    def run(registers: Registers, thread: Thread) -> None:
        monitor = Monitor(line)
        thread.monitors.append(monitor)
        spaces = [range(*(registers[b] if is_register else b for is_register, b in dimension)) for dimension in ranges]
        for number, point in enumerate(itertools.product(*spaces)):
            monitor.iteration = number
            for register, value in zip(code.arguments, point, strict=True):
                registers[register] = value
            code.run(registers, thread)
        thread.monitors.pop()
        monitor.close()

    return run, False


def _own_line(op: ir.Operation) -> int:
    """The line of a loop in the kernel's own text; 0 where it came from another function or is not known."""
    function = op
    while function.name != "func.func":
        function = function.parent.operation
    line = line_of(op)
    return line if 0 < line_of(function) <= line else 0


def _ranges(compiler: Compiler, op: ir.Operation) -> list[tuple]:
    """Lower bound, upper bound and step of each dimension: a register or a number."""
    dynamic: Iterator[ir.Value] = iter(op.operands)
    bounds = []
    for name in ("staticLowerBound", "staticUpperBound", "staticStep"):
        numbers = ir.DenseI64ArrayAttr(op.attributes[name])
        bounds.append([(True, compiler.register(next(dynamic))) if n == DYNAMIC else (False, n) for n in numbers])
    return list(zip(*bounds, strict=True))
