"""Short vectors of a thread: `float4` and its kin on CUDA, vector extension types on HIP."""

from __future__ import annotations

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.carried import in_place
from xpiler.lowering.c_text.ctype import CType, scalar_type
from xpiler.lowering.c_text.expression import POSTFIX, UNARY, Expr, infix, merged
from xpiler.lowering.c_text.handlers import Handlers
from xpiler.lowering.c_text.location import place_of
from xpiler.lowering.c_text.names import source_name
from xpiler.lowering.simt.async_copies import ASYNC_COPIES, is_async, only_copied, write_copy

SHORT_VECTORS = Handlers(ASYNC_COPIES)
_SYMBOLS = {"addf": "+", "subf": "-", "mulf": "*", "divf": "/", "addi": "+", "subi": "-", "muli": "*"}


def lanes_of(value: ir.Value) -> int:
    """How many lanes a vector value has."""
    shape = list(ir.VectorType(value.type).shape)
    return shape[0] if len(shape) == 1 else 0


@SHORT_VECTORS.writes("vector.load")
def _load(body: Body, op: ir.Operation) -> Expr | None:
    if only_copied(op):
        return None
    base, *indices = op.operands
    pointer = body.buffer(base).line(body.indices(indices))
    ctype = body.variable_type(op.results[0])
    text = f"*(const {body.spell(ctype)} *){pointer.within(UNARY)}"
    return Expr(text, ctype, UNARY, **{**merged((pointer,)), "impure": True})


@SHORT_VECTORS.writes("vector.store")
def _store(body: Body, op: ir.Operation) -> None:
    if is_async(op):
        write_copy(body, op)
        return
    value, base, *indices = op.operands
    source, pointer = body.value(value), body.buffer(base).line(body.indices(indices))
    body.statement(f"*({body.spell(body.variable_type(value))} *){pointer.within(UNARY)} = {source.text};")


@SHORT_VECTORS.writes("vector.extract")
def _extract(body: Body, op: ir.Operation) -> Expr:
    value = body.value(op.operands[0])
    if lanes_of(op.operands[0]) == 1:
        return value
    ctype = body.variable_type(op.results[0])
    field = _field(body, op, list(op.operands)[1:], value.ctype)
    text = body.language.from_lane(f"{value.within(POSTFIX)}{field}", ctype)
    return Expr(text, ctype, POSTFIX, **{**merged((value,)), "operators": value.operators})


def _field(body: Body, op: ir.Operation, dynamic: list[ir.Value], ctype: CType) -> str:
    """`.x`, or `[i]` where the language has it."""
    position = next(iter(ir.DenseI64ArrayAttr(op.attributes["static_position"])))
    if not dynamic and 0 <= position < 4:
        return f".{'xyzw'[position]}"
    if not body.language.has_vector_operators(ctype) or body.language.name == "cuda":
        raise Unsupported("a lane chosen at run time", place_of(op.location))
    return f"[{body.signed(dynamic[0]).text if dynamic else position}]"


def lane(body: Body, value: Expr, position: int, ctype: object) -> Expr:
    """`v.x`, or `v[5]` beyond four lanes."""
    field = f".{'xyzw'[position]}" if position < 4 else f"[{position}]"
    text = body.language.from_lane(f"{value.within(POSTFIX)}{field}", ctype)
    return Expr(text, ctype, POSTFIX, **{**merged((value,)), "operators": value.operators})


@SHORT_VECTORS.writes("vector.insert")
def _insert(body: Body, op: ir.Operation) -> None:
    scalar, vector, *dynamic = op.operands
    value, old = body.value(scalar), body.value(vector)
    ctype = body.variable_type(op.results[0])
    field = _field(body, op, dynamic, ctype)
    name = in_place(body, op, old)
    if name is None:
        name = body.names.claim(source_name(op.location) or "vector", "packed", "lanes")
        body.flush()
        body.line(f"{body.spell(ctype)} {name} = {old.initial(ctype)};")
        body.writable(op.results[0], name, ctype)
    body.line(f"{name}{field} = {body.language.to_lane(value)};")


@SHORT_VECTORS.writes("vector.from_elements")
def _from_elements(body: Body, op: ir.Operation) -> Expr:
    values = tuple(body.value(v) for v in op.operands)
    if len(values) == 1:
        return values[0]
    return body.language.packed(body, values, body.variable_type(op.results[0]))


@SHORT_VECTORS.writes("vector.broadcast", "vector.splat")
def _broadcast(body: Body, op: ir.Operation) -> Expr:
    value = leaf_of(body, op.operands[0])
    return body.language.packed(body, (value,) * lanes_of(op.results[0]), body.variable_type(op.results[0]))


def leaf_of(body: Body, value: ir.Value) -> Expr:
    """The operand as something that may be written several times."""
    expr = body.value(value)
    return expr if expr.operators == 0 and not expr.impure else body.declare(value, expr)


def lanewise(body: Body, op: ir.Operation) -> Expr:
    """Arithmetic lane by lane."""
    name = op.name.removeprefix("arith.")
    if name not in _SYMBOLS:
        raise Unsupported(f"'{op.name}' on vectors", place_of(op.location))
    a, b = (leaf_of(body, v) for v in op.operands)
    ctype = body.variable_type(op.results[0])
    element = scalar_type(ir.VectorType(op.results[0].type).element_type)
    if body.language.has_vector_operators(ctype):
        return infix(_SYMBOLS[name], a, b, ctype)
    values = tuple(
        infix(_SYMBOLS[name], lane(body, a, i, element), lane(body, b, i, element), element) for i in range(lanes_of(op.results[0]))
    )
    return body.language.packed(body, values, ctype)
