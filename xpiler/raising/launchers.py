"""Launchers in shared form: a launch is a call, since the kernel means the whole launch."""

from __future__ import annotations

from mlir import ir

from xpiler.raising.launcher_slice import launch_segment
from xpiler.raising.structure import launchers, post_order


def reduce_launches(module: ir.Module) -> None:
    """Every `xpiler.launch` of the module becomes `xpiler.call`; geometry and stream have done their duty."""
    for launcher in launchers(module):
        for op in post_order(launcher):
            if op.name == "xpiler.launch":
                ir.Operation.create(
                    "xpiler.call",
                    operands=launch_segment(op, "args"),
                    attributes={"kernel": op.attributes["kernel"]},
                    loc=op.location,
                    ip=ir.InsertionPoint(op),
                )
                op.erase()
