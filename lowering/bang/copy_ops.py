"""How copies and fills of the `bang` dialect are written."""

from __future__ import annotations

from mlir import ir

from xpiler.lowering.c_text.attributes import keyword, space_of
from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.buffer import Buffer
from xpiler.lowering.c_text.ctype import scalar_type
from xpiler.lowering.c_text.expression import MULTIPLY, Expr
from xpiler.lowering.c_text.handlers import Handlers
from xpiler.lowering.c_text.integers import unconverted

COPIES = Handlers()
_FILLS = {"": "__gdramset", "nram": "__bang_write_value", "sram": "__sramset", "ldram": "__ldramset"}


def bytes_of(body: Body, expr: Expr, buffer: Buffer) -> str:
    """A number of bytes, in elements where that reads better: `n * sizeof(float)`."""
    width = max(buffer.element.bits // 8, 1)
    size = f"sizeof({body.spell(buffer.element)})"
    if width == 1:
        return expr.text
    if expr.constant is not None and expr.constant % width == 0:
        return f"{expr.constant // width} * {size}"
    if expr.parts and expr.parts[0] == "*":
        _, a, b = expr.parts
        if b.constant is not None and b.constant % width == 0:
            count = b.constant // width
            a = unconverted(a)
            return f"{a.within(MULTIPLY)} * {size}" if count == 1 else f"{a.within(MULTIPLY)} * {count} * {size}"
    return expr.text


@COPIES.writes("bang.memcpy", "bang.memcpy_2d", "bang.memcpy_3d")
def _memcpy(body: Body, op: ir.Operation) -> None:
    dst, src, count, *rest = op.operands
    target, source = body.buffer(dst), body.buffer(src)
    size = bytes_of(body, body.value(count), target)
    direction = keyword(op, "direction").upper()
    sizes = [
        bytes_of(body, body.value(v), target) if i < 2 and op.name == "bang.memcpy_2d" else body.value(v).text for i, v in enumerate(rest)
    ]
    suffix = "_async" if "async" in op.attributes else ""
    operands = [target.pointer().text, source.pointer().text, size, direction, *sizes]
    body.statement(f"__memcpy{suffix}({', '.join(operands)});")


@COPIES.writes("bang.move", "bang.move_2d")
def _move(body: Body, op: ir.Operation) -> None:
    dst, src, count, *rest = op.operands
    target, source = body.buffer(dst), body.buffer(src)
    sizes = [bytes_of(body, body.value(count), target), *(body.value(v).text for v in rest)]
    body.statement(f"__bang_move({', '.join([target.pointer().text, source.pointer().text, *sizes])});")


@COPIES.writes("bang.fill", "bang.fill_2d")
def _fill(body: Body, op: ir.Operation) -> None:
    dst, value, n, *rest = op.operands
    target, filler, count = body.buffer(dst), body.value(value), body.value(n)
    if filler.ctype.is_integer and target.element.bits != filler.ctype.bits:
        filler = _typed(body, filler, value)
    space = space_of(dst.type)
    builtin = "__nramset" if rest and space == "nram" else _FILLS[space]
    texts = [target.pointer().text, count.text, filler.text, *(body.value(v).text for v in rest)]
    body.statement(f"{builtin}({', '.join(texts)});")


def _typed(body: Body, filler: Expr, value: ir.Value) -> Expr:
    """A literal of a narrow integer needs its type: the element size is that of the value."""
    ctype = scalar_type(value.type)
    return Expr(f"({body.spell(ctype)}){filler.text}", ctype, variables=filler.variables)
