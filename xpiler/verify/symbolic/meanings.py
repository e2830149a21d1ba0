"""Operations by their meaning: `dialects/*/semantics.mlir` walked in the place of the operation."""

from __future__ import annotations

from functools import lru_cache

from mlir import ir

from xpiler.dialects.semantics import Wanted, instantiate
from xpiler.dialects.words import word
from xpiler.verify.limits import NotModelled
from xpiler.verify.model.scalar_ops import element_of
from xpiler.verify.symbolic.walker import Walker, functions_of, handles


def expand(w: Walker, text: str, context: ir.Context, arguments: list) -> list:
    """Walks a meaning in the place of its operation; its functions are its own."""
    module = _module(text, context)
    outer, w.functions = w.functions, functions_of(module)
    results = w.call(w.functions["meaning"], arguments)
    w.functions = outer
    return results


@lru_cache(maxsize=256)
def _module(text: str, context: ir.Context) -> ir.Module:
    with context:
        return ir.Module.parse(text)


@handles("cuda.approx", "hip.approx", "cuda.approx_binary", "hip.approx_binary")
def approximate(w: Walker, op: ir.Operation) -> None:
    """The exact function; the error is an assumption of the answer."""
    kind = word(op.attributes["kind"])
    wanted = Wanted(op.name, (kind,), types=tuple(element_of(v.type) for v in op.operands))
    text = instantiate(wanted)
    if text is None:
        raise NotModelled(f"'{wanted}' has no meaning")
    w.trace.approximations.add(f"{op.name}<{kind}>")
    (w.env[op.results[0]],) = expand(w, text, op.context, [w.env[v] for v in op.operands])
