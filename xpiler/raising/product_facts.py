"""What unsigned products in subscripts may be taken to be: `r * cols` in `size_t`, which C lets wrap.

Where nothing says how large the buffers are, the greatest such product, with each loop's variable one below the loop's bound, is taken to
be within memory (64 bits), or to fit an int (32 bits), as the elements of buffers are. It is stated by `xpiler.assume`.
"""

from __future__ import annotations

from mlir import ir

from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.structure import constant_value, definition, entry
from xpiler.raising.subscript_strides import arithmetic_of_subscripts

CASTS = ("arith.index_cast", "arith.index_castui", "arith.extsi", "arith.extui", "arith.trunci")
LEAST_OF = ("arith.minsi", "arith.minui")
Limit = tuple  # ("number", n), ("size", position of a parameter), ("+" or "*", limit, limit)


def product_limits(kernel: ir.Operation) -> dict[Limit, int]:
    """The greatest that each unsigned product in a subscript of a pointer parameter is, with its bits, in order of appearance."""
    found: dict[Limit, int] = {}
    for op in arithmetic_of_subscripts(kernel):
        if op.name != "arith.muli" or not isinstance(op.results[0].type, ir.IntegerType) or "nsw" in str(op.attributes["overflowFlags"]):
            continue
        limit = _limit(op.results[0])
        if limit is not None and len(sizes_of(limit)) > 1:
            found[limit] = max(found.get(limit, 0), op.results[0].type.width)
    return found


def sizes_of(limit: Limit) -> set[int]:
    """The positions of the parameters that a limit is made of."""
    if limit[0] == "size":
        return {limit[1]}
    return set() if limit[0] == "number" else sizes_of(limit[1]) | sizes_of(limit[2])


def written(emit: EmissionPoint, kernel: ir.Operation, limit: Limit) -> ir.Value:
    """A limit in index arithmetic."""
    kind, *parts = limit
    if kind == "number":
        return emit.constant(parts[0])
    if kind == "size":
        return emit.cast(entry(kernel).arguments[parts[0]], emit.index)
    left, right = (written(emit, kernel, part) for part in parts)
    return emit.add(left, right) if kind == "+" else emit.mul(left, right)


def _limit(value: ir.Value) -> Limit | None:
    """The most that a number is, where all that it is made of is no less than zero."""
    number = constant_value(value)
    if number is not None:
        return ("number", number)
    if isinstance(value, ir.BlockArgument):
        return _of_argument(value)
    op = definition(value)
    if op is None or not op.operands:
        return None
    parts = [_limit(operand) for operand in op.operands]
    if op.name in CASTS:
        return parts[0]
    if op.name in LEAST_OF:
        return parts[0] or parts[1]
    if op.name in ("arith.addi", "arith.muli") and None not in parts:
        return ("+" if op.name == "arith.addi" else "*", *parts)
    return None


def _of_argument(value: ir.BlockArgument) -> Limit | None:
    """A size, or one less than the bound of a loop."""
    owner = value.owner.owner.operation
    if owner.name == "func.func":
        return ("size", value.arg_number) if isinstance(value.type, ir.IntegerType) and value.type.width >= 32 else None
    bound: Limit | None = None
    if owner.name == "scf.for" and value.arg_number == 0:
        bound = _limit(owner.operands[1])
    elif owner.name == "scf.forall":
        bound = _of_parallel(owner, value.arg_number)
    if bound is None:
        return None
    return ("number", bound[1] - 1) if bound[0] == "number" else ("+", bound, ("number", -1))


def _of_parallel(loop: ir.Operation, position: int) -> Limit | None:
    static = list(ir.DenseI64ArrayAttr(loop.attributes["staticUpperBound"]))
    unknown = ir.ShapedType.get_dynamic_size()
    if static[position] != unknown:
        return ("number", static[position])
    lower, upper, *_ = ir.DenseI32ArrayAttr(loop.attributes["operandSegmentSizes"])
    return _limit(list(loop.operands)[lower : lower + upper][static[:position].count(unknown)])
