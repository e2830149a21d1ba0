"""Launchers that only hand their arguments on: what every output has anyway, so they are made anew for the target."""

from __future__ import annotations

from mlir import ir

from xpiler.raising.structure import operations


def drop_plain_launchers(module: ir.Module) -> None:
    """Erases `K_kernel` launchers whose whole body is the call of `K` with their own parameters in order."""
    for op in operations(module.body):
        if op.name == "func.func" and "xpiler.launcher" in op.attributes and _is_plain(op):
            op.erase()


def _is_plain(function: ir.Operation) -> bool:
    block = function.regions[0].blocks[0]
    body = operations(block)
    if [op.name for op in body] != ["xpiler.call", "func.return"]:
        return False
    call = body[0]
    kernel = ir.FlatSymbolRefAttr(call.attributes["kernel"]).value
    named = ir.StringAttr(function.attributes["sym_name"]).value == f"{kernel}_kernel"
    return named and list(call.operands) == list(block.arguments)
