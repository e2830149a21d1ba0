"""Asynchronous copies read in program order, where the waits in the source make that the only order.

A copy is taken to happen where it is issued. That is what the source means when nobody reads its destination, writes
its destination or writes its source before the wait. Here the buffers of a copy in flight are compared by base and
offset; different offsets of one buffer are the halves of a ping-pong pair and count as apart.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.dialects.words import word
from xpiler.raising.places import invalid
from xpiler.raising.structure import constant_value, definition, operations, walk

OFF_CHIP = ("gdram", "ldram")


@dataclass(frozen=True)
class Flight:
    """A copy that was issued and not waited for."""

    copy: ir.Operation
    queue: str


def drop_syncs(kernel: ir.Operation) -> None:
    """Make every copy synchronous and drop the waits; InvalidInput where a copy is used before its wait, or has none."""
    for left in _run(kernel.regions[0].blocks[0], []):
        if _is_observed(left.copy):
            raise invalid(left.copy, "no wait follows this asynchronous copy", f"add __sync_{left.queue}() before the data is used")
    for op in list(walk(kernel)):
        if op.name == "bang.sync":
            op.erase()
        elif "async" in op.attributes and op.name.startswith("bang."):
            del op.attributes["async"]


def queue_of(copy: ir.Operation) -> str:
    """The queue a copy is in: anything off chip is io, strided and other on-chip copies are move, plain NRAM to NRAM is compute."""
    direction = word(copy.attributes["direction"])
    if any(space in direction for space in OFF_CHIP):
        return "io"
    return "compute" if direction == "nram2nram" and copy.name == "bang.memcpy" else "move"


def _run(block: ir.Block, flights: list[Flight]) -> list[Flight]:
    """Go through a block in order; the copies still in flight at its end."""
    for op in operations(block):
        if op.name == "bang.sync":
            flights = _waited(flights, word(op.attributes["kind"]))
        elif op.name == "bang.barrier":
            flights = []
        else:
            _check(op, flights)
            if "async" in op.attributes and op.name.startswith("bang."):
                flights = [*flights, Flight(op, queue_of(op))]
            for region in op.regions:
                for inner in region.blocks:
                    flights = _run(inner, flights)
    return flights


def _waited(flights: list[Flight], kind: str) -> list[Flight]:
    if kind in ("all_queues", "io_move_compute"):
        return []
    return [flight for flight in flights if flight.queue != kind]


def _check(op: ir.Operation, flights: list[Flight]) -> None:
    """Refuse an access to a buffer that a copy in flight owns. Copies of one queue run in order."""
    reads, writes = accesses(op)
    for flight in flights:
        if "async" in op.attributes and op.name.startswith("bang.") and queue_of(op) == flight.queue:
            continue
        target, source = flight.copy.operands[0], flight.copy.operands[1]
        if any(same_place(target, place) for place in (*reads, *writes)) or any(same_place(source, place) for place in writes):
            hint = f"add __sync_{flight.queue}() before it"
            raise invalid(op, "this uses a buffer that an asynchronous copy still owns", hint)


def accesses(op: ir.Operation) -> tuple[list[ir.Value], list[ir.Value]]:
    """The buffers a builtin reads and writes: by convention the first one is written."""
    if not op.name.startswith("bang."):
        return [], []
    buffers = [value for value in op.operands if isinstance(value.type, ir.MemRefType)]
    if op.name in ("bang.sum", "bang.count"):
        return buffers, []
    return buffers[1:], buffers[:1]


def same_place(left: ir.Value, right: ir.Value) -> bool:
    """Whether two buffers are views of one base at the same offset."""
    (base, offset), (other, other_offset) = _anchor(left), _anchor(right)
    if base != other:
        return False
    if offset is not None and other_offset is not None and offset == other_offset:
        return True
    numbers = [0 if value is None else constant_value(value) for value in (offset, other_offset)]
    return numbers[0] is not None and numbers[0] == numbers[1]


def _anchor(buffer: ir.Value) -> tuple[ir.Value, ir.Value | None]:
    op = definition(buffer)
    if op is not None and op.name == "xpiler.view":
        return op.operands[0], op.operands[1]
    return buffer, None


def _is_observed(copy: ir.Operation) -> bool:
    """A store to global memory completes when the kernel ends; a load that nobody waits for is an error."""
    return "2gdram" not in word(copy.attributes["direction"])
