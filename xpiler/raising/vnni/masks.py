"""Bit `lane` of an integer mask as an i1, in the form a guard has: `lane < n` rather than shifts."""

from __future__ import annotations

from mlir import ir
from mlir.dialects import arith

from xpiler.raising.vnni.emission_point import constant

EQ, NE, SLT, SLE, SGT, SGE, ULT, ULE, UGT, UGE = range(10)  # arith.cmpi's predicates
TURNED = {SLT: SGT, SLE: SGE, SGT: SLT, SGE: SLE, ULT: UGT, ULE: UGE, UGT: ULT, UGE: ULE}
OPPOSITE = {EQ: NE, NE: EQ, SLT: SGE, SLE: SGT, SGT: SLE, SGE: SLT, ULT: UGE, ULE: UGT, UGT: ULE, UGE: ULT}
CASTS = ("arith.extsi", "arith.extui", "arith.trunci")


def mask_bit(mask: ir.Value, lane: ir.Value, lanes: int) -> ir.Value:
    """Whether bit `lane` (index, below `lanes`) of `mask` is set.

    The idioms of tails are read as comparisons: `(1 << n) - 1`, `~(~0 << n)`, `ones >> (lanes - n)`, and the choice of
    all ones where n is at least the number of lanes. Everything else is a shift and a test.
    """
    count = first_lanes(mask, lanes)
    if count is not None:
        return _below(lane, count)
    known = literal(mask)
    if known is not None and known & ((1 << lanes) - 1) == (1 << lanes) - 1:
        return constant(1, ir.IntegerType.get_signless(1))
    shift = arith.index_cast(mask.type, lane)
    bit = arith.andi(arith.shrui(mask, shift), constant(1, mask.type))
    return arith.cmpi(arith.CmpIPredicate.ne, bit, constant(0, mask.type))


def first_lanes(mask: ir.Value, lanes: int) -> ir.Value | None:
    """The n for which `mask` means "the first n lanes" (all lanes from n = `lanes` on), where it is that."""
    mask = _through_casts(mask)
    operation = _definition(mask)
    if operation is None:
        return None
    choice = _choice(operation, mask)
    if choice is not None:
        return _guarded_choice(*choice, lanes)
    return _power_minus_one(operation) or _ones_cleared(operation) or _ones_shifted(operation, lanes)


def _power_minus_one(operation: ir.Operation) -> ir.Value | None:
    """n of `(1 << n) - 1`; valid for n up to the width, which C's shift already demands."""
    if operation.name == "arith.subi" and literal(operation.operands[1]) == 1:
        power = operation.operands[0]
    elif operation.name == "arith.addi" and literal(operation.operands[1]) == -1:
        power = operation.operands[0]
    else:
        return None
    shifted = _definition(_through_casts(power))
    if shifted is not None and shifted.name == "arith.shli" and literal(shifted.operands[0]) == 1:
        return _through_casts(shifted.operands[1])
    return None


def _ones_cleared(operation: ir.Operation) -> ir.Value | None:
    """n of `~(~0 << n)`."""
    if operation.name != "arith.xori" or literal(operation.operands[1]) != -1:
        return None
    shifted = _definition(_through_casts(operation.operands[0]))
    if shifted is None or shifted.name != "arith.shli" or literal(shifted.operands[0]) != -1:
        return None
    return _through_casts(shifted.operands[1])


def _ones_shifted(operation: ir.Operation, lanes: int) -> ir.Value | None:
    """n of `ones >> (lanes - n)`, ones in the lanes and nowhere else."""
    if operation.name not in ("arith.shrui", "arith.shrsi"):
        return None
    ones = literal(_through_casts(operation.operands[0]))
    if ones == -1 and operation.name == "arith.shrui" and ir.IntegerType(operation.operands[0].type).width == lanes:
        ones = (1 << lanes) - 1  # `(__mmask64)-1`
    if ones != (1 << lanes) - 1:
        return None
    left = _definition(_through_casts(operation.operands[1]))
    if left is None or left.name != "arith.subi" or literal(left.operands[0]) != lanes:
        return None
    return _through_casts(left.operands[1])


def _choice(operation: ir.Operation, value: ir.Value) -> tuple[ir.Value, ir.Value, ir.Value] | None:
    """The condition of a choice and what it is of, as an operation on values or as a result of branches."""
    if operation.name == "arith.select":
        condition, yes, no = operation.operands
        return condition, yes, no
    if operation.name != "scf.if":
        return None
    at = ir.OpResult(value).result_number
    blocks = [region.blocks[0] for region in operation.regions]
    yes, no = (block.operations[len(block.operations) - 1].operands[at] for block in blocks)
    return operation.operands[0], yes, no


def _guarded_choice(condition: ir.Value, yes: ir.Value, no: ir.Value, lanes: int) -> ir.Value | None:
    """n of `n >= lanes ? all ones : (1 << n) - 1` and of `n <= 0 ? 0 : (1 << n) - 1`, whichever way round they are asked; of `n == lanes`
    and `n == 0` as well: elsewhere the bits are those of n."""
    comparison = _definition(condition)
    if comparison is None or comparison.name != "arith.cmpi":
        return None
    predicate = ir.IntegerAttr(comparison.attributes["predicate"]).value
    number, bound = comparison.operands
    if literal(number) is not None:
        number, bound, predicate = bound, number, TURNED.get(predicate, predicate)
    limit = literal(bound)
    if limit is None:
        return None
    for whole, rest, of in ((yes, no, _least_of(predicate, limit)), (no, yes, _least_of(OPPOSITE.get(predicate, -1), limit))):
        if of is not None and of in (lanes, lanes + 1) and _is_whole(whole, lanes):
            return _same_count(number, rest, lanes)
    for none, rest, of in ((yes, no, _most_of(predicate, limit)), (no, yes, _most_of(OPPOSITE.get(predicate, -1), limit))):
        if of in (0, -1) and literal(_through_casts(none)) == 0:
            return _same_count(number, rest, lanes)
    return None


def _least_of(predicate: int, limit: int) -> int | None:
    """The least number for which a comparison with a constant holds."""
    return limit if predicate in (EQ, SGE, UGE) else limit + 1 if predicate in (SGT, UGT) else None


def _most_of(predicate: int, limit: int) -> int | None:
    """The largest number for which a comparison with a constant holds, negative ones included."""
    return limit if predicate in (EQ, SLE) else limit - 1 if predicate == SLT else None


def _is_whole(mask: ir.Value, lanes: int) -> bool:
    ones = literal(_through_casts(mask))
    return ones is not None and not ~ones & ((1 << lanes) - 1)


def _same_count(number: ir.Value, mask: ir.Value, lanes: int) -> ir.Value | None:
    """The compared number, where it is the one that a mask's lanes are counted by."""
    count = first_lanes(mask, lanes)
    return number if count is not None and same_value(number, count) else None


def _below(lane: ir.Value, count: ir.Value) -> ir.Value:
    n = count if isinstance(count.type, ir.IndexType) else arith.index_cast(ir.IndexType.get(), count)
    return arith.cmpi(arith.CmpIPredicate.slt, lane, n)


def literal(value: ir.Value) -> int | None:
    """The constant `value` is, or None."""
    operation = _definition(value)
    if operation is None or operation.name != "arith.constant":
        return None
    attribute = operation.attributes["value"]
    return ir.IntegerAttr(attribute).value if isinstance(attribute, ir.IntegerAttr) else None


def same_value(a: ir.Value, b: ir.Value) -> bool:
    """Whether two values are the same computation, casts aside."""
    a, b = _through_casts(a), _through_casts(b)
    if a == b:
        return True
    left, right = _definition(a), _definition(b)
    if left is None or right is None or left.name != right.name or left.name == "memref.load":
        return False
    if left.name == "arith.constant":
        return left.attributes["value"] == right.attributes["value"]
    if len(left.operands) != len(right.operands) or not left.name.startswith("arith.") or len(left.operands) == 0:
        return False
    return all(same_value(x, y) for x, y in zip(left.operands, right.operands, strict=True))


def _through_casts(value: ir.Value) -> ir.Value:
    """Looks through width changes: a mask keeps its low bits, a lane count is small."""
    operation = _definition(value)
    while operation is not None and operation.name in CASTS:
        value = operation.operands[0]
        operation = _definition(value)
    return value


def _definition(value: ir.Value) -> ir.Operation | None:
    if isinstance(value, ir.BlockArgument):
        return None
    owner = ir.OpResult(value).owner
    return getattr(owner, "operation", owner)
