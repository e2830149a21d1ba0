"""Arrays of a fixed length that a source runs past at sizes which nothing excludes: `n / taskDim` elements copied into 4096.

No run at moderate sizes shows it. What the launcher and the kernel compute from the sizes alone is evaluated instead, with one size
after another growing, until an access leaves its array.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from mlir import ir

from xpiler.diagnostics import Unsupported, XpilerError
from xpiler.execution.scalar_evaluator import ScalarEvaluator
from xpiler.verify.defects.defect import Sizes, SourceDefect
from xpiler.verify.defects.executions import placed
from xpiler.verify.defects.rows import holds
from xpiler.verify.defects.straight_path import StraightPath
from xpiler.verify.model.memory import SIZES
from xpiler.verify.model.program import place_of
from xpiler.verify.model.side import Unit

KIND = "capacity"
POWERS = range(5, 25)
FEW = 2  # the other sizes, while one grows
COUNT = {"bang.unary": 2, "bang.binary": 3, "bang.binary_scalar": 3, "bang.fill": 2, "bang.convert": 2}  # the operand that is the count
SUBSCRIPT = {"memref.load": 0, "memref.store": 1}  # the operand that is the array; its subscript follows
Past = tuple[ir.Operation, ir.Value, int]  # an access, the array that it leaves, and the elements that it would need


def short_arrays(module: ir.Module, assumptions: Sequence[str] = ()) -> list[SourceDefect]:
    """Warnings about a program in platform form: one for each array, with the least size that shows it."""
    try:
        unit = Unit.of(module)
    except XpilerError:
        return []
    places = dict(zip((p.name for p in unit.parameters), unit.positions, strict=True))
    names = [p.name for p in unit.parameters if not p.is_pointer and "int" in p.dtype]

    def past(sizes: Sizes) -> Past | None:
        if not all(holds(text, sizes) for text in assumptions):
            return None
        return next(_past(module, unit.function, {places[name]: n for name, n in sizes.items()}), None)

    found: dict[ir.Value, SourceDefect] = {}
    for name in names:
        sizes = _least(dict.fromkeys(names, FEW), name, past)
        over = past(sizes) if sizes else None
        if sizes and over and over[1] not in found:
            found[over[1]] = _defect(over, sizes)
    return list(found.values())


def _least(others: Sizes, name: str, past: Callable[[Sizes], Past | None]) -> Sizes | None:
    """The least number of one size at which something is passed, between neighbours of powers of two: what a remainder makes longer
    shows there, below a guard at a power."""
    tried = [(1 << k) - 1 for k in POWERS]
    at = next((k for k, number in enumerate(tried) if past({**others, name: number})), None)
    if at is None:
        return None
    low, high = tried[at - 1] if at else 0, tried[at]
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if past({**others, name: middle}) else (middle, high)
    return {**others, name: high}


def _past(module: ir.Module, function: ir.Operation, arguments: dict[int, int]) -> Iterator[Past]:
    for last in (False, True):
        for op, values in StraightPath(module, last).of(function, arguments):
            try:
                yield from _leaves(op, values)
            except (Unsupported, ZeroDivisionError, KeyError):
                continue


def _leaves(op: ir.Operation, values: ScalarEvaluator) -> Iterator[Past]:
    """The arrays of a fixed length that an access goes past the end of."""
    for buffer, bytes_ in _accessed(op, values):
        start, root = 0, buffer
        while not isinstance(root.owner, ir.Block) and root.owner.name == "xpiler.view":
            root, offset = root.owner.operands
            start += int(values(offset)) * _element(root)
        kind = ir.MemRefType(root.type)
        if isinstance(root.owner, ir.Block) or root.owner.name != "memref.alloca" or not kind.has_static_shape or kind.rank != 1:
            continue
        size = _element(root)
        if bytes_ > 0 and start + bytes_ > kind.shape[0] * size:
            yield op, root, -(-(start + bytes_) // size)


def _accessed(op: ir.Operation, values: ScalarEvaluator) -> Iterator[tuple[ir.Value, int]]:
    """The buffers that an operation accesses, and how many bytes from their start on."""
    operands = list(op.operands)
    if op.name == "bang.memcpy":
        yield from ((buffer, int(values(operands[2]))) for buffer in operands[:2])
    elif op.name == "bang.memcpy_2d":
        size, *strides, segments = (int(values(operand)) for operand in operands[2:6])
        yield from ((buffer, size + stride * segments) for buffer, stride in zip(operands[:2], strides, strict=True))
    elif op.name in COUNT:
        count = int(values(operands[COUNT[op.name]]))
        yield from ((buffer, count * _element(buffer)) for buffer in operands if isinstance(buffer.type, ir.MemRefType))
    elif op.name in SUBSCRIPT:
        buffer, *subscripts = operands[SUBSCRIPT[op.name] :]
        if len(subscripts) == 1:
            yield buffer, (int(values(subscripts[0])) + 1) * _element(buffer)


def _element(buffer: ir.Value) -> int:
    return SIZES[str(ir.MemRefType(buffer.type).element_type)]


def _defect(past: Past, sizes: Sizes) -> SourceDefect:
    access, array, needed = past
    location, kind = array.owner.location, ir.MemRefType(array.type)
    name = f"'{location.name_str}'" if location.is_a_name() else "an array"
    unit = "bytes" if _element(array) == 1 else "elements"
    return SourceDefect(KIND, f"{name} has {kind.shape[0]} {unit}, and this access needs {needed}", placed(place_of(access)), sizes)
