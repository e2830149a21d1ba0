"""Which buffers a launch may write: there, what data chooses is looked up element by element, as others may be written meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mlir import ir

from xpiler.verify.model.forall import STORES, VIEWS, inside
from xpiler.verify.model.memory import Buffer, Pointer
from xpiler.verify.model.program import Function

_positions: dict[int, tuple[ir.Operation, frozenset[int]]] = {}
MOST_KEPT = 64


@contextmanager
def written(kernel: Function, arguments: list) -> Iterator[None]:
    """A launch: the buffers that it may write are marked meanwhile."""
    buffers = [arguments[i].buffer for i in _written(kernel.operation) if isinstance(arguments[i], Pointer)]
    for buffer in buffers:
        buffer.outputs += 1
    try:
        yield
    finally:
        for buffer in buffers:
            buffer.outputs -= 1


def may_be_written(buffer: Buffer) -> bool:
    """Whether what runs now may write a buffer beside the thread that reads."""
    return bool(buffer.watched or buffer.outputs)


def _written(function: ir.Operation) -> frozenset[int]:
    """The positions of the arguments that a kernel may write: all, where it writes by a pointer that is none of them."""
    known = _positions.get(id(function))
    if known is None or known[0] is not function:
        if len(_positions) > MOST_KEPT:
            _positions.clear()
        known = _positions[id(function)] = (function, _found(function))
    return known[1]


def _found(function: ir.Operation) -> frozenset[int]:
    arguments = list(function.regions[0].blocks[0].arguments)
    found: set[int] = set()
    for op in inside(function):
        targets = [op.operands[STORES[op.name]]] if op.name in STORES else []
        if op.name.partition(".")[0] == "bang" or op.name == "func.call":
            targets = [value for value in op.operands if isinstance(value.type, ir.MemRefType)]
        for value in targets:
            while not isinstance(value.owner, ir.Block) and value.owner.name in (*VIEWS, "memref.cast", "memref.collapse_shape"):
                value = value.owner.operands[0]
            if value in arguments:
                found.add(arguments.index(value))
            elif isinstance(value.owner, ir.Block) or value.owner.name != "memref.alloca":
                return frozenset(range(len(arguments)))
    return frozenset(found)
