"""Values that depend on a kernel's scalar parameters alone: what a launcher can compute again."""

from __future__ import annotations

from mlir import ir

from xpiler.transforms.rewriting import Mapping, clone

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


def _is_positive_constant(value: ir.Value) -> bool:
    if isinstance(value.owner, ir.Block) or value.owner.operation.name != "arith.constant":
        return False
    return ir.IntegerAttr(value.owner.operation.attributes["value"]).value > 0
