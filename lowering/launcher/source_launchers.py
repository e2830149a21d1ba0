"""Launchers that the source had: the same symbol and parameters, the target's launch in place of the source's."""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.effects import walk
from xpiler.lowering.launcher.build import KernelLaunch
from xpiler.lowering.launcher.const_parameters import read_through_const
from xpiler.lowering.launcher.device_memory import is_from_host, use_device_memory
from xpiler.lowering.launcher.host_memory import use_host_memory
from xpiler.lowering.launcher.quotients import divide_products
from xpiler.lowering.launcher.scratch import own_parameters
from xpiler.transforms.rewriting import operations


def convert_launchers(module: ir.Module, kernels: list[KernelLaunch], *, on_device: bool) -> set[tuple[str, str]]:
    """Rewrites every `xpiler.call` in the module's launchers; returns which kernels they launch, and from which side."""
    by_name = {k.name: k for k in kernels}
    present = set()
    from_host = is_from_host(module)
    for function in operations(module.body):
        if function.name != "func.func" or "xpiler.launcher" not in function.attributes:
            continue
        if on_device and from_host and not use_device_memory(function, by_name):
            function.erase()
            continue
        side = ir.StringAttr(function.attributes["xpiler.launcher"]).value
        present |= {(name, side) for name in _launched(function)}
        for call in [op for op in walk(function) if op.name == "xpiler.call"]:
            kernel = by_name[ir.FlatSymbolRefAttr(call.attributes["kernel"]).value]
            _launch_at(call, kernel, _stream(function, side))
        divide_products(function)
        if not on_device:
            use_host_memory(function, by_name)
            read_through_const(function, by_name)
    return present


def _launch_at(call: ir.Operation, kernel: KernelLaunch, stream: ir.Value | None) -> None:
    arguments = list(call.operands)
    parameters = own_parameters(kernel.function)
    with ir.InsertionPoint(call), call.location:
        kernel.launch(arguments, dict(zip(parameters, arguments, strict=True)), stream)
    call.erase()


def _stream(function: ir.Operation, side: str) -> ir.Value | None:
    """The stream that a launcher on device pointers is given, wherever it stands among the parameters."""
    arguments = function.regions[0].blocks[0].arguments
    return next((a for a in arguments if str(a.type) == "!xpiler.stream"), None) if side == "device" else None


def _launched(function: ir.Operation) -> set[str]:
    """The kernels a launcher starts."""
    return {ir.FlatSymbolRefAttr(op.attributes["kernel"]).value for op in walk(function) if op.name in ("xpiler.launch", "xpiler.call")}
