"""From the shared form to a platform's form: schedule, convert each kernel, add the launchers, tidy up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from io import BytesIO

from mlir import ir
from mlir.passmanager import PassManager

from xpiler.diagnostics import InvalidInput
from xpiler.lowering.bound_divisions import divide_by_one_at_least
from xpiler.lowering.bounded_arrays import bound_arrays
from xpiler.lowering.launcher.build import KernelLaunch, Launch, device_launcher, host_launcher
from xpiler.lowering.launcher.roles import pointers
from xpiler.lowering.launcher.source_launchers import convert_launchers
from xpiler.lowering.schedule import apply_schedule, default_schedule
from xpiler.platforms.names import DEFAULT_ARCH, HOST_PLATFORMS
from xpiler.platforms.target import Target
from xpiler.transforms.rewriting import operations

Convert = Callable[[ir.Operation, Target], Launch]

# platform -> module whose `convert_kernel(function, target)` converts one kernel in place
CONVERSIONS = {
    "cuda": "xpiler.lowering.simt.shared_to_simt",
    "hip": "xpiler.lowering.simt.shared_to_simt",
    "bang": "xpiler.lowering.bang.shared_to_bang",
    "vnni": "xpiler.lowering.vnni.shared_to_vnni",
}


def lower_module(module: ir.Module, target: Target, schedule: str | None = None, schedule_file: str = "") -> ir.Module:
    """A new module in platform form, by the target's default schedule unless `schedule` (pipeline text; empty for none) is given.

    `schedule_file` names the file the schedule came from, for messages.

    Raises XpilerError where a kernel has no form on the target.
    """
    if target.platform not in DEFAULT_ARCH:
        raise InvalidInput(f"there is no lowering to '{target.platform}'", hint=f"expected one of {', '.join(DEFAULT_ARCH)}")
    target = replace(target, arch=target.arch or DEFAULT_ARCH[target.platform])
    with module.context, ir.Location.unknown():
        lowered = scheduled(module, target, default_schedule(target) if schedule is None else schedule, schedule_file)
        convert = _conversion(target.platform)
        for function in _functions(lowered, "xpiler.kernel"):
            divide_by_one_at_least(function)
        kernels = [_converted(f, target, convert) for f in _functions(lowered, "xpiler.kernel")]
        _add_launchers(lowered, target, kernels)
        _tidy(lowered)
        if not lowered.operation.verify():
            raise InvalidInput("the lowering produced IR that does not verify")
        return lowered


def scheduled(module: ir.Module, target: Target, schedule: str, schedule_file: str = "") -> ir.Module:
    """A copy of a module in shared form that a schedule has gone over, not converted yet. Raises PassFailed."""
    with module.context, ir.Location.unknown():
        copy = _copy(module)
        copy.operation.attributes["xpiler.target"] = ir.Attribute.parse(str(target))
        if target.platform in ("bang", "vnni"):
            for function in _functions(copy, "xpiler.kernel"):
                bound_arrays(function)
        apply_schedule(copy, schedule, target, schedule_file)
        return copy


def _conversion(platform: str) -> Convert:
    return import_module(CONVERSIONS[platform]).convert_kernel


def _converted(function: ir.Operation, target: Target, convert: Convert) -> KernelLaunch:
    """Converts a kernel in place. What its pointers are is read before, while it is in shared form."""
    name = ir.StringAttr(function.attributes["sym_name"]).value
    found = pointers(function) if target.platform not in HOST_PLATFORMS else []
    return KernelLaunch(function, name, found, convert(function, target))


def _add_launchers(module: ir.Module, target: Target, kernels: list[KernelLaunch]) -> None:
    """The source's launchers, rewritten, and those of the conventions that the source lacks."""
    on_device = target.platform not in HOST_PLATFORMS
    present = convert_launchers(module, kernels, on_device=on_device)
    for kernel in kernels:
        if on_device and (kernel.name, "device") not in present:
            device_launcher(kernel, module, "queue" if target.platform == "bang" else "stream")
        if (kernel.name, "host") not in present and kernel.is_sized:
            host_launcher(kernel, module, copies=on_device)


def _functions(module: ir.Module, attribute: str) -> list[ir.Operation]:
    return [op for op in operations(module.body) if op.name == "func.func" and attribute in op.attributes]


def _tidy(module: ir.Module) -> None:
    """Folds what the conversion left unfolded."""
    PassManager.parse("builtin.module(canonicalize,cse)").run(module.operation)


def _copy(module: ir.Module) -> ir.Module:
    """A copy through bytecode, which keeps the locations of loop variables."""
    buffer = BytesIO()
    module.operation.write_bytecode(buffer)
    return ir.Module.parse(buffer.getvalue())
