"""How atomic updates are written with OpenMP."""

from __future__ import annotations

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.expression import ASSIGN
from xpiler.lowering.c_text.handlers import Handlers
from xpiler.lowering.c_text.location import place_of
from xpiler.lowering.c_text.memory_ops import place

ATOMICS = Handlers()
# arith.AtomicRMWKind, by number
_UPDATES = {0: "+", 1: "+", 2: "&", 12: "*", 13: "*", 14: "|", 15: "^"}
_EXTREMA = {4: "<", 5: "<", 6: "<", 8: ">", 9: ">", 10: ">"}


@ATOMICS.writes("memref.atomic_rmw")
def _update(body: Body, op: ir.Operation) -> None:
    kind = ir.IntegerAttr(op.attributes["kind"]).value
    if list(op.results[0].uses) or kind not in {**_UPDATES, **_EXTREMA}:
        raise Unsupported("an atomic update whose old value is read, or of this kind", place_of(op.location))
    value, base, *indices = op.operands
    operand, target = body.value(value), place(body, base, indices)
    body.flush()
    if kind in _UPDATES:
        body.line("#pragma omp atomic")
        body.line(f"{target.text} {_UPDATES[kind]}= {operand.within(ASSIGN)};")
        return
    name = body.names.claim("candidate")
    with body.scope(""):
        body.line(f"{body.spell(body.variable_type(value, operand))} {name} = {operand.text};")
        body.line("#pragma omp atomic compare")
        body.line(f"{target.text} = {target.text} {_EXTREMA[kind]} {name} ? {name} : {target.text};")
