"""Lane-wise `arith` and `math` on registers, comparisons to masks."""

from __future__ import annotations

from collections.abc import Callable

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.lowering.c_text.attributes import word
from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.ctype import INT
from xpiler.lowering.c_text.expression import Expr, call, infix, integer, leaf, prefix, ternary
from xpiler.lowering.c_text.location import place_of
from xpiler.lowering.c_text.uses import owners
from xpiler.lowering.vnni import vector_library
from xpiler.lowering.vnni.registers import Lanes, is_mask, mask_type
from xpiler.lowering.vnni.vector_conversions import resized

_NAMES = {
    "addf": "add",
    "subf": "sub",
    "mulf": "mul",
    "divf": "div",
    "addi": "add",
    "subi": "sub",
    "maxsi": "max",
    "minsi": "min",
    "maxui": "max",
    "minui": "min",
    "andi": "and",
    "ori": "or",
    "xori": "xor",
}
_MASKED = frozenset(("add", "sub", "mul", "div", "max", "min"))  # have a form under a mask
_FUSED = frozenset(("fmadd", "fmsub", "fnmadd", "fnmsub"))  # have one that leaves the addend in the other lanes
_SHIFTS = {"shli": "sll", "shrui": "srl", "shrsi": "sra"}
_MASK_SYMBOLS = {"andi": "&", "ori": "|", "xori": "^"}
_FLOAT_PREDICATES = {
    1: "EQ_OQ",
    2: "GT_OQ",
    3: "GE_OQ",
    4: "LT_OQ",
    5: "LE_OQ",
    6: "NEQ_OQ",
    7: "ORD_Q",
    8: "EQ_UQ",
    9: "NLE_UQ",
    10: "NLT_UQ",
    11: "NGE_UQ",
    12: "NGT_UQ",
    13: "NEQ_UQ",
    14: "UNORD_Q",
}
_INTEGER_PREDICATES = ("cmpeq", "cmpneq", "cmplt", "cmple", "cmpgt", "cmpge", "cmplt", "cmple", "cmpgt", "cmpge")
_EXTREMA = {2: "max", 3: "max", 4: "min", 5: "min"}


def binary(body: Body, op: ir.Operation) -> Expr:
    """`_mm512_add_ps(a, b)` and its kin; logic on masks is that of integers."""
    name, kind = op.name.removeprefix("arith."), op.results[0].type
    if is_mask(kind):
        return _mask_logic(body, op, name)
    lanes = Lanes.of(kind)
    if name in _SHIFTS:
        return _shift(body, op, lanes, _SHIFTS[name])
    if name in ("maxnumf", "minnumf", "maximumf", "minimumf"):
        raise Unsupported(f"'{op.name}' on vectors: x86's max and min treat NaN otherwise", place_of(op.location))
    a, b = (body.value(v) for v in op.operands)
    if name == "muli":
        if lanes.bits == 8:
            return _by_words(lanes, op, lambda words: words.intrinsic("mullo", *(resized(v, lanes, words, True) for v in (a, b))))
        return lanes.intrinsic("mullo", a, b)
    if name not in _NAMES:
        raise Unsupported(f"'{op.name}' on vectors", place_of(op.location))
    if name.endswith("f"):
        _expect_floats(op, lanes)
    suffix = None
    if name in _MASK_SYMBOLS:
        return _logic(lanes, name, a, b)
    if name.endswith("ui"):
        suffix = f"epu{lanes.bits}"
    return lanes.intrinsic(_NAMES[name], a, b, suffix=suffix)


def _expect_floats(op: ir.Operation, lanes: Lanes) -> None:
    """Registers have no arithmetic on 16-bit floats: their lanes would be taken for integers."""
    if not lanes.is_float:
        raise Unsupported(f"'{op.name}' on vectors of {lanes.element}", place_of(op.location))


def _logic(lanes: Lanes, name: str, a: Expr, b: Expr) -> Expr:
    """Bitwise operations; `andnot` for the complement of the first operand."""
    return lanes.intrinsic(_NAMES[name], a, b, suffix=f"si{lanes.width}")


def _mask_logic(body: Body, op: ir.Operation, name: str) -> Expr:
    a, b = (body.value(v) for v in op.operands)
    count = ir.VectorType(op.results[0].type).shape[0]
    ctype = mask_type(count)
    if name == "xori" and b.constant == (1 << count) - 1:
        return prefix("~", a, ctype)
    return infix(_MASK_SYMBOLS[name], a, b, ctype)


def _shift(body: Body, op: ir.Operation, lanes: Lanes, name: str) -> Expr:
    if lanes.bits == 8:
        return _by_words(lanes, op, lambda words: _shifted_words(body, op, lanes, words, name))
    value, amount = op.operands
    constant = _splat_constant(amount)
    if constant is not None:
        return lanes.intrinsic(f"{name}i", body.value(value), integer(constant, INT))
    return lanes.intrinsic(f"{name}v", body.value(value), body.value(amount))


def _by_words(lanes: Lanes, op: ir.Operation, compute: Callable[[Lanes], Expr]) -> Expr:
    """What AVX-512 has no instructions for on bytes is done on 16-bit lanes, whose low halves are the result."""
    if lanes.count > 32:
        raise Unsupported(f"'{op.name}' on {lanes.count} lanes of bytes", place_of(op.location))
    words = Lanes("i16", lanes.count)
    return resized(compute(words), words, lanes, True)


def _shifted_words(body: Body, op: ir.Operation, lanes: Lanes, words: Lanes, name: str) -> Expr:
    """Bytes shifted as words: what comes in from above is a byte's own sign or zero."""
    value, amount = op.operands
    wide = resized(body.value(value), lanes, words, name == "sra")
    constant = _splat_constant(amount)
    if constant is not None:
        return words.intrinsic(f"{name}i", wide, integer(constant, INT))
    return words.intrinsic(f"{name}v", wide, resized(body.value(amount), lanes, words, False))


def _splat_constant(value: ir.Value) -> int | None:
    if isinstance(value.owner, ir.Block) or value.owner.operation.name != "arith.constant":
        return None
    attribute = value.owner.operation.attributes["value"]
    if not isinstance(attribute, ir.DenseElementsAttr) or not attribute.is_splat:
        return None
    return ir.IntegerAttr(attribute.get_splat_value()).value


def negation(body: Body, op: ir.Operation) -> Expr:
    """Flips the sign bits."""
    lanes = Lanes.of(op.results[0].type)
    _expect_floats(op, lanes)
    zero = leaf("-0.0f" if lanes.bits == 32 else "-0.0", lanes.ctype)
    return lanes.intrinsic("xor", body.value(op.operands[0]), lanes.intrinsic("set1", zero))


def comparison(body: Body, op: ir.Operation) -> Expr:
    """A comparison to a mask."""
    a, b = (body.value(v) for v in op.operands)
    lanes = Lanes.of(op.operands[0].type)
    predicate, ctype = ir.IntegerAttr(op.attributes["predicate"]).value, mask_type(lanes.count)
    if op.name == "arith.cmpf":
        _expect_floats(op, lanes)
        immediate = leaf(f"_CMP_{_FLOAT_PREDICATES[predicate]}", INT)
        return call(f"{lanes.prefix}_cmp_{lanes.suffix}_mask", (a, b, immediate), ctype)
    suffix = lanes.suffix.replace("epi", "epu") if predicate > 5 else lanes.suffix
    return call(f"{lanes.prefix}_{_INTEGER_PREDICATES[predicate]}_{suffix}_mask", (a, b), ctype)


def selection(body: Body, op: ir.Operation) -> Expr:
    """A blend; the pattern of x86's max and min by their own instruction; C's choice where all lanes choose alike."""
    condition, yes, no = op.operands
    lanes = Lanes.of(op.results[0].type)
    if not isinstance(condition.type, ir.VectorType):
        return ternary(body.value(condition), body.value(yes), body.value(no), lanes.ctype)
    extreme = extreme_of(condition, yes, no)
    if extreme:
        return lanes.intrinsic(extreme, body.value(yes), body.value(no))
    mask, a, b = body.value(condition), body.value(yes), body.value(no)
    if b.called is not None and b.called[0].startswith(f"{lanes.prefix}_setzero"):
        return lanes.intrinsic("maskz_mov", mask, a)
    return _masked(lanes, mask, a, b) or lanes.intrinsic("mask_blend", mask, b, a)


def _masked(lanes: Lanes, mask: Expr, a: Expr, b: Expr) -> Expr | None:
    """An operation on the lanes of the mask that leaves `b` in the others, where `a` is one that has such a form."""
    function, operands = a.called or ("", ())
    name = function.removeprefix(f"{lanes.prefix}_").removesuffix(f"_{lanes.suffix}")
    if name in _FUSED and operands[2] == b:
        return lanes.intrinsic(f"mask3_{name}", *operands, mask)
    return lanes.intrinsic(f"mask_{name}", b, mask, *operands) if lanes.bits >= 32 and name in _MASKED else None


def extreme_of(condition: ir.Value, yes: ir.Value, no: ir.Value) -> str | None:
    """`max` for `a > b ? a : b`, `min` for `a < b ? a : b`: what vmaxps and vminps compute, NaN included."""
    if isinstance(condition.owner, ir.Block) or condition.owner.operation.name != "arith.cmpf":
        return None
    op = condition.owner.operation
    predicate = ir.IntegerAttr(op.attributes["predicate"]).value
    return _EXTREMA.get(predicate) if predicate in (2, 4) and list(op.operands) == [yes, no] else None


def is_folded_comparison(op: ir.Operation) -> bool:
    """Whether every use of a comparison is a blend that becomes max or min, so that the mask is never written."""
    users = owners(op.results[0])
    return bool(users) and all(
        u.name == "arith.select" and u.operands[0] == op.results[0] and extreme_of(*u.operands) is not None for u in users
    )


def function(body: Body, op: ir.Operation, name: str) -> Expr:
    """Functions of whole registers."""
    lanes = Lanes.of(op.results[0].type)
    if name != "abs":
        _expect_floats(op, lanes)
    if name == "fma":
        return _fused(body, op, lanes)
    if name in ("sqrt", "floor", "ceil"):
        return lanes.intrinsic(name, body.value(op.operands[0]))
    if name == "rint" or name == "trunc":
        mode = "_MM_FROUND_TO_NEAREST_INT" if name == "rint" else "_MM_FROUND_TO_ZERO"
        immediate = leaf(f"{mode} | _MM_FROUND_NO_EXC", INT)
        return lanes.intrinsic("roundscale" if lanes.width == 512 else "round", body.value(op.operands[0]), immediate)
    if name == "fabs" and lanes.width == 512:
        return lanes.intrinsic("abs", body.value(op.operands[0]))
    if name == "fabs":
        zero = leaf("-0.0f" if lanes.bits == 32 else "-0.0", lanes.ctype)
        return lanes.intrinsic("andnot", lanes.intrinsic("set1", zero), body.value(op.operands[0]))
    if name == "abs":
        return lanes.intrinsic("abs", body.value(op.operands[0]))
    written = vector_library.use(body, name) if lanes == Lanes("f32", 16) else None
    if written:
        return call(written, (body.value(op.operands[0]),), lanes.ctype)
    raise Unsupported(f"'{op.name}' on vectors", place_of(op.location))


def _fused(body: Body, op: ir.Operation, lanes: Lanes) -> Expr:
    """fmadd, fmsub, fnmadd, fnmsub by the negations of its operands."""
    a, b, c = op.operands
    product, addend = _negated(a), _negated(c)
    name = ("fn" if product is not None else "f") + ("msub" if addend is not None else "madd")
    return lanes.intrinsic(name, body.value(product or a), body.value(b), body.value(addend or c))


def is_masked_fusion(op: ir.Operation, user: ir.Operation) -> bool:
    """Whether a select keeps a multiply-add in the lanes of a mask, and its addend in the others."""
    chosen = op.name == "math.fma" and user.name == "arith.select" and list(user.operands)[1:] == [op.results[0], op.operands[2]]
    return chosen and isinstance(user.operands[0].type, ir.VectorType)


def _negated(value: ir.Value) -> ir.Value | None:
    """What `value` is the negation of."""
    if isinstance(value.owner, ir.Block) or value.owner.operation.name != "arith.negf" or len(owners(value)) != 1:
        return None
    return value.owner.operation.operands[0]


def is_folded_negation(op: ir.Operation) -> bool:
    """Whether a negation disappears into a fused multiply-add."""
    users = owners(op.results[0])
    return len(users) == 1 and users[0].name == "math.fma" and op.results[0] in (users[0].operands[0], users[0].operands[2])


def kind_of(op: ir.Operation) -> str:
    """The kind word of an operation of the vnni dialect."""
    return word(op.attributes["kind"])
