"""The symbolic stage in this process: why two programs are not shown equal for all sizes, "" where they are."""

from __future__ import annotations

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.verify.limits import Budget
from xpiler.verify.symbolic.child import MORE_STEPS, within_limits
from xpiler.verify.symbolic.proof import Comparison


def doubt(source: ir.Module, target: ir.Module) -> str:
    """What stands in the way of a proof."""
    try:
        with within_limits():
            comparison = Comparison(source, target, Budget(60))
            comparison.check_side_conditions()
            comparison.compare()
    except Unsupported as error:
        reason = error.diagnostics[0].message
        assert reason != MORE_STEPS, "what ends at the limit says nothing about the programs"
        return reason
    return ""
