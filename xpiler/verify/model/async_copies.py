"""Asynchronous copies of a CUDA thread: groups in the order of their commits, each done at a wait.

The rules of BANG's copies hold (model.copies), and one more: other threads may not use the destination from the issue on, so the copy
counts as a write there too.
"""

from __future__ import annotations

from mlir import ir

from xpiler.verify.model.copies import Copies
from xpiler.verify.model.memory import Buffer
from xpiler.verify.model.memory_ops import load, store
from xpiler.verify.model.program import Compiler, Registers, Step, Thread, compiles
from xpiler.verify.terms.term import Value

FIRST = "0"  # group of a thread


def copies_of_a_thread() -> Copies:
    """Nothing pending, and the first group open."""
    return Copies(FIRST)


def read(thread: Thread, buffer: Buffer, offset: int, type_: str) -> Value:
    """An element of the source; in the shared form, which has no threads, the copy is done where it is issued."""
    return _recorded(thread, lambda: load(thread, buffer, offset, type_))


def write(thread: Thread, buffer: Buffer, offset: int, type_: str, value: Value) -> None:
    """An element of the destination."""
    store(thread, buffer, offset, type_, value)
    if thread.copies is not None:
        _recorded(thread, lambda: store(thread, buffer, offset, type_, value))


def _recorded(thread: Thread, act):
    thread.recording = thread.copies is not None
    result = act()
    thread.recording = False
    return result


@compiles("nvvm.cp.async.commit.group")
def _commit(compiler: Compiler, op: ir.Operation) -> Step:
    def run(registers: Registers, thread: Thread) -> None:
        if thread.copies is not None:
            thread.copies.queue = str(int(thread.copies.queue) + 1)

    return run


@compiles("nvvm.cp.async.wait.group")
def _wait(compiler: Compiler, op: ir.Operation) -> Step:
    newest = ir.IntegerAttr(op.attributes["n"]).value

    def run(registers: Registers, thread: Thread) -> None:
        if thread.copies is not None:
            committed = int(thread.copies.queue)
            thread.copies.wait(thread.stamp(), frozenset(map(str, range(committed - newest))))

    return run
