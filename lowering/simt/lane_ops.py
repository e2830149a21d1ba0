"""How lane collectives are written: with a mask on CUDA, without one on HIP where it names all lanes."""

from __future__ import annotations

from mlir import ir

from xpiler.lowering.c_text.attributes import keyword
from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.ctype import INT, UINT, UINTS
from xpiler.lowering.c_text.expression import Expr, call, leaf
from xpiler.lowering.c_text.handlers import Handler

_SHUFFLES = {"idx": "__shfl", "up": "__shfl_up", "down": "__shfl_down", "xor": "__shfl_xor"}


def _mask(body: Body, values: list[ir.Value], *, always: bool) -> list[Expr]:
    """The mask operand, as 0xffffffff where it is full; none on HIP, whose plain forms mean all lanes."""
    mask = body.value(values[0]) if values else None
    full = mask is None or mask.constant == -1 or mask.constant == mask.ctype.bounds[1] == UINT.bounds[1]
    if full:
        return [leaf("0xffffffff", UINT)] if always else []
    return [mask]


def lane_handlers(dialect: str, lanes: int) -> dict[str, Handler]:
    """Shuffles, votes and the active mask of a platform whose warps have `lanes` lanes."""
    always = dialect == "cuda"

    def shuffle(body: Body, op: ir.Operation) -> Expr:
        value, lane, width, *mask = op.operands
        masks = _mask(body, mask, always=always)
        operands = [*masks, body.value(value), body.value(lane)]
        segment = body.value(width)
        if segment.constant != lanes:
            operands.append(segment)
        ctype = body.variable_type(op.results[0], operands[len(masks)])
        return call(_SHUFFLES[keyword(op, "kind")] + ("_sync" if masks else ""), tuple(operands), ctype, impure=True)

    def vote(body: Body, op: ir.Operation) -> Expr:
        predicate, *mask = op.operands
        masks = _mask(body, mask, always=always)
        kind = keyword(op, "kind")
        ctype = INT if kind != "ballot" else UINTS[lanes]
        return call(f"__{kind}" + ("_sync" if masks else ""), (*masks, body.value(predicate)), ctype, impure=True)

    def active_mask(body: Body, op: ir.Operation) -> Expr:
        return call("__activemask", (), UINTS[lanes], impure=True)

    return {f"{dialect}.shuffle": shuffle, f"{dialect}.vote": vote, f"{dialect}.active_mask": active_mask}
