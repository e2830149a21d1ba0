"""Parallel iterations (`omp` loops, the freedom of order inside a builtin): run in sequence, watched for conflicts.

An iteration must not touch what another one writes; only buffers that the loop may write are watched. Platform form has all arrays at
the top of the kernel; one whose declaration is inside of the loop (it bears the loop's number) is private to each iteration:
one must not read there what another has written, and what several wrote is unknown afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple, NoReturn

from mlir import ir

from xpiler.verify.limits import Defect, NotModelled
from xpiler.verify.model.memory import Buffer
from xpiler.verify.model.program import Thread
from xpiler.verify.model.races import meet

LOOP, PRIVATE = "xpiler.parallel", "xpiler.private"  # the front end's marks: a loop's number, and the loops an array is declared in
DYNAMIC = -(1 << 63)


SEVERAL = -1  # iterations


class Monitor:
    """The accesses of a parallel loop, by buffer and element: who wrote, who read, who updated at once."""

    def __init__(self, number: int, written: list[Buffer]):
        self.iteration = 0
        self._watched = dict.fromkeys(written)
        for buffer in written:
            buffer.watch(1)
        self._number = number
        self._writers: dict[Buffer, dict[int, int]] = defaultdict(dict)
        self._readers: dict[Buffer, dict[int, int]] = defaultdict(dict)
        self._updated: dict[Buffer, dict[int, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
        self._uncertain: dict[Buffer, dict[int, list[_Uncertain]]] = defaultdict(dict)
        self._several: set[tuple[Buffer, int]] = set()

    def is_fresh(self, buffer: Buffer, offset: int) -> bool:
        """Whether an element of an array that every iteration has for itself is none that this one has written."""
        is_private = buffer in self._watched and self._number in buffer.loops
        return is_private and self._writers[buffer].get(offset) != self.iteration

    def read(self, buffer: Buffer, offset: int, thread: Thread) -> None:
        """Notes a read of this iteration."""
        if buffer not in self._watched:
            return
        self._meet_uncertain(buffer, offset, thread, "read")
        if self._writers[buffer].get(offset, self.iteration) != self.iteration or self._is_updated(buffer, offset, ""):
            self._conflict(buffer, thread)
        readers = self._readers[buffer]
        if thread.guards:
            self._note(buffer, offset, thread, "read")
        elif readers.setdefault(offset, self.iteration) != self.iteration:
            readers[offset] = SEVERAL

    def write(self, buffer: Buffer, offset: int, thread: Thread) -> None:
        """Notes a write of this iteration."""
        if buffer not in self._watched:
            return
        is_private = self._number in buffer.loops
        if not is_private:
            self._meet_uncertain(buffer, offset, thread, "write")
        writers, readers = self._writers[buffer], self._readers[buffer]
        if thread.guards and not is_private:
            if self._is_others(readers, offset) or self._is_others(writers, offset) or self._is_updated(buffer, offset, ""):
                self._conflict(buffer, thread)
            self._note(buffer, offset, thread, "write")
            return
        if offset not in writers and offset not in readers and not self._updated:
            writers[offset] = self.iteration
            return
        others = self._is_others(readers, offset) or self._is_others(writers, offset) or self._is_updated(buffer, offset, "")
        if others and not (is_private and offset in writers):
            self._conflict(buffer, thread)
        if others:
            self._several.add((buffer, offset))
            readers.pop(offset, None)
        writers[offset] = self.iteration

    def update(self, buffer: Buffer, offset: int, kind: str, thread: Thread) -> None:
        """Notes an atomic update of this iteration, which meets updates of its kind."""
        if buffer not in self._watched:
            return
        self._meet_uncertain(buffer, offset, thread, kind)
        if self._is_others(self._writers[buffer], offset) or self._is_others(self._readers[buffer], offset):
            self._conflict(buffer, thread)
        if self._is_updated(buffer, offset, kind):
            self._conflict(buffer, thread)
        updates = self._updated[buffer][offset]
        if updates.setdefault(kind, self.iteration) != self.iteration:
            updates[kind] = SEVERAL

    def _is_others(self, accesses: dict[int, int], offset: int) -> bool:
        return accesses.get(offset, self.iteration) != self.iteration

    def _is_updated(self, buffer: Buffer, offset: int, kind: str) -> bool:
        """Whether another iteration updates an element otherwise."""
        updates = self._updated[buffer].get(offset) if buffer in self._updated else None
        return updates is not None and any(other != kind and by != self.iteration for other, by in updates.items())

    def _note(self, buffer: Buffer, offset: int, thread: Thread, kind: str) -> None:
        self._uncertain[buffer].setdefault(offset, []).append(_Uncertain(self.iteration, kind, tuple(thread.guards)))

    def _meet_uncertain(self, buffer: Buffer, offset: int, thread: Thread, kind: str) -> None:
        """Against the accesses of other iterations under conditions on data."""
        for other in self._uncertain[buffer].get(offset, ()) if buffer in self._uncertain else ():
            if other.iteration != self.iteration and not other.kind == kind == "read":
                meet(buffer.name, other.guards, tuple(thread.guards), thread.machine.data_accesses)

    def _conflict(self, buffer: Buffer, thread: Thread) -> NoReturn:
        if thread.guards:
            raise NotModelled(f"parallel iterations that meet in '{buffer.name}' under conditions that depend on data")
        raise Defect("race", f"two parallel iterations meet in an element of '{buffer.name}'", thread.where)

    def close(self) -> None:
        """After the loop: what several iterations wrote to a private array is unknown."""
        for buffer in self._watched:
            buffer.watch(-1)
        for buffer, offset in self._several:
            buffer.cells.pop(offset, None)


class _Uncertain(NamedTuple):
    """An access of an iteration that may not happen."""

    iteration: int
    kind: str
    guards: tuple


# What a loop may hold without writing memory that is not named by one of its stores.
VIEWS = frozenset({"xpiler.view", "memref.reinterpret_cast"})
STORES = {
    "memref.store": 1,
    "memref.atomic_rmw": 1,
    "memref.generic_atomic_rmw": 0,
    "vector.store": 1,
    "vector.maskedstore": 0,
    "linalg.transpose": 1,
}
HARMLESS = ("arith", "math", "scf", "vector", "vnni", "ub", "cf", "index")
HARMLESS_OPS = frozenset({"memref.load", "memref.dim", "func.call", "func.return", "memref.alloca", "linalg.yield"}) | VIEWS


def stored_bases(op: ir.Operation) -> list[ir.Value] | None:
    """The pointers, all known before the loop, that a loop and the functions it calls write by; None where that is not to be seen."""
    bases: list[ir.Value] = []
    for inner in inside(op):
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


def inside(op: ir.Operation) -> Iterator[ir.Operation]:
    """The operations inside of one, those of its regions' regions too."""
    for region in op.regions:
        for block in region:
            for inner in block:
                yield inner.operation
                yield from inside(inner.operation)


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
    every = [i for op in callee.operations for i in (op.operation, *inside(op.operation))]
    return all(_only_computes(i) if i.name == "func.call" else _writes_nothing(i) for i in every)


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
