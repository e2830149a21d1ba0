"""`#pragma omp atomic`: the load, the operation and the store of the statement after it become one atomic update.

`x += e` and its like, and `atomic compare`'s `if (x < e) x = e` or `x = x < e ? e : x`, which is a maximum. What reads the old value
(`capture`, `read`) has no place in a loop whose iterations are independent, and is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clang.cindex import Cursor
from mlir import ir
from mlir.dialects import arith

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader

UPDATES = {"arith.addf": "addf", "arith.addi": "addi", "arith.mulf": "mulf", "arith.muli": "muli"}
UPDATES |= {"arith.andi": "andi", "arith.ori": "ori", "arith.xori": "xori"}
DIFFERENCES = {"arith.subf": "addf", "arith.subi": "addi"}
LESS, GREATER = 2, 4  # arith.cmpi: slt, sgt; arith.cmpf: ogt is 2, olt is 4
HINT = "write it as `x += e`, `x -= e`, `x *= e`, `x &= e`, `x |= e`, `x ^= e`, or `if (x < e) x = e` after `atomic compare`"


def read_atomic(reader: Reader, cursor: Cursor, clauses: str) -> None:
    """Reads the statement after `#pragma omp atomic`; Unsupported for the forms that the module does not know."""
    if {"capture", "read", "write"} & set(clauses.split()):
        raise reader.unsupported(f"'omp atomic {clauses}'", HINT)
    block = reader.builder.block
    assert block is not None
    reader.read_plain(cursor)
    made = list(block.operations)[-1].operation
    with reader.builder.location:
        if not (_as_extreme(made) or _as_choice(made) if "compare" in clauses else _as_update(made)):
            raise reader.unsupported("this form of an atomic update", HINT)


def _as_update(store: ir.Operation) -> bool:
    if store.name != "memref.store" or isinstance(store.operands[0].owner, ir.Block):
        return False
    value, *place = store.operands
    op = value.owner.operation
    sides = list(op.operands)
    if op.name in UPDATES and _is_load(sides[1], place):
        sides.reverse()
    if op.name not in {*UPDATES, *DIFFERENCES} or not _is_load(sides[0], place):
        return False
    with ir.InsertionPoint(store):
        operand = sides[1] if op.name in UPDATES else _negated(sides[1])
    return _replace(store, UPDATES.get(op.name) or DIFFERENCES[op.name], operand)


def _as_extreme(choice: ir.Operation) -> bool:
    """`if (x < e) x = e` by its comparison; integers are compared with their sign."""
    if choice.name != "scf.if" or isinstance(choice.operands[0].owner, ir.Block):
        return False
    condition, body = choice.operands[0].owner.operation, [op.operation for op in choice.regions[0].blocks[0].operations]
    *computed, store = body[:-1]
    if condition.name not in ("arith.cmpi", "arith.cmpf") or store.name != "memref.store" or list(choice.regions[1].blocks):
        return False
    value, *place = store.operands
    left, right = condition.operands
    if not _same(right, value) or not _is_load(left, place) or not all(_is_expression(op) for op in computed):
        return False
    kind = _extreme(condition)
    return kind is not None and _replace(choice, kind, right, list(left.owner.operation.operands))


def _as_choice(store: ir.Operation) -> bool:
    """`x = x < e ? e : x`."""
    sides = _choice(store.operands[0]) if store.name == "memref.store" else None
    if sides is None or isinstance(sides[0].owner, ir.Block):
        return False
    condition, chosen, other = sides[0].owner.operation, *sides[1:]
    place = list(store.operands)[1:]
    if condition.name not in ("arith.cmpi", "arith.cmpf") or not _is_load(other, place):
        return False
    left, right = condition.operands
    kind = _extreme(condition) if _is_load(left, place) and _same(right, chosen) else None
    return kind is not None and _replace(store, kind, right)


def _choice(value: ir.Value) -> tuple[ir.Value, ir.Value, ir.Value] | None:
    """The condition and both sides of a conditional expression that only computes."""
    op = None if isinstance(value.owner, ir.Block) else value.owner.operation
    if op is not None and op.name == "arith.select":
        return tuple(op.operands)
    if op is None or op.name != "scf.if" or len(op.results) != 1:
        return None
    ends = []
    for region in op.regions:
        *computed, end = [inner.operation for inner in region.blocks[0].operations]
        if not all(map(_is_expression, computed)):
            return None
        ends.append(end.operands[0])
    return op.operands[0], *ends


def _extreme(condition: ir.Operation) -> str | None:
    predicate = ir.IntegerAttr(condition.attributes["predicate"]).value
    if condition.name == "arith.cmpf":
        return {GREATER: "maxnumf", LESS: "minnumf"}.get(predicate)
    return {LESS: "maxs", GREATER: "mins"}.get(predicate)


def _is_load(value: ir.Value, place: list[ir.Value]) -> bool:
    op = None if isinstance(value.owner, ir.Block) else value.owner.operation
    if op is None or op.name != "memref.load" or op.operands[0] != place[0]:
        return False
    return all(_same(a, b) for a, b in zip(list(op.operands)[1:], place[1:], strict=True))


def _same(a: ir.Value, b: ir.Value) -> bool:
    """Whether two values are the same expression of the same values."""
    if a == b or isinstance(a.owner, ir.Block) or isinstance(b.owner, ir.Block):
        return a == b
    one, two = a.owner.operation, b.owner.operation
    alike = one.name == two.name and _attributes(one) == _attributes(two) and len(one.operands) == len(two.operands)
    return alike and _is_expression(one) and all(_same(x, y) for x, y in zip(one.operands, two.operands, strict=True))


def _is_expression(op: ir.Operation) -> bool:
    """Nothing is written between two expressions of one statement, so that what they load is the same."""
    return op.name.startswith("arith.") or op.name == "memref.load"


def _attributes(op: ir.Operation) -> dict[str, ir.Attribute]:
    return {name: op.attributes[name] for name in op.attributes}


def _negated(value: ir.Value) -> ir.Value:
    if isinstance(value.type, ir.IntegerType):
        return arith.subi(arith.constant(value.type, 0), value)
    return arith.negf(value)


def _replace(op: ir.Operation, kind: str, operand: ir.Value, place: list[ir.Value] | None = None) -> bool:
    number = ir.IntegerAttr.get(ir.IntegerType.get_signless(64), arith.AtomicRMWKind[kind].value)
    target = place or list(op.operands)[1:]
    ir.Operation.create(
        "memref.atomic_rmw", [operand.type], [operand, *target], {"kind": number}, loc=op.location, ip=ir.InsertionPoint(op)
    )
    computed = list(op.operands) if not len(op.regions) else []
    op.erase()
    for value in computed:
        _drop(value)
    return True


def _drop(value: ir.Value) -> None:
    """Erases what computed a value that nobody uses any more: the update reads the old one itself, which a load beside it would race."""
    op = None if isinstance(value.owner, ir.Block) else value.owner.operation
    if op is None or not _is_expression(op) or any(True for result in op.results for _ in result.uses):
        return
    operands = list(op.operands)
    op.erase()
    for operand in operands:
        _drop(operand)
