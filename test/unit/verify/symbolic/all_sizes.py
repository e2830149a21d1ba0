"""The symbolic stage in this process: why two programs are not shown equal for all sizes, "" where they are."""

from __future__ import annotations

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.verify.limits import Budget
from xpiler.verify.symbolic.proof import Comparison


def doubt(source: ir.Module, target: ir.Module) -> str:
    """What stands in the way of a proof."""
    try:
        comparison = Comparison(source, target, Budget(60))
        comparison.check_side_conditions()
        comparison.compare()
    except Unsupported as error:
        return error.diagnostics[0].message
    return ""
