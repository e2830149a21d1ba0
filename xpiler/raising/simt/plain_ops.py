"""Platform operations on one thread that upstream has too: fast functions, atomics.

An approximate builtin is its real function here; the error the platform documents is a matter of the verdict.
"""

from __future__ import annotations

from mlir import ir

from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.places import unsupported
from xpiler.raising.simt.platform_ops import simt_name, word
from xpiler.raising.structure import post_order, replace

FUNCTIONS = {"exp", "exp2", "log", "log2", "log10", "sin", "cos", "tan", "tanh", "rsqrt", "sqrt"}
LN_10 = 2.302585092994046
FLOAT_UPDATES = {"add": 0, "exch": 3, "max": 5, "min": 9}
INTEGER_UPDATES = {"add": 1, "and": 2, "exch": 3, "max": 6, "umax": 7, "min": 10, "umin": 11, "or": 14, "xor": 15}


def replace_platform_operations(kernel: ir.Operation) -> None:
    """Rewrite the kernel's approximate functions and atomics in place."""
    for op in post_order(kernel):
        emit = EmissionPoint(ir.InsertionPoint(op), op.location)
        match simt_name(op):
            case "approx":
                replace(op, [_function(emit, word(op, "kind"), op.operands[0])])
            case "approx_binary":
                name = "arith.divf" if word(op, "kind") == "div" else "math.powf"
                replace(op, [emit.value(name, op.results[0].type, *op.operands)])
            case "atomic":
                replace(op, [_atomic(emit, op)])
            case "atomic_cas":
                replace(op, [_compare_and_swap(emit, op)])


def _function(emit: EmissionPoint, kind: str, operand: ir.Value) -> ir.Value:
    type_ = operand.type
    if kind == "rcp":
        return emit.value("arith.divf", type_, emit.float_constant(1.0, type_), operand)
    if kind == "exp10":
        return emit.value("math.exp", type_, emit.value("arith.mulf", type_, operand, emit.float_constant(LN_10, type_)))
    assert kind in FUNCTIONS, kind
    return emit.value(f"math.{kind}", type_, operand)


def _atomic(emit: EmissionPoint, op: ir.Operation) -> ir.Value:
    value, base, *indices = op.operands
    kind = word(op, "kind")
    updates = INTEGER_UPDATES if isinstance(value.type, ir.IntegerType) else FLOAT_UPDATES
    if kind in updates:
        number = ir.IntegerAttr.get(emit.integer_type(64), updates[kind])
        return emit.value("memref.atomic_rmw", value.type, value, base, *indices, kind=number)
    if not isinstance(value.type, ir.IntegerType) and kind != "sub":
        raise unsupported(op, f"an atomic {kind} on {value.type}")
    return _update(emit, base, indices, lambda inside, old: _STEPS[kind](inside, old, value))


def _subtracted(emit: EmissionPoint, old: ir.Value, value: ir.Value) -> ir.Value:
    return emit.value("arith.subi" if isinstance(old.type, ir.IntegerType) else "arith.subf", old.type, old, value)


def _incremented(emit: EmissionPoint, old: ir.Value, limit: ir.Value) -> ir.Value:
    """CUDA's atomicInc: up to the limit, then zero."""
    return emit.select(emit.compare("uge", old, limit), emit.constant(0, old.type), emit.add(old, emit.constant(1, old.type)))


def _decremented(emit: EmissionPoint, old: ir.Value, limit: ir.Value) -> ir.Value:
    """CUDA's atomicDec: down to zero, then the limit; a value above the limit becomes the limit."""
    is_zero = emit.compare("eq", old, emit.constant(0, old.type))
    wraps = emit.value("arith.ori", is_zero.type, is_zero, emit.compare("ugt", old, limit))
    return emit.select(wraps, limit, emit.sub(old, emit.constant(1, old.type)))


_STEPS = {"sub": _subtracted, "inc": _incremented, "dec": _decremented}


def _compare_and_swap(emit: EmissionPoint, op: ir.Operation) -> ir.Value:
    expected, value, base, *indices = op.operands
    if not isinstance(value.type, ir.IntegerType):
        raise unsupported(op, f"an atomic compare-and-swap on {value.type}")
    return _update(emit, base, indices, lambda inside, old: inside.select(inside.compare("eq", old, expected), value, old))


def _update(emit: EmissionPoint, base: ir.Value, indices: list[ir.Value], step) -> ir.Value:
    """One indivisible read, computation and write; the result is the old value."""
    type_ = base.type.element_type
    update = emit.op("memref.generic_atomic_rmw", [type_], [base, *indices], regions=1)
    block = update.regions[0].blocks.append(type_, arg_locs=[emit.location])
    inside = EmissionPoint(ir.InsertionPoint(block), emit.location)
    old = block.arguments[0]
    inside.op("memref.atomic_yield", [], [step(inside, old)])
    return update.results[0]
