"""Which bytes of its arrays of a fixed length a program reads and writes on a straight path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.execution.scalar_evaluator import ScalarEvaluator
from xpiler.verify.defects.straight_path import StraightPath
from xpiler.verify.model.memory import SIZES

COUNT = {"bang.unary": 2, "bang.binary": 3, "bang.binary_scalar": 3, "bang.fill": 2, "bang.convert": 2}  # the operand that is the count
SUBSCRIPT = {"memref.load": 0, "memref.store": 1}  # the operand that is the array; its subscript follows
BUILTINS = "bang."
UNKNOWN = None


@dataclass(frozen=True)
class Span:
    """Bytes from `start` to `end` of an array that an operation accesses; builtins write their first operand and read the others.

    `end` is None where the operation does not tell it.
    """

    op: ir.Operation
    array: ir.Value
    start: int
    end: int | None
    writes: bool

    @property
    def size(self) -> int:
        """The bytes of the array."""
        return ir.MemRefType(self.array.type).shape[0] * element_bytes(self.array)


def spans_on_path(module: ir.Module, function: ir.Operation, arguments: dict[int, int], *, last: bool) -> Iterator[Span]:
    """The spans in the order in which operations access them, those that an operation reads before those that it writes."""
    for op, values in StraightPath(module, last).of(function, arguments):
        try:
            found = [_span(op, buffer, bytes_, writes, values) for buffer, bytes_, writes in _accessed(op, values)]
        except (Unsupported, ZeroDivisionError, KeyError):
            continue
        yield from sorted((span for span in found if span is not None), key=lambda span: span.writes)


def _span(op: ir.Operation, buffer: ir.Value, bytes_: int | None, writes: bool, values: ScalarEvaluator) -> Span | None:
    """The span from where a buffer starts in its array; None where nothing is accessed, or it is no array of a fixed length."""
    start, root = 0, buffer
    while not isinstance(root.owner, ir.Block) and root.owner.name == "xpiler.view":
        root, offset = root.owner.operands
        start += int(values(offset)) * element_bytes(root)
    kind = ir.MemRefType(root.type)
    if isinstance(root.owner, ir.Block) or root.owner.name != "memref.alloca" or not kind.has_static_shape or kind.rank != 1:
        return None
    if bytes_ is UNKNOWN:
        return Span(op, root, start, UNKNOWN, writes)
    return Span(op, root, start, start + bytes_, writes) if bytes_ > 0 else None


def _accessed(op: ir.Operation, values: ScalarEvaluator) -> Iterator[tuple[ir.Value, int | None, bool]]:
    """The buffers that an operation accesses, how many bytes from their start on, and whether it writes them."""
    operands = list(op.operands)
    if op.name == "bang.memcpy":
        yield from ((buffer, int(values(operands[2])), k == 0) for k, buffer in enumerate(operands[:2]))
    elif op.name == "bang.memcpy_2d":
        size, *strides, segments = (int(values(operand)) for operand in operands[2:6])
        yield from ((buffer, size + stride * segments, k == 0) for k, (buffer, stride) in enumerate(zip(operands, strides, strict=False)))
    elif op.name in SUBSCRIPT:
        buffer, *subscripts = operands[SUBSCRIPT[op.name] :]
        if len(subscripts) == 1:
            yield buffer, (int(values(subscripts[0])) + 1) * element_bytes(buffer), op.name == "memref.store"
    elif op.name.startswith(BUILTINS):
        count = int(values(operands[COUNT[op.name]])) if op.name in COUNT else UNKNOWN
        for k, buffer in enumerate(operands):
            if isinstance(buffer.type, ir.MemRefType):
                yield buffer, count if count is UNKNOWN else count * element_bytes(buffer), k == 0


def element_bytes(buffer: ir.Value) -> int:
    """Bytes of an element of a buffer."""
    return SIZES[str(ir.MemRefType(buffer.type).element_type)]
