"""What the platform form has in order and the text does not: the front end notes it, and nothing is proved then.

That is copies back to the host that a launcher does not wait for (`xpiler.unawaited`), and what OpenMP runs in parallel and the front end
reads in sequence (`xpiler.in_sequence`). The model runs both in order. Where the text does not promise that order, what is proved of it
says nothing about what the caller sees.
"""

from __future__ import annotations

from mlir import ir

from xpiler.frontend.directives import IN_SEQUENCE
from xpiler.frontend.streams import UNAWAITED
from xpiler.verify import signature


def unawaited(source: ir.Module, target: ir.Module) -> str:
    """Why runs in order prove nothing of these texts, the output's reason first; "" where the host waits in both."""
    for module, whose in ((target, "the output"), (source, "the source")):
        if IN_SEQUENCE in module.operation.attributes:
            return f"in {whose}: {ir.StringAttr(module.operation.attributes[IN_SEQUENCE]).value}"
        for function in _launchers(module):
            if UNAWAITED in function.attributes:
                return f"in {whose} {ir.StringAttr(function.attributes[UNAWAITED]).value}"
    return ""


def _launchers(module: ir.Module) -> list[ir.Operation]:
    return [function for _, function in sorted(signature.all_launchers(module).items())]
