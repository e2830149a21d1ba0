"""Tests whether a tail has any lanes, around code whose masks say so too, are dropped.

    if (n & 15) { m = (1 << (n & 15)) - 1; acc = fma(maskz_load(m, a), maskz_load(m, b), acc); }

Where no lane is left, every load gives zeros and the register stays what it was: the code may run always.
"""

from __future__ import annotations

from mlir import ir

from xpiler.raising.vnni.masks import CASTS, first_lanes, literal, same_value

NE, SLT, SGT = 1, 2, 4  # arith.cmpi's predicates
ZERO = "zero"
LANEWISE = ("arith.", "math.", "vector.from_elements", "vector.bitcast", "vector.extract_strided_slice", "vector.broadcast")
TRAPPING = ("arith.divsi", "arith.divui", "arith.remsi", "arith.remui", "arith.floordivsi", "arith.ceildivsi")
ZERO_KEEPING = (
    "arith.negf",
    "math.absf",
    "math.sqrt",
    "arith.extf",
    "arith.truncf",
    "arith.sitofp",
    "arith.extsi",
    "arith.extui",
    "vector.bitcast",
)


def drop_tail_guards(function: ir.Operation) -> None:
    """Opens every such test in a function."""
    found: list[ir.Operation] = []

    def visit(op: ir.Operation) -> ir.WalkResult:
        if op.name == "scf.if" and len(op.results) and all(isinstance(r.type, ir.VectorType) for r in op.results):
            found.append(op)
        return ir.WalkResult.ADVANCE

    function.walk(visit)
    for op in found:
        if _says_nothing(op):
            _open(op)


def _says_nothing(test: ir.Operation) -> bool:
    """Whether the results are those of the other branch where the condition fails and the first branch runs all the same."""
    first, other = (region.blocks[0] for region in test.regions)
    *body, last = [op.operation for op in first.operations]
    if len(list(other.operations)) > 1 or not all(_may_run(op) for op in body):
        return False
    masks = [op.operands[len(op.operands) - 2] for op in body if op.name == "vector.maskedload"]
    if not masks or not all(_empty_unless(mask, test.operands[0]) for mask in masks):
        return False
    kept = next(iter(other.operations)).operation.operands
    left = [_value_without_lanes(value, first, test.operands[0]) for value in last.operands]
    return all(isinstance(value, ir.Value) and value == old for value, old in zip(left, kept, strict=True))


def _may_run(op: ir.Operation) -> bool:
    return op.name == "vector.maskedload" or (op.name.startswith(LANEWISE) and op.name not in TRAPPING and not len(op.regions))


def _open(test: ir.Operation) -> None:
    *body, last = [op.operation for op in test.regions[0].blocks[0].operations]
    for op in body:
        op.move_before(test)
    for result, value in zip(test.results, list(last.operands), strict=True):
        result.replace_all_uses_with(value)
    test.erase()


def _empty_unless(mask: ir.Value, condition: ir.Value) -> bool:
    """Whether a mask has no lanes where the condition fails: it is the first n lanes and n > 0 is asked, or it is asked itself."""
    word = _word_of(mask)
    test = _definition(condition)
    if word is None or test is None or test.name != "arith.cmpi":
        return False
    predicate = ir.IntegerAttr(test.attributes["predicate"]).value
    left, right = test.operands
    if predicate == NE and literal(right) == 0 and same_value(left, word):
        return True
    count = first_lanes(word, ir.VectorType(mask.type).shape[0])
    if count is None:
        return False
    if predicate in (NE, SGT) and literal(right) == 0:
        return same_value(left, count)
    difference = _definition(count)
    if difference is None or difference.name != "arith.subi" or predicate not in (SLT, SGT):
        return False
    low, high = (left, right) if predicate == SLT else (right, left)
    return same_value(difference.operands[0], high) and same_value(difference.operands[1], low)


def _word_of(mask: ir.Value) -> ir.Value | None:
    """The integer whose bits a mask of lanes is."""
    op = _definition(mask)
    while op is not None and op.name in ("vector.extract_strided_slice", "vector.bitcast"):
        op = _definition(op.operands[0])
    return op.operands[0] if op is not None and op.name == "vector.from_elements" else None


def _value_without_lanes(value: ir.Value, branch: ir.Block, condition: ir.Value) -> ir.Value | str | None:
    """What a register is where no mask has lanes: a value from outside the branch, ZERO, or None where that is not known."""
    op = _definition(value)
    if _is_zero(op):
        return ZERO
    if op is None or op.block != branch:
        return value
    of = [_value_without_lanes(operand, branch, condition) for operand in op.operands if isinstance(operand.type, ir.VectorType)]
    if op.name == "vector.maskedload":
        return of[-1]
    if op.name in ("arith.mulf", "arith.muli"):
        return ZERO if _has_zero(of) else None
    if op.name in ("arith.addf", "arith.addi"):
        return of[1] if of[0] is ZERO else of[0] if of[1] is ZERO else None
    if op.name == "math.fma":
        return of[2] if _has_zero(of[:2]) else None
    if op.name == "arith.select" and _empty_unless(op.operands[0], condition):
        return of[-1]
    return ZERO if op.name in ZERO_KEEPING and of[0] is ZERO else None


def _has_zero(values: list[ir.Value | str | None]) -> bool:
    return any(value is ZERO for value in values)


def _is_zero(op: ir.Operation | None) -> bool:
    if op is None or op.name != "arith.constant" or not isinstance(op.results[0].type, ir.VectorType):
        return False
    dense = ir.DenseElementsAttr(op.attributes["value"])
    return dense.is_splat and dense.get_splat_value().value == 0


def _definition(value: ir.Value) -> ir.Operation | None:
    if isinstance(value, ir.BlockArgument):
        return None
    owner = ir.OpResult(value).owner
    op = getattr(owner, "operation", owner)
    return _definition(op.operands[0]) if op.name in CASTS and not isinstance(value.type, ir.VectorType) else op
