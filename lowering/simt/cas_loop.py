"""Atomic updates that the hardware has no instruction for, as loops around a compare-and-swap.

int old = *bits;  do { assumed = old; old = atomicCAS(bits, assumed, f(assumed)); } while (assumed != old);
"""

from __future__ import annotations

from collections.abc import Callable

from mlir import ir
from mlir.dialects import arith, memref

from xpiler.analysis.effects import is_pure
from xpiler.diagnostics import Unsupported
from xpiler.lowering.c_text.location import place_of
from xpiler.transforms.rewriting import Mapping, clone, operations

Step = Callable[[ir.Value], ir.Value]
NE = 1
WIDTHS = (32, 64)  # bits that a compare-and-swap takes


def update(op: ir.Operation, dialect: str, base: ir.Value, subscripts: list[ir.Value], step: Step) -> ir.Value:
    """The loop in front of an operation that stores `step` of what is at a place; the value is what was there.

    Raises Unsupported for elements that no compare-and-swap takes.
    """
    element = ir.MemRefType(base.type).element_type
    width = getattr(element, "width", 0)
    if width not in WIDTHS or len(subscripts) != 1:
        raise Unsupported(
            f"an atomic update of this kind on {element}", place_of(op.location), "update elements of 32 or 64 bits by one subscript"
        )
    bits = ir.IntegerType.get_signless(width)
    with ir.InsertionPoint(op), op.location:
        at = subscripts[0]
        if bits != element:
            seen = ir.MemRefType.get([ir.ShapedType.get_dynamic_size()], bits, memory_space=ir.MemRefType(base.type).memory_space)
            base = ir.Operation.create("xpiler.view", results=[seen], operands=[base, at]).result
            at = arith.constant(ir.IndexType.get(), 0)
        with ir.Location.name("old", op.location):
            first = memref.load(base, [at])
        return _as(element, _loop(dialect, first, base, at, lambda old: _as(bits, step(_as(element, old)))))


def _loop(dialect: str, first: ir.Value, base: ir.Value, at: ir.Value, step: Step) -> ir.Value:
    kind = first.type
    loop = ir.Operation.create("scf.while", results=[kind], operands=[first], regions=2)
    place = ir.Location.current
    before = loop.regions[0].blocks.append(kind, arg_locs=[place])
    after = loop.regions[1].blocks.append(kind, arg_locs=[place])
    with ir.InsertionPoint(before):
        assumed = before.arguments[0]
        swapped = ir.Operation.create(f"{dialect}.atomic_cas", results=[kind], operands=[assumed, step(assumed), base, at]).result
        again = arith.CmpIOp(NE, assumed, swapped).result
        ir.Operation.create("scf.condition", operands=[again, swapped])
    with ir.InsertionPoint(after):
        ir.Operation.create("scf.yield", operands=[after.arguments[0]])
    return loop.results[0]


def _as(kind: ir.Type, value: ir.Value) -> ir.Value:
    return value if value.type == kind else arith.bitcast(kind, value)


def region_step(op: ir.Operation) -> Step:
    """What a `memref.generic_atomic_rmw` stores for what is there. Raises Unsupported where it does more than compute."""
    block = op.regions[0].blocks[0]
    *body, end = operations(block)
    if not all(map(is_pure, body)):
        raise Unsupported("an atomic update that does more than compute", place_of(op.location), "load and store around the update")

    def step(old: ir.Value) -> ir.Value:
        mapping: Mapping = {block.arguments[0]: old}
        for inner in body:
            clone(inner, mapping, ir.InsertionPoint.current)
        return mapping.get(end.operands[0], end.operands[0])

    return step


def binary_step(operation: str, value: ir.Value) -> Step:
    """One operation on what is there and a value."""
    return lambda old: ir.Operation.create(operation, results=[old.type], operands=[old, value]).result
