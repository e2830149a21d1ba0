"""What sizes may be taken to be: not negative, and small enough that subscripts fit C's int.

A parameter that says how large a buffer or a launch is cannot be negative where the program means anything: the
allocation or the launch would fail, nor can one of 64 bits be larger than any memory, nor lose bits where it becomes
an `int` of the launch. Nor can one that a subscript is a multiple of be negative: it would lead in front of the
buffer. Where nothing says how large the buffers are, one that loops run up to is such a size. A buffer's element count
is taken to fit a signed 32-bit integer, as C code that subscripts with `int` or `unsigned` needs. All of it is stated by
`xpiler.assume`, for everybody to see.
"""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.forms import EXACT
from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.loop_limits import limits
from xpiler.raising.product_facts import Limit, product_limits, sizes_of, written
from xpiler.raising.structure import captures, constant_value, definition, entry, operations
from xpiler.raising.subscript_strides import divisors, strides

INT_MAX = 2**31 - 1
MOST_ELEMENTS = 2**56  # of one byte each: the addresses that processors have


def assume_sizes(kernel: ir.Operation) -> None:
    """State the facts about the kernel's sizes at its top."""
    block = entry(kernel)
    extents = [op for op in operations(block) if op.name == "xpiler.extent"]
    loops = [op for op in operations(block) if op.name == "scf.forall"]
    sizes: dict[ir.Value, None] = {}
    for op in (*extents, *loops):
        for operand in list(op.operands)[1 if op.name == "xpiler.extent" else 0 :]:
            sizes.update(dict.fromkeys(_parameters(operand)))
    sizes.update(dict.fromkeys(strides(kernel)))
    products: dict[Limit, int] = {}
    if not extents:
        products = product_limits(kernel)
        sizes.update(dict.fromkeys(limits(kernel)))
        sizes.update(dict.fromkeys(block.arguments[position] for limit in products for position in sizes_of(limit)))
    emit = EmissionPoint(ir.InsertionPoint(_after_extents(block)), kernel.location)
    for size in sorted(sizes, key=lambda value: value.arg_number):
        emit.op("xpiler.assume", [], [emit.compare("sge", size, emit.constant(0, size.type))], reason=_reason("a size is not negative"))
        if size.type.width == 64:
            emit.op(
                "xpiler.assume",
                [],
                [emit.compare("sle", size, emit.constant(MOST_ELEMENTS, size.type))],
                reason=_reason("a size is no larger than memory"),
            )
    for loop in loops:
        for operand in loop.operands:
            _assume_launch_fits(operand)
    for divisor in divisors(kernel):
        emit.op(
            "xpiler.assume", [], [emit.compare("sge", divisor, emit.constant(1, divisor.type))], reason=_reason("a divisor is positive")
        )
    for limit, width in products.items():
        most, text = (MOST_ELEMENTS, "is no larger than memory") if width == 64 else (INT_MAX, "fits an int")
        fits = emit.compare("sle", written(emit, kernel, limit), emit.constant(most))
        emit.op("xpiler.assume", [], [fits], reason=_reason(f"a product of sizes {text}"))
    _assume_fit(emit, extents)


def _assume_launch_fits(value: ir.Value) -> None:
    """State where a launch's size becomes an int that it is one."""
    op = definition(value)
    if op is None or EXACT in op.attributes:
        return
    if op.name == "arith.trunci" and op.results[0].type.width == 32:
        op.attributes[EXACT] = ir.UnitAttr.get()
        emit = EmissionPoint(ir.InsertionPoint(op), op.location)
        fits = emit.compare("sle", op.operands[0], emit.constant(INT_MAX, op.operands[0].type))
        emit.op("xpiler.assume", [], [fits], reason=_reason("a launch's size fits an int"))
    for used in captures(op):
        _assume_launch_fits(used)


def assume_extents_fit(kernel: ir.Operation, buffers: set[ir.Value]) -> None:
    """State for some buffers, whose extents were found after the subscripts were rewritten, that subscripts fit an int."""
    block = entry(kernel)
    emit = EmissionPoint(ir.InsertionPoint(_after_extents(block)), kernel.location)
    _assume_fit(emit, [op for op in operations(block) if op.name == "xpiler.extent" and op.operands[0] in buffers])


def _assume_fit(emit: EmissionPoint, extents: list[ir.Operation]) -> None:
    for extent in extents:
        elements = extent.operands[1]
        if len(_parameters(elements)) > 1:
            fits = emit.compare("sle", elements, emit.constant(INT_MAX))
            emit.op("xpiler.assume", [], [fits], reason=_reason("a buffer's subscripts fit an int"))


def _reason(text: str) -> ir.Attribute:
    return ir.StringAttr.get(text)


def _after_extents(block: ir.Block) -> ir.Operation:
    """The operation that follows the last extent."""
    ops = operations(block)
    last = max((position for position, op in enumerate(ops) if op.name == "xpiler.extent"), default=-1)
    return ops[last + 1]


def _parameters(value: ir.Value) -> list[ir.Value]:
    """The integer parameters that index arithmetic is made of."""
    if isinstance(value, ir.BlockArgument):
        return [value] if isinstance(value.type, ir.IntegerType) and value.type.width >= 32 else []
    op = definition(value)
    if op is None or constant_value(value) is not None or not op.name.startswith(("arith.", "scf.if")):
        return []
    return list(dict.fromkeys(parameter for used in captures(op) for parameter in _parameters(used)))
