"""How `arith` operations on scalars are written."""

from __future__ import annotations

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.lowering.c_text.attributes import has_flag
from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.buffer import Buffer
from xpiler.lowering.c_text.conditional import negated
from xpiler.lowering.c_text.ctype import BOOL, INT, INT64, INTS, UINTS, common, promoted, scalar_type
from xpiler.lowering.c_text.expression import Expr, call, infix, integer, leaf, prefix, ternary
from xpiler.lowering.c_text.floats import float_compare, float_type, literal, paired
from xpiler.lowering.c_text.handlers import Handlers
from xpiler.lowering.c_text.integers import arithmetic, as_signed, as_unsigned, cast, compare, division, extremum
from xpiler.lowering.c_text.literal import RECIPROCAL
from xpiler.lowering.c_text.location import place_of
from xpiler.lowering.c_text.memory_ops import element_type, parameter_buffer
from xpiler.lowering.c_text.uses import tells_multiples

ARITH = Handlers()
_INTEGER = {"arith.addi": "+", "arith.subi": "-", "arith.muli": "*"}
_FLOAT = {"arith.addf": "+", "arith.subf": "-", "arith.mulf": "*", "arith.divf": "/"}
_BITS = {"arith.andi": "&", "arith.ori": "|", "arith.xori": "^"}
_SIGNED = {"arith.divsi": "/", "arith.remsi": "%"}
_UNSIGNED = {"arith.divui": "/", "arith.remui": "%"}
_COMPARE = ("==", "!=", "<", "<=", ">", ">=", "<", "<=", ">", ">=")


@ARITH.writes("arith.constant")
def _constant(body: Body, op: ir.Operation) -> Expr:
    attribute, ctype = op.attributes["value"], scalar_type(op.results[0].type)
    if ctype is None:
        return body.language.constant(body, op)
    if ctype.kind == "float" and RECIPROCAL in op.attributes:
        parts = (1.0, ir.FloatAttr(op.attributes[RECIPROCAL]).value)
        return infix("/", *(literal(body, part, ctype) for part in parts), ctype)
    if ctype.kind == "float":
        return literal(body, ir.FloatAttr(attribute).value, ctype)
    if ctype == BOOL:
        value = str(attribute).startswith("true")
        return Expr(str(value).lower(), BOOL, low=int(value), high=int(value))
    value = ir.IntegerAttr(attribute).value
    value -= (1 << ctype.bits) if value >= 1 << (ctype.bits - 1) else 0
    return integer(value, INT if INT.holds(value, value) else ctype)


@ARITH.writes(*_INTEGER)
def _integer(body: Body, op: ir.Operation) -> Expr:
    a, b = op.operands
    if scalar_type(a.type) is None:
        return body.language.vector_binary(body, op)
    index = str(a.type) == "index"
    left, right = (body.signed(a), body.signed(b)) if index else (body.value(a), body.value(b))
    return arithmetic(_INTEGER[op.name], left, right, body.width(a), nsw=index or has_flag(op, "nsw"))


@ARITH.writes(*_FLOAT)
def _float(body: Body, op: ir.Operation) -> Expr:
    ctype = float_type(op.results[0])
    if ctype is None:
        return body.language.vector_binary(body, op)
    a, b = paired(body, body.value(op.operands[0]), body.value(op.operands[1]), ctype)
    return infix(_FLOAT[op.name], a, b, ctype)


@ARITH.writes("arith.negf")
def _negate(body: Body, op: ir.Operation) -> Expr:
    ctype = float_type(op.results[0])
    return prefix("-", body.value(op.operands[0]), ctype) if ctype else body.language.vector_unary(body, op)


@ARITH.writes("arith.remf")
def _float_remainder(body: Body, op: ir.Operation) -> Expr:
    return body.language.math_call(body, "fmod", op, float_type(op.results[0]))


@ARITH.writes(*_BITS)
def _bits(body: Body, op: ir.Operation) -> Expr:
    a, b = op.operands
    if str(a.type) == "i1":
        return _logic(op.name, body.value(a), body.value(b))
    if scalar_type(a.type) is None:
        return body.language.vector_binary(body, op)
    left, right, width = body.value(a), body.value(b), body.width(a)
    if common(left.ctype, right.ctype).bits < width:
        left = cast(INTS[width], left)
    ctype = common(left.ctype, right.ctype)
    low = high = None
    if op.name == "arith.andi" and (left.low >= 0 or right.low >= 0):
        low, high = 0, min(e.high for e in (left, right) if e.low >= 0)
    return infix(_BITS[op.name], left, right, ctype, low, high)


def _logic(name: str, a: Expr, b: Expr) -> Expr:
    if name == "arith.xori":
        if b.constant is not None or a.constant is not None:
            expr, constant = (a, b) if b.constant is not None else (b, a)
            return negated(expr) if constant.constant else expr
        return infix("!=", a, b, BOOL, 0, 1)
    return infix("&&" if name == "arith.andi" else "||", a, b, BOOL, 0, 1)


@ARITH.writes("arith.shli", "arith.shrsi", "arith.shrui")
def _shift(body: Body, op: ir.Operation) -> Expr:
    a, b = op.operands
    if scalar_type(a.type) is None:
        return body.language.vector_binary(body, op)
    width, amount = body.width(a), body.value(b)
    if op.name == "arith.shrsi":
        value = body.signed(a)
        value = value if promoted(value.ctype).bits >= width else cast(INTS[width], value)
        return infix(">>", value, amount, promoted(value.ctype))
    value = body.value(a) if op.name == "arith.shli" else body.unsigned(a)
    if op.name == "arith.shli" and amount.constant is not None and value.low >= 0:
        low, high = value.low << amount.constant, value.high << amount.constant
        if promoted(value.ctype).holds(low, high) and promoted(value.ctype).bits >= width:
            return infix("<<", value, amount, promoted(value.ctype), low, high)
    if op.name == "arith.shli" or promoted(value.ctype).bits < width:
        value = value if value.ctype.is_unsigned and value.ctype.bits >= width else cast(UINTS[max(width, 32)], value)
    high = value.high >> amount.constant if op.name == "arith.shrui" and amount.constant is not None else None
    return infix("<<" if op.name == "arith.shli" else ">>", value, amount, promoted(value.ctype), 0 if high is not None else None, high)


@ARITH.writes(*_SIGNED)
def _signed_division(body: Body, op: ir.Operation) -> Expr:
    a, b = (body.signed(v) for v in op.operands)
    return division(_SIGNED[op.name], a, b, common(a.ctype, b.ctype))


@ARITH.writes(*_UNSIGNED)
def _unsigned_division(body: Body, op: ir.Operation) -> Expr:
    a, b = (body.signed(v) if tells_multiples(op) else body.unsigned(v) for v in op.operands)
    return division(_UNSIGNED[op.name], a, b, common(a.ctype, b.ctype))


@ARITH.writes("arith.floordivsi", "arith.ceildivsi", "arith.ceildivui")
def _rounded_division(body: Body, op: ir.Operation) -> Expr:
    a, b = (body.unsigned(v) if op.name.endswith("ui") else body.signed(v) for v in op.operands)
    if a.low >= 0 and b.low > 0:
        if op.name == "arith.floordivsi":
            return division("/", a, b, common(a.ctype, b.ctype))
        raised = arithmetic(
            "+", a, arithmetic("-", b, integer(1, INT), 64, nsw=True) if b.constant is None else integer(b.constant - 1, INT), 64, nsw=True
        )
        return division("/", raised, b, common(raised.ctype, b.ctype))
    function = "floor_div" if op.name == "arith.floordivsi" else "ceil_div"
    body.file.use(function)
    return call(function, (a, b), INTS[64])


@ARITH.writes("arith.minsi", "arith.maxsi", "arith.minui", "arith.maxui")
def _extremum(body: Body, op: ir.Operation) -> Expr:
    if scalar_type(op.operands[0].type) is None:
        return body.language.vector_binary(body, op)
    a, b = (body.signed(v) if op.name.endswith("si") else body.unsigned(v) for v in op.operands)
    function = body.file.use("min" if "min" in op.name else "max")
    return extremum(function, a, b)


@ARITH.writes("arith.maxnumf", "arith.minnumf")
def _number_extremum(body: Body, op: ir.Operation) -> Expr:
    ctype = float_type(op.results[0])
    if ctype is None:
        return body.language.vector_binary(body, op)
    name = "fmax" if op.name == "arith.maxnumf" else "fmin"
    return body.language.math_call(body, name, op, ctype)


@ARITH.writes("arith.maximumf", "arith.minimumf")
def _nan_extremum(body: Body, op: ir.Operation) -> Expr:
    """Unlike fmax, a NaN operand gives NaN."""
    ctype = float_type(op.results[0])
    if ctype is None:
        return body.language.vector_binary(body, op)
    a, b = (body.value(v) for v in op.operands)
    function = "maximum" if op.name == "arith.maximumf" else "minimum"
    body.file.use(function)
    return call(function, paired(body, a, b, ctype), ctype)


@ARITH.writes("arith.cmpi")
def _compare_integers(body: Body, op: ir.Operation) -> Expr:
    predicate = ir.IntegerAttr(op.attributes["predicate"]).value
    a, b = op.operands
    if scalar_type(a.type) is None:
        return body.language.vector_compare(body, op)
    if str(a.type) == "i1":
        return infix(_COMPARE[predicate], body.value(a), body.value(b), BOOL, 0, 1)
    array = _array_of_address(a)
    if predicate < 2 and array is not None and body.value(b).constant == 0:
        return infix(_COMPARE[predicate], body.buffer(array).pointer(), leaf("nullptr", INT64), BOOL, 0, 1)
    if predicate < 2:
        left, right = body.value(a), body.value(b)
        if right.constant == 0 and left.low >= 0 and left.high < 1 << body.width(a):  # signed or not, it is zero alike
            return compare(_COMPARE[predicate], left, right, BOOL)
        unsigned = (
            left.ctype.kind == right.ctype.kind == "uint"
            or (left.ctype.is_unsigned and right.low >= 0)
            or (right.ctype.is_unsigned and left.low >= 0)
        )
        read = as_unsigned if unsigned else as_signed
        left, right = read(left, body.width(a)), read(right, body.width(a))
    else:
        read = body.unsigned if predicate > 5 else body.signed
        left, right = read(a), read(b)
    return compare(_COMPARE[predicate], left, right, BOOL)


def _array_of_address(value: ir.Value) -> ir.Value | None:
    """The array whose address a number is: what a test for null asks."""
    while not isinstance(value.owner, ir.Block) and value.owner.operation.name == "arith.index_cast":
        value = value.owner.operation.operands[0]
    if isinstance(value.owner, ir.Block) or value.owner.operation.name != "memref.extract_aligned_pointer_as_index":
        return None
    return value.owner.operation.operands[0]


@ARITH.writes("arith.cmpf")
def _compare_floats(body: Body, op: ir.Operation) -> Expr:
    if float_type(op.operands[0]) is None:
        return body.language.vector_compare(body, op)
    a, b = (body.value(v) for v in op.operands)
    return float_compare(body, ir.IntegerAttr(op.attributes["predicate"]).value, *paired(body, a, b, float_type(op.operands[0])))


@ARITH.writes("arith.select")
def _select(body: Body, op: ir.Operation) -> Expr:
    ctype = scalar_type(op.results[0].type)
    if ctype is None:
        return body.language.vector_select(body, op)
    condition, a, b = (body.value(v) for v in op.operands)
    if ctype.kind == "float":
        return ternary(condition, *paired(body, a, b, ctype), ctype)
    if ctype == BOOL:
        return ternary(condition, a, b, BOOL)
    index = str(op.results[0].type) == "index"
    a, b = (as_signed(e, ctype.bits) for e in (a, b))
    return ternary(condition, a, b, common(a.ctype, b.ctype) if index else promoted(common(a.ctype, b.ctype)))


@ARITH.writes("arith.index_cast", "arith.extsi")
def _signed_resize(body: Body, op: ir.Operation) -> Expr:
    return _resized(body, op, signed=True)


@ARITH.writes("arith.index_castui", "arith.extui")
def _unsigned_resize(body: Body, op: ir.Operation) -> Expr:
    return _resized(body, op, signed=False)


def _resized(body: Body, op: ir.Operation, *, signed: bool) -> Expr:
    """A value-preserving widening needs no text; a narrowing keeps the low bits, which the reader of the value extracts."""
    value, result = op.operands[0], op.results[0]
    if scalar_type(value.type) is None:
        return body.language.vector_convert(body, op)
    source, target = body.width(value), body.width(result)
    if str(value.type) == "i1":
        expr = body.value(value)
        return ternary(expr, integer(-1, INT), integer(0, INT), INT) if signed else expr
    if target <= source:
        return body.value(value)
    return (body.signed if signed else body.unsigned)(value)


@ARITH.writes("arith.trunci")
def _truncate(body: Body, op: ir.Operation) -> Expr:
    value, result = op.operands[0], op.results[0]
    if scalar_type(value.type) is None:
        return body.language.vector_convert(body, op)
    if str(result.type) == "i1":
        return infix("!=", infix("&", body.value(value), integer(1, INT), INT, 0, 1), integer(0, INT), BOOL, 0, 1)
    return body.value(value)


@ARITH.writes("arith.sitofp", "arith.uitofp")
def _to_float(body: Body, op: ir.Operation) -> Expr:
    ctype = float_type(op.results[0])
    if ctype is None:
        return body.language.vector_convert(body, op)
    value = op.operands[0]
    expr = body.value(value) if str(value.type) == "i1" else (body.signed if op.name == "arith.sitofp" else body.unsigned)(value)
    return body.language.float_from_integer(body, expr, ctype)


@ARITH.writes("arith.fptosi", "arith.fptoui")
def _to_integer(body: Body, op: ir.Operation) -> Expr:
    ctype = scalar_type(op.results[0].type, signed=op.name == "arith.fptosi")
    if ctype is None:
        return body.language.vector_convert(body, op)
    expr = body.language.as_arithmetic_float(body, body.value(op.operands[0]))
    return cast(ctype, expr)


@ARITH.writes("arith.extf", "arith.truncf")
def _resize_float(body: Body, op: ir.Operation) -> Expr:
    ctype = float_type(op.results[0])
    if ctype is None:
        return body.language.vector_convert(body, op)
    return body.language.float_cast(body, body.value(op.operands[0]), ctype)


@ARITH.writes("arith.bitcast")
def _bitcast(body: Body, op: ir.Operation) -> Expr:
    if scalar_type(op.results[0].type) is None or scalar_type(op.operands[0].type) is None:
        return body.language.vector_convert(body, op)
    return body.language.bitcast(body, op)


@ARITH.writes("arith.mulsi_extended", "arith.mului_extended", "arith.addui_extended")
def _extended(body: Body, op: ir.Operation) -> None:
    raise Unsupported(f"'{op.name}' has no spelling in C", place_of(op.location))


@ARITH.writes("ub.poison")
def _poison(body: Body, op: ir.Operation) -> Expr | Buffer:
    """A value nobody reads: zero, or nothing where the type has no zero; of memory, the null pointer."""
    kind = op.results[0].type
    if isinstance(kind, ir.MemRefType):
        return parameter_buffer(body, kind, "nullptr", element_type(body, kind))
    ctype = scalar_type(kind)
    if ctype is None and isinstance(kind, ir.VectorType):
        return body.language.constant(body, op)
    if ctype is None:
        return Expr("", body.language.opaque_type(body, kind))
    return literal(body, 0.0, ctype) if ctype.kind == "float" else leaf("false", BOOL) if ctype == BOOL else integer(0, INT)
