"""Values that depend on a kernel's scalar parameters alone: what a launcher can compute again."""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.effects import defining
from xpiler.transforms.rewriting import Mapping, clone, constant_int

INT_MAX = (1 << 31) - 1
_BOUNDED = ("arith.minsi", "arith.addi", "arith.divsi")
_PURE_DIALECTS = ("arith.", "math.", "affine.", "index.")


def depends_on_parameters_only(value: ir.Value, function: ir.Operation) -> bool:
    """Whether `value` is arithmetic on the function's parameters and constants."""
    if isinstance(value.owner, ir.Block):
        return value.owner == function.regions[0].blocks[0]
    op = value.owner.operation
    pure = op.name.startswith(_PURE_DIALECTS) and not len(op.regions)
    return pure and all(depends_on_parameters_only(v, function) for v in op.operands)


def rebuilt(value: ir.Value, mapping: Mapping, ip: ir.InsertionPoint) -> ir.Value:
    """`value` computed again at `ip`, with the parameters replaced by `mapping` (which remembers what has been computed)."""
    if value in mapping:
        return mapping[value]
    op = value.owner.operation
    for operand in op.operands:
        rebuilt(operand, mapping, ip)
    clone(op, mapping, ip)
    return mapping[value]


def fits_int(value: ir.Value) -> bool:
    """Whether an index value is known to lie in the range of a 32-bit signed integer."""
    if isinstance(value.owner, ir.Block):
        return str(value.type) in ("i1", "i8", "i16", "i32")
    op = value.owner.operation
    if op.name == "arith.constant":
        return -(1 << 31) <= ir.IntegerAttr(op.attributes["value"]).value < 1 << 31
    if op.name in ("arith.index_cast", "arith.extsi"):
        return str(op.operands[0].type) in ("i8", "i16", "i32") or fits_int(op.operands[0])
    if op.name in ("arith.divsi", "arith.divui", "arith.floordivsi", "arith.ceildivsi", "arith.ceildivui", "arith.remsi", "arith.remui"):
        return fits_int(op.operands[0]) and _is_positive_constant(op.operands[1])
    if op.name in ("arith.minsi", "arith.maxsi"):
        return all(fits_int(v) for v in op.operands)
    return False


def largest(value: ir.Value | int) -> int | None:
    """What an index value is known not to exceed: minima with constants, quotients by them, sums of both, ints; None for others."""
    number = value if isinstance(value, int) else constant_int(value)
    if number is not None:
        return number
    op = defining(value)
    sides = [largest(v) for v in op.operands] if op is not None and op.name in _BOUNDED else []
    known = [side for side in sides if side is not None]
    if op is not None and op.name == "arith.minsi" and known:
        return min(known)
    if op is not None and op.name == "arith.addi" and len(known) == len(sides) > 0:
        return sum(known)
    if op is not None and op.name == "arith.divsi" and None not in sides and _is_positive_constant(op.operands[1]):
        return max(sides[0], 0) // sides[1]
    return INT_MAX if fits_int(value) else None


def _is_positive_constant(value: ir.Value) -> bool:
    number = constant_int(value)
    return number is not None and number > 0
