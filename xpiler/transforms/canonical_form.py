"""canonical-form: one spelling for what has several: minima and maxima, fused multiply-adds, signs.

`x > m ? x : m` is `maxnumf`, `x > 0 ? x : -x` is `absf`, `maximumf` becomes `maxnumf` (equal over the reals), `fma(a, b, c)` is
`a*b + c`; a branch that yields constants or cheap values becomes a select, `if (a && b)` one branch in the other where `b` reads
memory. Only spelling: nothing here looks at loops.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import arith, math

from xpiler.analysis.effects import defining, walk
from xpiler.analysis.facts import is_false, is_true
from xpiler.analysis.reductions import is_identity
from xpiler.passes import Pass
from xpiler.transforms.nested_guards import nest_guard
from xpiler.transforms.rewriting import constant_int, content, erase_dead, functions, terminator
from xpiler.transforms.turned_branch import negated, turn_branch

_FLOAT_GREATER = {2, 3, 9, 10}  # ogt, oge, ugt, uge
_FLOAT_LESS = {4, 5, 11, 12}
_UNEQUAL_TO_ITSELF = {13, 14}  # une, uno
_EQUAL_OR_NOT = {0, 1}
_INT_GREATER = {4, 5}  # sgt, sge
_INT_LESS = {2, 3}
_SAFE = frozenset(f"arith.{name}" for name in "constant addi subi muli andi ori xori cmpi cmpf extsi extui trunci index_cast".split())


class CanonicalFormPass(Pass):
    """One spelling for each scalar operation."""

    name = "canonical-form"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for inner in list(walk(function)):
                rule = _RULES.get(inner.name)
                if rule:
                    with ir.InsertionPoint(inner), inner.location:
                        rule(inner)
            erase_dead(function)


def _split_fma(op: ir.Operation) -> None:
    a, b, c = op.operands
    op.results[0].replace_all_uses_with(arith.addf(arith.mulf(a, b), c))


def _number_extreme(op: ir.Operation) -> None:
    build = arith.maxnumf if op.name == "arith.maximumf" else arith.minnumf
    op.results[0].replace_all_uses_with(build(*op.operands))


def _select_extreme(op: ir.Operation) -> None:
    """`a > b ? a : b` and its mirror images."""
    if _ignored_nan(op):
        return
    comparison = defining(op.operands[0])
    if comparison is None or comparison.name not in ("arith.cmpf", "arith.cmpi"):
        return
    a, b = comparison.operands
    values = list(op.operands)[1:]
    if values not in ([a, b], [b, a]) or isinstance(a.type, ir.VectorType):
        return
    predicate = ir.IntegerAttr(comparison.attributes["predicate"]).value
    floats = comparison.name == "arith.cmpf"
    greater = predicate in (_FLOAT_GREATER if floats else _INT_GREATER)
    if not greater and predicate not in (_FLOAT_LESS if floats else _INT_LESS):
        return
    largest = greater == (values == [a, b])
    build = {(True, True): arith.maxnumf, (True, False): arith.minnumf, (False, True): arith.maxsi, (False, False): arith.minsi}[
        floats, largest
    ]
    op.results[0].replace_all_uses_with(build(a, b))


def _chosen(op: ir.Operation) -> None:
    if not _truth_of_two(op) and not _magnitude(op):
        _select_extreme(op)


def _truth_of_two(op: ir.Operation) -> bool:
    """`a ? true : b` is `a || b`, `a ? b : false` is `a && b`, where `b` divides by nothing that `a` may be asked for."""
    if str(op.results[0].type) != "i1":
        return False
    condition, yes, no = op.operands
    if is_true(yes) and _never_fails(no):
        op.results[0].replace_all_uses_with(arith.ori(condition, no))
    elif is_false(no) and _never_fails(yes):
        op.results[0].replace_all_uses_with(arith.andi(condition, yes))
    else:
        return False
    return True


def _never_fails(truth: ir.Value) -> bool:
    """Whether a truth is no quotient, which text would compute only where it is asked for; loads are done before."""
    op = defining(truth)
    if op is None or not op.name.startswith("arith."):
        return True
    return not any(word in op.name for word in ("div", "rem")) and all(map(_never_fails, op.operands))


def _magnitude(op: ir.Operation) -> bool:
    """`x > 0 ? x : -x` and its mirror images."""
    comparison, chosen = defining(op.operands[0]), list(op.operands)[1:]
    if comparison is None or comparison.name != "arith.cmpf" or not is_identity(comparison.operands[1], "arith.addf"):
        return False
    x = comparison.operands[0]
    predicate = ir.IntegerAttr(comparison.attributes["predicate"]).value
    greater = predicate in _FLOAT_GREATER
    if not greater and predicate not in _FLOAT_LESS:
        return False
    itself, turned = chosen if greater else reversed(chosen)
    negation = defining(turned)
    if itself != x or negation is None or negation.name != "arith.negf" or negation.operands[0] != x:
        return False
    op.results[0].replace_all_uses_with(math.absf(x))
    return True


def _without_zero(op: ir.Operation) -> None:
    """`x + 0`, which differs from `x` in the sign of a zero."""
    for operand, other in (tuple(op.operands), tuple(op.operands)[::-1]):
        if is_identity(other, "arith.addf") and not is_identity(operand, "arith.addf"):
            op.results[0].replace_all_uses_with(operand)
            return


def _not(op: ir.Operation) -> None:
    """`!(a || b)` is `!a && !b`: each part is a fact then."""
    truth, one = op.operands
    of = defining(truth)
    if is_true(one) and of is not None and of.name in ("arith.andi", "arith.ori"):
        op.results[0].replace_all_uses_with(negated(truth))


def _ignored_nan(op: ir.Operation) -> bool:
    """`x != x ? m : max(m, x)`: maxnumf and minnumf give the other operand anyway."""
    tested = _tested_for_nan(op.operands[0])
    kept, extreme = list(op.operands)[1:]
    chosen = defining(extreme)
    if tested is None or chosen is None or chosen.name not in ("arith.maxnumf", "arith.minnumf"):
        return False
    if sorted(map(hash, chosen.operands)) != sorted(map(hash, (tested, kept))):
        return False
    op.results[0].replace_all_uses_with(extreme)
    return True


def _tested_for_nan(condition: ir.Value) -> ir.Value | None:
    """The number of which a condition says that it is NaN."""
    op = defining(condition)
    if op is None or op.name != "arith.cmpf" or op.operands[0] != op.operands[1]:
        return None
    return op.operands[0] if ir.IntegerAttr(op.attributes["predicate"]).value in _UNEQUAL_TO_ITSELF else None


def _branch(op: ir.Operation) -> None:
    if not nest_guard(op):
        if _only_asks(op):
            for inner in [inner for region in op.regions for inner in content(region.blocks[0])]:
                inner.move_before(op)
        _if_to_selects(op)


def _only_asks(op: ir.Operation) -> bool:
    """Whether a branch is `a || b` or `a && b`, and `b` may be asked without `a`."""
    if len(op.results) != 1 or str(op.results[0].type) != "i1":
        return False
    ours, theirs = (region.blocks[0] for region in op.regions)
    known = is_true(terminator(ours).operands[0]) or is_false(terminator(theirs).operands[0])
    return known and all(inner.name in _SAFE for block in (ours, theirs) for inner in content(block))


def _if_to_selects(op: ir.Operation) -> None:
    """A branch that computes nothing but chooses values becomes selects."""
    if not len(op.results) or any(content(r.blocks[0]) for r in op.regions):
        return
    ours, theirs = (list(terminator(r.blocks[0]).operands) for r in op.regions)
    for result, a, b in zip(op.results, ours, theirs, strict=True):
        result.replace_all_uses_with(arith.select(op.operands[0], a, b))


def _flipped_sign(op: ir.Operation) -> None:
    """`(unsigned)(x ^ 0x80)` of a byte is `x + 128`, and so for every width: what unsigned products are given for signed numbers."""
    flipped = defining(op.operands[0])
    if flipped is None or flipped.name != "arith.xori" or isinstance(op.results[0].type, ir.VectorType):
        return
    value, mask = flipped.operands
    width, kind = flipped.results[0].type.width, op.results[0].type
    number = constant_int(mask)
    if number is None or number % (1 << width) != 1 << (width - 1):
        return
    wide = arith.extsi(kind, value)
    op.results[0].replace_all_uses_with(arith.addi(wide, arith.constant(kind, 1 << (width - 1))))


def _narrow_zero_test(op: ir.Operation) -> None:
    """A widened number is zero where the number is."""
    wide, zero = op.operands
    source = defining(wide)
    if ir.IntegerAttr(op.attributes["predicate"]).value not in _EQUAL_OR_NOT or constant_int(zero) != 0 or source is None:
        return
    if source.name in ("arith.extui", "arith.extsi") and isinstance(wide.type, ir.IntegerType) and source.operands[0].type.width > 1:
        op.operands[0] = source.operands[0]
        op.operands[1] = arith.constant(source.operands[0].type, 0)


def _turned_or_branch(op: ir.Operation) -> None:
    if not turn_branch(op):
        _branch(op)


def _sign_by_bits(op: ir.Operation) -> None:
    """A float without its sign bit is its magnitude, and one with the other sign bit its negative."""
    bits = defining(op.operands[0])
    if not isinstance(op.results[0].type, ir.FloatType) or bits is None or bits.name not in ("arith.andi", "arith.xori"):
        return
    source, mask = defining(bits.operands[0]), constant_int(bits.operands[1])
    if source is None or source.name != "arith.bitcast" or source.operands[0].type != op.results[0].type or mask is None:
        return
    sign = 1 << (ir.IntegerType(bits.results[0].type).width - 1)
    if bits.name == "arith.andi" and mask % (2 * sign) == sign - 1:
        op.results[0].replace_all_uses_with(math.absf(source.operands[0]))
    elif bits.name == "arith.xori" and mask % (2 * sign) == sign:
        op.results[0].replace_all_uses_with(arith.negf(source.operands[0]))


_RULES = {
    "arith.bitcast": _sign_by_bits,
    "arith.extui": _flipped_sign,
    "arith.cmpi": _narrow_zero_test,
    "math.fma": _split_fma,
    "arith.maximumf": _number_extreme,
    "arith.minimumf": _number_extreme,
    "arith.select": _chosen,
    "arith.xori": _not,
    "arith.addf": _without_zero,
    "scf.if": _turned_or_branch,
}
