"""Parallel iterations (`omp` loops, the freedom of order inside a builtin): run in sequence, watched for conflicts.

An iteration must not touch what another one writes; only buffers that the loop may write are watched. Platform form has all arrays at
the top of the kernel; one whose declaration is inside of the loop (it bears the loop's number) is private to each iteration:
one must not read there what another has written, and what several wrote is unknown afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from mlir import ir

from xpiler.verify.limits import Defect
from xpiler.verify.model.memory import Buffer

LOOP, PRIVATE = "xpiler.parallel", "xpiler.private"  # the front end's marks: a loop's number, and the loops an array is declared in
DYNAMIC = -(1 << 63)


class Monitor:
    """The accesses of a parallel loop, by buffer and element: who wrote, who read."""

    def __init__(self, number: int, written: list[Buffer]):
        self.iteration = 0
        self._watched = dict.fromkeys(written)
        for buffer in written:
            buffer.watch(1)
        self._number = number
        self._writers: dict[Buffer, dict[int, int]] = defaultdict(dict)
        self._readers: dict[Buffer, dict[int, int]] = defaultdict(dict)
        self._several: set[tuple[Buffer, int]] = set()

    def shares(self, buffer: Buffer) -> bool:
        """Whether iterations write one buffer, which none of them has for itself."""
        return buffer in self._watched and self._number not in buffer.loops

    def read(self, buffer: Buffer, offset: int, where: str) -> None:
        """Notes a read of this iteration."""
        if buffer not in self._watched:
            return
        if self._writers[buffer].get(offset, self.iteration) != self.iteration:
            raise Defect("race", f"two parallel iterations meet in an element of '{buffer.name}'", where)
        readers = self._readers[buffer]
        if readers.setdefault(offset, self.iteration) != self.iteration:
            readers[offset] = -1

    def write(self, buffer: Buffer, offset: int, where: str) -> None:
        """Notes a write of this iteration."""
        if buffer not in self._watched:
            return
        writers, readers = self._writers[buffer], self._readers[buffer]
        if offset not in writers and offset not in readers:
            writers[offset] = self.iteration
            return
        others = readers.get(offset, self.iteration) != self.iteration or writers.get(offset, self.iteration) != self.iteration
        if others and not (self._number in buffer.loops and offset in writers):
            raise Defect("race", f"two parallel iterations meet in an element of '{buffer.name}'", where)
        if others:
            self._several.add((buffer, offset))
            readers.pop(offset, None)
        writers[offset] = self.iteration

    def close(self) -> None:
        """After the loop: what several iterations wrote to a private array is unknown."""
        for buffer in self._watched:
            buffer.watch(-1)
        for buffer, offset in self._several:
            buffer.cells.pop(offset, None)


# What a loop may hold without writing memory that is not named by one of its stores.
VIEWS = frozenset({"xpiler.view", "memref.reinterpret_cast"})
STORES = {"memref.store": 1, "vector.store": 1, "vector.maskedstore": 0, "linalg.transpose": 1}
HARMLESS = ("arith", "math", "scf", "vector", "vnni", "ub", "cf", "index")
HARMLESS_OPS = frozenset({"memref.load", "memref.dim", "func.call", "func.return", "memref.alloca", "linalg.yield"}) | VIEWS


def stored_bases(op: ir.Operation) -> list[ir.Value] | None:
    """The pointers, all known before the loop, that a loop and the functions it calls write by; None where that is not to be seen."""
    bases: list[ir.Value] = []
    for inner in _inside(op):
        if inner.name in STORES:
            target = inner.operands[STORES[inner.name]]
            if _is_own(target, op):
                continue
            base = _root(target, op)
            if base is None:
                return None
            bases.append(base)
        elif inner.name == "func.call":
            if not _only_computes(inner):
                return None
        elif not _writes_nothing(inner):
            return None
    return list(dict.fromkeys(bases))


def _inside(op: ir.Operation) -> Iterator[ir.Operation]:
    for region in op.regions:
        for block in region:
            for inner in block:
                yield inner.operation
                yield from _inside(inner.operation)


def _is_own(value: ir.Value, loop: ir.Operation) -> bool:
    """Whether memory is an array that an iteration makes for itself."""
    while not isinstance(value, ir.BlockArgument) and value.owner.name in VIEWS:
        value = value.owner.operands[0]
    return not isinstance(value, ir.BlockArgument) and value.owner.name == "memref.alloca" and _is_within(value.owner.operation, loop)


def _root(value: ir.Value, loop: ir.Operation) -> ir.Value | None:
    """The pointer a view is taken of; None where it is made inside of the loop some other way."""
    while not isinstance(value, ir.BlockArgument) and value.owner.name in VIEWS and _is_within(value.owner.operation, loop):
        value = value.owner.operands[0]
    home = value.owner.owner.operation if isinstance(value, ir.BlockArgument) else value.owner.operation.parent.operation
    return None if home == loop or _is_within(home, loop) else value


def _is_within(op: ir.Operation, loop: ir.Operation) -> bool:
    while op.name != "builtin.module":
        op = op.parent.operation
        if op == loop:
            return True
    return False


def _only_computes(call: ir.Operation) -> bool:
    """Whether a call, and what it calls in turn, writes no memory; functions do not call themselves."""
    callee = callee_of(call)
    if callee is None:
        return False
    inside = [i for op in callee.operations for i in (op.operation, *_inside(op.operation))]
    return all(_only_computes(i) if i.name == "func.call" else _writes_nothing(i) for i in inside)


def _writes_nothing(op: ir.Operation) -> bool:
    return op.name not in STORES and (op.name.partition(".")[0] in HARMLESS or op.name in HARMLESS_OPS)


def callee_of(call: ir.Operation) -> ir.Block | None:
    """The body of the function of the same module that is called; None where it has not one block."""
    name = ir.FlatSymbolRefAttr(call.attributes["callee"]).value
    module = call
    while module.name != "builtin.module":
        module = module.parent.operation
    for function in module.regions[0].blocks[0].operations:
        if function.operation.name == "func.func" and ir.StringAttr(function.operation.attributes["sym_name"]).value == name:
            blocks = function.operation.regions[0].blocks
            return blocks[0] if len(blocks) == 1 else None
    return None


def loop_number(op: ir.Operation) -> int:
    """The number of a parallel loop of the source; 0 for any other."""
    return ir.IntegerAttr(op.attributes[LOOP]).value if LOOP in op.attributes else 0


def loops_of(array: ir.Operation) -> frozenset[int]:
    """The parallel loops in whose bodies an array is declared."""
    return frozenset(ir.DenseI64ArrayAttr(array.attributes[PRIVATE])) if PRIVATE in array.attributes else frozenset()


def ranges(op: ir.Operation) -> list[tuple]:
    """Lower bound, upper bound and step of each dimension: a value or a number."""
    dynamic: Iterator[ir.Value] = iter(op.operands)
    bounds = []
    for name in ("staticLowerBound", "staticUpperBound", "staticStep"):
        numbers = ir.DenseI64ArrayAttr(op.attributes[name])
        bounds.append([next(dynamic) if n == DYNAMIC else n for n in numbers])
    return list(zip(*bounds, strict=True))
