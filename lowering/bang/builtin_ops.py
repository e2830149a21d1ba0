"""How the operations of the `bang` dialect are written: one builtin each."""

from __future__ import annotations

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.lowering.bang.copy_ops import COPIES
from xpiler.lowering.c_text.attributes import keyword
from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.ctype import BOOL, INT, UINT, scalar_type
from xpiler.lowering.c_text.expression import Expr, call, leaf
from xpiler.lowering.c_text.handlers import Handlers
from xpiler.lowering.c_text.location import place_of

BUILTINS = Handlers(COPIES)
_SCALAR_NAMES = {"maxequal": "maxeq_scalar", "minequal": "mineq_scalar", "div": "div"}
_SYNCS = {
    "all_queues": "__sync",
    "io": "__sync_io",
    "move": "__sync_move",
    "compute": "__sync_compute",
    "io_move_compute": "__sync_io_move_compute",
}
_MOST_TASKS = 1 << 16
_TYPES = {"f32": "float", "f16": "half", "bf16": "bfloat16", "i8": "int8", "i16": "int16", "i32": "int32"}


def operand(body: Body, value: ir.Value) -> str:
    """A buffer as a pointer, a scalar as it is."""
    return body.buffer(value).pointer().text if isinstance(value.type, ir.MemRefType) else body.value(value).text


def write(body: Body, builtin: str, values: object) -> None:
    """`builtin(operands...);`"""
    body.statement(f"{builtin}({', '.join(operand(body, v) for v in values)});")


@BUILTINS.writes("bang.index")
def _index(body: Body, op: ir.Operation) -> Expr:
    first, *rest = keyword(op, "kind").split("_")
    tasks = _launched_tasks(op)
    return leaf(first + "".join(w.capitalize() for w in rest), INT, 0, tasks if rest[0] == "dim" else tasks - 1)


def _launched_tasks(op: ir.Operation) -> int:
    """How many tasks the kernel is launched with, where it is only launched by our launchers."""
    while op.name != "func.func":
        op = op.parent.operation
    return ir.IntegerAttr(op.attributes["xpiler.tasks"]).value if "xpiler.tasks" in op.attributes else _MOST_TASKS


@BUILTINS.writes("bang.is_memory_core")
def _is_memory_core(body: Body, op: ir.Operation) -> Expr:
    return leaf("__is_mpu()", BOOL, 0, 1)


@BUILTINS.writes("bang.unary")
def _unary(body: Body, op: ir.Operation) -> None:
    write(body, f"__bang_{keyword(op, 'kind')}", op.operands)


@BUILTINS.writes("bang.binary")
def _binary(body: Body, op: ir.Operation) -> None:
    write(body, f"__bang_{keyword(op, 'kind')}", op.operands)


@BUILTINS.writes("bang.binary_scalar")
def _binary_scalar(body: Body, op: ir.Operation) -> None:
    kind = keyword(op, "kind")
    dst, a, scalar, n = op.operands
    if kind == "relun":
        write(body, "__bang_relun", (dst, a, n, scalar))
        return
    write(body, f"__bang_{_SCALAR_NAMES.get(kind, f'{kind}_scalar')}", op.operands)


@BUILTINS.writes("bang.cycle")
def _cycle(body: Body, op: ir.Operation) -> None:
    write(body, f"__bang_cycle_{keyword(op, 'kind')}", op.operands)


@BUILTINS.writes("bang.fusion")
def _fusion(body: Body, op: ir.Operation) -> None:
    texts = ", ".join(operand(body, v) for v in op.operands)
    body.statement(f"__bang_fusion(FUSION_{keyword(op, 'kind').upper()}, {texts});")


@BUILTINS.writes("bang.pool")
def _pool(body: Body, op: ir.Operation) -> None:
    write(body, f"__bang_{keyword(op, 'kind')}pool", op.operands)


@BUILTINS.writes("bang.arg")
def _arg(body: Body, op: ir.Operation) -> None:
    write(body, f"__bang_arg{keyword(op, 'kind')}", op.operands)


@BUILTINS.writes("bang.reduce_sum", "bang.transpose", "bang.maskmove", "bang.lut", "bang.pad")
def _plain(body: Body, op: ir.Operation) -> None:
    write(body, "__bang_" + op.name.removeprefix("bang."), op.operands)


@BUILTINS.writes("bang.select")
def _select(body: Body, op: ir.Operation) -> None:
    write(body, "__bang_collect", op.operands)


@BUILTINS.writes("bang.sum", "bang.count")
def _reduction(body: Body, op: ir.Operation) -> Expr:
    source, n = op.operands
    ctype = scalar_type(op.results[0].type) if op.name == "bang.sum" else UINT
    return call("__bang_" + op.name.removeprefix("bang."), (body.buffer(source).pointer(), body.value(n)), ctype, impure=True)


@BUILTINS.writes("bang.filter")
def _filter(body: Body, op: ir.Operation) -> None:
    texts = ", ".join(operand(body, v) for v in op.operands)
    body.flush()
    expr = Expr(f"__bang_filter({texts})", UINT, impure=True)
    if list(op.results[0].uses):
        body.declare(op.results[0], expr)
    else:
        body.line(f"{expr.text};")


@BUILTINS.writes("bang.convert")
def _convert(body: Body, op: ir.Operation) -> None:
    dst, src = (_TYPES[str(ir.MemRefType(v.type).element_type)] for v in list(op.operands)[:2])
    mode = keyword(op, "kind", default="none")
    write(body, f"__bang_{src}2{dst}" + ("" if mode == "none" else f"_{mode}"), op.operands)


@BUILTINS.writes("bang.matmul")
def _matmul(body: Body, op: ir.Operation) -> None:
    if keyword(op, "layout", default="nk") != "nk":
        raise Unsupported("the right operand of __bang_matmul must be column-major in emitted text", place_of(op.location))
    write(body, "__bang_matmul", op.operands)


def _segments(op: ir.Operation) -> list[list[ir.Value]]:
    groups, operands = [], list(op.operands)
    for size in ir.DenseI32ArrayAttr(op.attributes["operandSegmentSizes"]):
        groups.append(operands[:size])
        operands = operands[size:]
    return groups


@BUILTINS.writes("bang.mlp")
def _mlp(body: Body, op: ir.Operation) -> None:
    if keyword(op, "layout", default="nk") != "nk":
        raise Unsupported("the filter of __bang_mlp must be row-major in emitted text", place_of(op.location))
    write(body, "__bang_mlp", [v for group in _segments(op) for v in group])


@BUILTINS.writes("bang.conv")
def _conv(body: Body, op: ir.Operation) -> None:
    write(body, "__bang_conv", [v for group in _segments(op) for v in group])


@BUILTINS.writes("bang.atomic")
def _atomic(body: Body, op: ir.Operation) -> None:
    write(body, f"__bang_atomic_{keyword(op, 'kind')}", op.operands)


@BUILTINS.writes("bang.atomic_reduce")
def _atomic_reduce(body: Body, op: ir.Operation) -> None:
    write(body, f"__bang_atomic_reduce_{keyword(op, 'kind')}", op.operands)


@BUILTINS.writes("bang.sync")
def _sync(body: Body, op: ir.Operation) -> None:
    body.statement(f"{_SYNCS[keyword(op, 'kind')]}();")


@BUILTINS.writes("bang.barrier")
def _barrier(body: Body, op: ir.Operation) -> None:
    body.statement(f"__sync_{keyword(op, 'kind')}();")
