"""Tests whether a tail has any lanes, around code whose masks say so too, are dropped.

    if (n & 15) { m = (1 << (n & 15)) - 1; acc = fma(maskz_load(m, a), maskz_load(m, b), acc); }

Where no lane is left, every load gives zeros and the register stays what it was: the code may run always. So may what blends the
lanes of a mask, behind a way out for the mask that is empty:

    if (_mm512_kortestz(d, d)) return r; return _mm512_mask_blend_ps(d, r, far(x));
"""

from __future__ import annotations

from mlir import ir

from xpiler.raising.vnni.masks import CASTS, first_lanes, literal, same_value

EQ, NE, SLT, SGT, ULT, UGT = 0, 1, 2, 4, 6, 8  # arith.cmpi's predicates
ZERO = "zero"
LANEWISE = ("arith.", "math.", "vector.from_elements", "vector.bitcast", "vector.extract", "vector.broadcast")
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

Asked = tuple[int, ir.Value, ir.Value]  # a comparison's predicate and its sides


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
    """Whether the results are those of the branch without code where the condition leads there and the other branch runs all the same."""
    code, plain = _code_and_plain(test)
    *body, last = [op.operation for op in code.operations]
    if len(list(plain.operations)) > 1 or not body or not all(_may_run(op) for op in body):
        return False
    asked = _asked(test.operands[0], holds=code == test.regions[0].blocks[0])
    masks = [op.operands[len(op.operands) - 2] for op in body if op.name == "vector.maskedload"]
    if asked is None or not all(_empty_unless(mask, asked) for mask in masks):
        return False
    kept = next(iter(plain.operations)).operation.operands
    left = [_value_without_lanes(value, code, asked) for value in last.operands]
    return all(isinstance(value, ir.Value) and value == old for value, old in zip(left, kept, strict=True))


def _code_and_plain(test: ir.Operation) -> tuple[ir.Block, ir.Block]:
    first, other = (region.blocks[0] for region in test.regions)
    return (first, other) if len(list(first.operations)) > 1 else (other, first)


def _asked(condition: ir.Value, *, holds: bool) -> Asked | None:
    """The comparison that holds where a condition does, or does not: `(m == 0) != 0` is one of m."""
    test = _definition(condition)
    if test is None or test.name != "arith.cmpi":
        return None
    predicate = ir.IntegerAttr(test.attributes["predicate"]).value
    left, right = test.operands
    inner = _definition(left)
    if predicate in (EQ, NE) and literal(right) == 0 and inner is not None and inner.name == "arith.cmpi":
        return _asked(inner.results[0], holds=holds == (predicate == NE))
    if not holds:
        predicate = {EQ: NE, NE: EQ}.get(predicate, -1)
    return predicate, left, right


def _may_run(op: ir.Operation) -> bool:
    return op.name == "vector.maskedload" or (op.name.startswith(LANEWISE) and op.name not in TRAPPING and not len(op.regions))


def _open(test: ir.Operation) -> None:
    *body, last = [op.operation for op in _code_and_plain(test)[0].operations]
    for op in body:
        op.move_before(test)
    for result, value in zip(test.results, list(last.operands), strict=True):
        result.replace_all_uses_with(value)
    test.erase()


def _empty_unless(mask: ir.Value, asked: Asked) -> bool:
    """Whether a mask has no lanes where a comparison fails: it is the first n lanes and n > 0 is asked, or it is asked itself."""
    word = _word_of(mask)
    if word is None:
        return False
    predicate, left, right = asked
    if predicate == NE and literal(right) == 0 and same_value(_of_itself(left), word):
        return True
    count = first_lanes(word, ir.VectorType(mask.type).shape[0])
    if count is None:
        return False
    if predicate in (NE, SGT) and literal(right) == 0:
        return same_value(left, count)
    difference = _definition(count)
    if difference is None or difference.name != "arith.subi" or predicate not in _less_or_greater(left.type):
        return False
    low, high = (left, right) if predicate in (SLT, ULT) else (right, left)
    return same_value(difference.operands[0], high) and same_value(difference.operands[1], low)


def _less_or_greater(kind: ir.Type) -> tuple[int, ...]:
    """Comparisons that fail only where a difference is not positive: of `size_t` as well, as no two sizes are 2^63 apart."""
    return (SLT, SGT, ULT, UGT) if isinstance(kind, ir.IntegerType) and kind.width == 64 else (SLT, SGT)


def _of_itself(value: ir.Value) -> ir.Value:
    """`m` of `m | m`."""
    op = _definition(value)
    return op.operands[0] if op is not None and op.name == "arith.ori" and op.operands[0] == op.operands[1] else value


def _word_of(mask: ir.Value) -> ir.Value | None:
    """The integer whose bits a mask of lanes is."""
    op = _definition(mask)
    while op is not None and op.name in ("vector.extract_strided_slice", "vector.bitcast"):
        op = _definition(op.operands[0])
    return op.operands[0] if op is not None and op.name == "vector.from_elements" else None


def _value_without_lanes(value: ir.Value, branch: ir.Block, asked: Asked) -> ir.Value | str | None:
    """What a register is where no mask has lanes: a value from outside the branch, ZERO, or None where that is not known."""
    op = _definition(value)
    if _is_zero(op):
        return ZERO
    if op is None or op.block != branch:
        return value
    of = [_value_without_lanes(operand, branch, asked) for operand in op.operands if isinstance(operand.type, ir.VectorType)]
    if op.name == "vector.maskedload":
        return of[-1]
    if op.name in ("arith.mulf", "arith.muli"):
        return ZERO if _has_zero(of) else None
    if op.name in ("arith.addf", "arith.addi"):
        return of[1] if of[0] is ZERO else of[0] if of[1] is ZERO else None
    if op.name == "math.fma":
        return of[2] if _has_zero(of[:2]) else None
    if op.name == "arith.select" and _empty_unless(op.operands[0], asked):
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
