"""Kernels whose source takes memory that it only reads as `float *`: called from the host, `const float *` is handed to them."""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.effects import walk
from xpiler.lowering.c_text.function import argument_attribute
from xpiler.lowering.launcher.build import KernelLaunch
from xpiler.lowering.launcher.roles import is_written


def read_through_const(launcher: ir.Operation, kernels: dict[str, KernelLaunch]) -> None:
    """Spells parameters `const` that are only read and are called with a pointer to const.

    On a device the source's launcher hands over buffers of its own, and such kernels are right; where the caller's memory takes their
    place, C++ refuses the call.
    """
    for call in [op for op in walk(launcher) if op.name == "xpiler.call"]:
        kernel = kernels[ir.FlatSymbolRefAttr(call.attributes["kernel"]).value].function
        for position, operand in enumerate(call.operands):
            if _is_const(launcher, operand) and not is_written(kernel.regions[0].blocks[0].arguments[position]):
                _spell_const(kernel, position)


def _is_const(launcher: ir.Operation, value: ir.Value) -> bool:
    """Whether a value is a parameter of the launcher that points to const."""
    if not isinstance(value.type, ir.MemRefType) or not isinstance(value.owner, ir.Block) or value.owner.owner != launcher:
        return False
    spelled = argument_attribute(launcher, value.arg_number, "xpiler.ctype")
    return spelled is not None and "const" in spelled


def _spell_const(kernel: ir.Operation, position: int) -> None:
    spelled = argument_attribute(kernel, position, "xpiler.ctype")
    if spelled is None or "const" in spelled:
        return
    known = list(ir.ArrayAttr(kernel.attributes["arg_attrs"]))
    described = {entry.name: entry.attr for entry in ir.DictAttr(known[position])}
    described["xpiler.ctype"] = ir.StringAttr.get(f"const {spelled}")
    known[position] = ir.DictAttr.get(described)
    kernel.attributes["arg_attrs"] = ir.ArrayAttr.get(known)
