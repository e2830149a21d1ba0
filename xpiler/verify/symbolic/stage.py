"""The symbolic stage as the validator asks for it: in a child process with a limit, since isl does not come back by itself.

`prove` gives an answer whose scope is a box of sizes, or raises NotModelled (with the reason) or OutOfTime; it never refutes.
"""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass
from multiprocessing.connection import Connection

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.verify.limits import NotModelled, OutOfTime


@dataclass(frozen=True)
class Proved:
    """For which sizes the two programs are equal, in words; what that rests on; elements of each buffer at the sizes asked about."""

    scope: str
    assumptions: tuple[str, ...]
    elements: dict[str, int]


def prove(source: ir.Module, target: ir.Module, seconds: float, sizes: dict[str, int] | None = None) -> Proved:
    """Whether `target` does what `source` does for all sizes of a box that contains `sizes`.

    Raises NotModelled where that is not shown, OutOfTime at the limit.
    """
    texts = [_text(m) for m in (source, target)]
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["xpiler.verify.symbolic.child"])
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_run, args=(theirs, texts, seconds, sizes or {}), daemon=True)
    child.start()
    theirs.close()
    try:
        return _answer(ours, seconds)
    finally:
        child.kill()
        child.join()
        ours.close()


def _text(module: ir.Module) -> str:
    return module.operation.get_asm(enable_debug_info=True, assume_verified=True)


def _answer(ours: Connection, seconds: float) -> Proved:
    try:
        kind, *details = ours.recv() if ours.poll(seconds) else ("timeout",)
    except EOFError:
        raise NotModelled("the symbolic proof ended without an answer") from None
    if kind == "timeout":
        raise OutOfTime
    if kind == "not modelled":
        raise NotModelled(*details)
    return Proved(*details)


def _run(theirs: Connection, texts: list[str], seconds: float, sizes: dict[str, int]) -> None:
    from xpiler.verify.symbolic import child

    try:
        found = child.compare(texts, seconds, sizes)
        theirs.send(("proved", found.scope, found.assumptions, found.elements))
    except OutOfTime:
        theirs.send(("timeout",))
    except Unsupported as error:
        theirs.send(("not modelled", error.diagnostics[0].message))
    except RecursionError:
        theirs.send(("not modelled", "terms too deep"))
