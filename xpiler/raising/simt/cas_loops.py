"""Loops around a compare-and-swap are one atomic update.

    do { assumed = old; old = atomicCAS(p, assumed, f(assumed)); } while (assumed != old);

stores f of what is there, in one step, whatever the first guess was; so does the form that gives up where f would change nothing:

    while (val > old) { assumed = old; old = atomicCAS(p, assumed, val); if (old == assumed) break; }
    do { assumed = old; if (assumed >= val) break; old = atomicCAS(p, assumed, val); } while (assumed != old);

Float updates go through the bits of an integer as wide (`(int *)p`, `__float_as_int`). What f does must be one of the updates that every
platform has: a sum, an extreme, bitwise and, or, exclusive or. Extremes by comparison are those that ignore NaN.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir
from mlir.dialects.arith import AtomicRMWKind as Kind

from xpiler.analysis.effects import base_buffer
from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.simt.platform_ops import loaded_memory, reads_only, simt_name
from xpiler.raising.structure import definition, post_order, users
from xpiler.transforms.rewriting import defined_inside

UPDATES = {
    "arith.addf": Kind.addf, "arith.addi": Kind.addi, "arith.andi": Kind.andi, "arith.ori": Kind.ori, "arith.xori": Kind.xori,
    "arith.maxsi": Kind.maxs, "arith.minsi": Kind.mins, "arith.maxui": Kind.maxu, "arith.minui": Kind.minu,
    "arith.maxnumf": Kind.maxnumf, "arith.minnumf": Kind.minnumf, "arith.maximumf": Kind.maxnumf, "arith.minimumf": Kind.minnumf,
}  # fmt: skip
# Comparison -> numbers of its predicates for "greater" and "less", strict or not.
GREATER = {"arith.cmpf": (2, 3), "arith.cmpi": (4, 5)}
LESS = {"arith.cmpf": (4, 5), "arith.cmpi": (2, 3)}
EXTREMES = {"arith.cmpf": (Kind.maxnumf, Kind.minnumf), "arith.cmpi": (Kind.maxs, Kind.mins)}
OPPOSITE = {Kind.maxnumf: Kind.minnumf, Kind.minnumf: Kind.maxnumf, Kind.maxs: Kind.mins, Kind.mins: Kind.maxs}
EQ, NE = 0, 1


def join_cas_loops(kernel: ir.Operation) -> None:
    """Replaces the loops that are one update."""
    for loop in [op for op in post_order(kernel) if op.name == "scf.while"]:
        swaps = [op for op in post_order(loop) if simt_name(op) == "atomic_cas"]
        if len(swaps) == 1:
            _join(loop, swaps[0])


@dataclass
class _Update:
    """What one step stores for what is there: `kind` with `operand`."""

    kind: Kind
    operand: ir.Value


def _join(loop: ir.Operation, swap: ir.Operation) -> None:
    before, after = (region.blocks[0] for region in loop.regions)
    if swap.block == before:
        found = _until_equal(before, after, swap)
    elif swap.block == after:
        found = _while_it_changes(before, after, swap)
    else:
        found = _unless_it_is_there(before, after, swap)
    if found is None or not _only_computes(loop, swap):
        return
    update, olds = found
    if any(users(result) and position not in olds for position, result in enumerate(loop.results)):
        return
    emit = EmissionPoint(ir.InsertionPoint(loop), loop.location)
    operand = _outside(emit, loop, update.operand)
    if operand is None:
        return
    base, indices = _memory(emit, loop, swap, operand.type)
    if base is None:
        return
    made = emit.op("memref.atomic_rmw", [operand.type], [operand, base, *indices], kind=_attribute(update.kind))
    old = made.results[0]
    old = old if old.type == swap.results[0].type else emit.value("arith.bitcast", swap.results[0].type, old)
    for position in olds:
        loop.results[position].replace_all_uses_with(old)
    loop.erase()


def _attribute(kind: Kind) -> ir.Attribute:
    return ir.IntegerAttr.get(ir.IntegerType.get_signless(64), kind.value)


def _until_equal(before: ir.Block, after: ir.Block, swap: ir.Operation) -> tuple[_Update, set[int]] | None:
    """`do ... while (assumed != old)`: the update, and the positions of the loop's results that are the old value."""
    expected, desired = swap.operands[0], swap.operands[1]
    condition, *forwarded = list(before.operations)[-1].operation.operands
    if len(list(after.operations)) != 1 or not _compares(condition, NE, expected, swap.results[0]):
        return None
    arguments, yielded = list(after.arguments), list(list(after.operations)[-1].operation.operands)
    for position, argument in enumerate(before.arguments):
        comes_back = yielded[position] in arguments and forwarded[arguments.index(yielded[position])] == swap.results[0]
        if argument == expected and not comes_back:
            return None
        if argument != expected and any(user.name != "scf.condition" for user in users(argument)):
            return None
    if expected not in list(before.arguments):
        return None
    update = _update_of(desired, expected)
    return None if update is None else (update, {k for k, value in enumerate(forwarded) if value in (expected, swap.results[0])})


def _while_it_changes(before: ir.Block, after: ir.Block, swap: ir.Operation) -> tuple[_Update, set[int]] | None:
    """`while (!done && better(old)) { ... done = old == assumed; }`, where what is stored is what was compared."""
    expected, desired = swap.operands[0], swap.operands[1]
    condition, *forwarded = list(before.operations)[-1].operation.operands
    yielded = list(list(after.operations)[-1].operation.operands)
    if expected not in list(after.arguments):
        return None
    old = forwarded[list(after.arguments).index(expected)]
    if old not in list(before.arguments) or yielded[list(before.arguments).index(old)] != swap.results[0]:
        return None
    done = [a for a, value in zip(before.arguments, yielded, strict=True) if _compares(value, EQ, swap.results[0], expected)]
    better = _unless(condition, done)
    if better is None:
        return None
    update = _extreme(better, _without_bits(desired), old)
    return None if update is None else (update, {k for k, value in enumerate(forwarded) if value == old})


def _unless_it_is_there(before: ir.Block, after: ir.Block, swap: ir.Operation) -> tuple[_Update, set[int]] | None:
    """`do { if (at least as good) break; swap } while (assumed != old)`: the swap under a guard, which also ends the loop."""
    guard, expected = swap.parent.operation, swap.operands[0]
    if guard.name != "scf.if" or guard.block != before or expected not in list(before.arguments) or len(list(after.operations)) != 1:
        return None
    yields = [list(list(region.blocks[0].operations)[-1].operation.operands) for region in guard.regions if list(region.blocks)]
    condition, *forwarded = list(before.operations)[-1].operation.operands
    goes_on = definition(condition)
    if yields != [[swap.results[0]], [expected]] or goes_on is None or goes_on.name != "arith.andi":
        return None
    sides = list(goes_on.operands)
    asks = [side for side in sides if not _compares(side, NE, expected, guard.results[0])]
    if len(asks) != 1 or not _same_denial(asks[0], guard.operands[0]):
        return None
    yielded, position = list(list(after.operations)[-1].operation.operands), list(before.arguments).index(expected)
    arguments = list(after.arguments)
    if yielded[position] not in arguments or forwarded[arguments.index(yielded[position])] != guard.results[0]:
        return None
    update = _extreme(definition(guard.operands[0]).operands[0], _without_bits(swap.operands[1]), expected)
    if update is None:
        return None
    opposite = _Update(OPPOSITE[update.kind], update.operand)
    return opposite, {k for k, value in enumerate(forwarded) if value in (expected, guard.results[0])}


def _same_denial(one: ir.Value, other: ir.Value) -> bool:
    """Whether two values are the negation of one condition."""
    denials = [definition(value) for value in (one, other)]
    if any(op is None or op.name != "arith.xori" or not _is_constant(op.operands[1], 1) for op in denials):
        return False
    return denials[0].operands[0] == denials[1].operands[0]


def _unless(condition: ir.Value, done: list[ir.Value]) -> ir.Value | None:
    """What a condition asks besides that it is not done; None where it is not of that form."""
    op = definition(condition)
    if op is not None and op.name == "scf.if" and _is_not(op.operands[0], done):
        then, otherwise = (list(region.blocks[0].operations)[-1].operation.operands[0] for region in op.regions)
        return then if _is_constant(otherwise, 0) else None
    if op is not None and op.name == "arith.andi":
        left, right = op.operands
        return right if _is_not(left, done) else left if _is_not(right, done) else None
    return None


def _is_not(value: ir.Value, flags: list[ir.Value]) -> bool:
    op = definition(value)
    return op is not None and op.name == "arith.xori" and op.operands[0] in flags and _is_constant(op.operands[1], 1)


def _is_constant(value: ir.Value, bit: int) -> bool:
    op = definition(value)
    return op is not None and op.name == "arith.constant" and abs(int(ir.IntegerAttr(op.attributes["value"]).value)) == bit


def _compares(value: ir.Value, predicate: int, *sides: ir.Value) -> bool:
    op = definition(value)
    if op is None or op.name != "arith.cmpi" or ir.IntegerAttr(op.attributes["predicate"]).value != predicate:
        return False
    return list(op.operands) in (list(sides), list(sides)[::-1])


def _update_of(desired: ir.Value, expected: ir.Value) -> _Update | None:
    """The update whose result is stored for what was expected to be there."""
    op = definition(_without_bits(desired))
    if op is None:
        return None
    if op.name == "arith.select":
        condition, chosen, other = op.operands
        return _extreme(condition, chosen, expected) if _is_current(other, expected) else None
    if op.name not in UPDATES:
        return None
    left, right = op.operands
    if _is_current(left, expected) == _is_current(right, expected):
        return None
    return _Update(UPDATES[op.name], right if _is_current(left, expected) else left)


def _extreme(condition: ir.Value, value: ir.Value, current: ir.Value) -> _Update | None:
    """The extreme that storing `value` where the condition holds is; None where it compares something else."""
    op = definition(condition)
    if op is None or op.name not in GREATER:
        return None
    predicate = ir.IntegerAttr(op.attributes["predicate"]).value
    left, right = op.operands
    if predicate not in (*GREATER[op.name], *LESS[op.name]):
        return None
    if left == value and _is_current(right, current):
        first = True
    elif right == value and _is_current(left, current):
        first = False
    else:
        return None
    largest, smallest = EXTREMES[op.name]
    return _Update(largest if (predicate in GREATER[op.name]) == first else smallest, value)


def _is_current(value: ir.Value, expected: ir.Value) -> bool:
    """Whether a value is what was expected, or its bits."""
    return value == expected or _without_bits(value) == expected


def _without_bits(value: ir.Value) -> ir.Value:
    op = definition(value)
    return op.operands[0] if op is not None and op.name == "arith.bitcast" else value


def _only_computes(loop: ir.Operation, swap: ir.Operation) -> bool:
    """Whether the loop does nothing but compute, besides the swap; what it loads from the memory it swaps may change between its steps."""
    swapped = base_buffer(swap.operands[2])[0]
    if any(_may_be_same(base_buffer(memory)[0], swapped) for memory in loaded_memory(loop)):
        return False
    ends = ("scf.while", "scf.condition", "scf.yield", "xpiler.view")
    return all(op in (loop, swap) or op.name in ends or reads_only(op) or op.name == "scf.if" for op in post_order(loop))


def _may_be_same(left: ir.Value, right: ir.Value) -> bool:
    """Whether two buffers may be one: a global is another value wherever it is named."""
    named = [op is not None and op.name == "memref.get_global" for op in (definition(left), definition(right))]
    return left == right or (all(named) and definition(left).attributes["name"] == definition(right).attributes["name"])


def _outside(emit: EmissionPoint, loop: ir.Operation, value: ir.Value) -> ir.Value | None:
    """The value computed in front of the loop; None where it depends on an iteration."""
    if not defined_inside(value, loop):
        return value
    op = definition(value)
    if op is None or len(op.regions):
        return None
    operands = [_outside(emit, loop, operand) for operand in op.operands]
    if any(operand is None for operand in operands):
        return None
    attributes = {name: op.attributes[name] for name in op.attributes}
    return emit.op(op.name, [r.type for r in op.results], operands, **attributes).results[0]


def _memory(emit: EmissionPoint, loop: ir.Operation, swap: ir.Operation, kind: ir.Type) -> tuple[ir.Value | None, list[ir.Value]]:
    """The memory as elements of `kind`, and the subscripts there; None where it holds others."""
    base, *indices = list(swap.operands)[2:]
    view = definition(base)
    if view is not None and view.name == "xpiler.view" and view.operands[0].type.element_type == kind and len(indices) == 1:
        base, at = view.operands[0], [view.operands[1], indices[0]]
    else:
        at = indices
    outside = [_outside(emit, loop, value) for value in (base, *at)]
    if base.type.element_type != kind or any(value is None for value in outside):
        return None, []
    base, *at = outside
    return base, [emit.add(*at)] if view is not None and len(at) == 2 else at
