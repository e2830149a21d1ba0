"""Copies back to the host that a launcher does not wait for: the front end notes them (`xpiler.unawaited`), and nothing is proved then.

The model runs a launcher's work in order. Where the text does not say that the host waits, what is proved of that order says nothing
about what the caller sees.
"""

from __future__ import annotations

from mlir import ir

from xpiler.frontend.streams import UNAWAITED
from xpiler.verify import signature


def unawaited(source: ir.Module, target: ir.Module) -> str:
    """Why runs in order prove nothing of these texts, the output's reason first; "" where the host waits in both."""
    for module, whose in ((target, "the output"), (source, "the source")):
        for function in _launchers(module):
            if UNAWAITED in function.attributes:
                return f"in {whose} {ir.StringAttr(function.attributes[UNAWAITED]).value}"
    return ""


def _launchers(module: ir.Module) -> list[ir.Operation]:
    return [function for _, function in sorted(signature.all_launchers(module).items())]
