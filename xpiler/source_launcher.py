"""A host launcher for a source that has none, in the source's own language: what `--verify=test` runs the source by.

It is `K_kernel(parameters)`, as the output has it: allocate, copy in, launch in the geometry that the source was read
with (`--launch`, a launcher on device pointers, the default of BANG), copy back. Its text stands behind the source's.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.dialects.words import enum
from xpiler.frontend.parameters import RECORDS
from xpiler.lowering.c_text.module_text import module_text
from xpiler.lowering.emission import language_of
from xpiler.lowering.launcher.build import KernelLaunch, Launch, host_launcher
from xpiler.lowering.launcher.roles import pointers
from xpiler.lowering.slices import rebuilt
from xpiler.platforms.target import target_of
from xpiler.raising.bang.tasks import DEFAULT_CLUSTERS, DEFAULT_TASKS
from xpiler.raising.launch_parameters import launch_parameters
from xpiler.raising.launcher_slice import call_arguments, find_launches, launch_segment
from xpiler.raising.simt.platform_ops import is_pure
from xpiler.verify.signature import Callable, functions


def with_launcher(path: Path, module: ir.Module, kernel: Callable) -> str:
    """The text of the source with a host launcher for its kernel behind it.

    `module` is the source's platform form, `kernel` its only kernel in shared form: its extents are stated, and what the
    launch depends on is among its parameters. Raises Unsupported where the launch depends on
    more than that, or the size of a buffer is not known.
    """
    platform = target_of(module).platform
    with module.context, ir.Location.unknown():
        launcher = ir.Module.create()
        launcher.operation.attributes["xpiler.target"] = module.operation.attributes["xpiler.target"]
        own = functions(module, "xpiler.kernel")[kernel.symbol]
        _declare(launcher, own)
        found = pointers(kernel.function) if platform != "vnni" else []
        launch = KernelLaunch(kernel.function, kernel.symbol, found, _launch(module, own, platform))
        if not launch.is_sized:
            name = next(pointer.name for pointer in found if pointer.elements is None)
            raise Unsupported(f"how many elements '{name}' has is not known", hint=f"state it: --extent {name}=<expression>")
        host_launcher(launch, launcher, copies=platform != "vnni")
        text = module_text(launcher, language_of(platform))
    return "\n".join([path.read_text(errors="replace"), "#undef CHECK", *_spelled(module, kernel.symbol), text])


def _declare(launcher: ir.Module, kernel: ir.Operation) -> None:
    """The kernel as a function without a body: the source has that."""
    with ir.InsertionPoint(launcher.body):
        described = {
            name: kernel.attributes[name]
            for name in ("sym_name", "function_type", "arg_attrs", "xpiler.kernel", RECORDS)
            if name in kernel.attributes
        }
        ir.Operation.create("func.func", attributes={**described, "sym_visibility": ir.StringAttr.get("private")}, regions=1)


def _spelled(module: ir.Module, symbol: str) -> list[str]:
    """`#define softmax_float_256 softmax<float, 256>`, where the source's C++ has another name for the kernel."""
    attributes = functions(module, "xpiler.kernel")[symbol].attributes
    return [f"#define {symbol} {ir.StringAttr(attributes['xpiler.spelled']).value}"] if "xpiler.spelled" in attributes else []


def _launch(module: ir.Module, kernel: ir.Operation, platform: str) -> Launch:
    """Writes the source's launch in terms of the parameters of the new launcher: the kernel's, and those of the launch."""
    symbol = ir.FlatSymbolRefAttr.get(ir.StringAttr(kernel.attributes["sym_name"]).value)
    launches = find_launches(module, kernel)
    if len(launches) > 1:
        raise Unsupported("the source launches its kernel several times")

    def write(arguments: list[ir.Value], mapping: Mapping[ir.Value, ir.Value], stream: ir.Value | None) -> None:
        if platform == "vnni":
            ir.Operation.create("xpiler.call", operands=arguments, attributes={"kernel": symbol})
        elif launches:
            _same_launch(launches[0], kernel, arguments, symbol)
        else:
            _default_tasks(arguments, symbol)

    return write


def _same_launch(launch: ir.Operation, kernel: ir.Operation, arguments: list[ir.Value], symbol: ir.Attribute) -> None:
    passed = call_arguments(launch)
    given = dict(zip([*passed, *launch_parameters(launch, kernel, is_pure)], arguments, strict=True))
    groups = [[_again(v, given) for v in launch_segment(launch, name)] for name in ("grid", "block", "tasks", "shared")]
    attributes = {"task_kind": launch.attributes["task_kind"]} if "task_kind" in launch.attributes else {}
    _create(groups, arguments[: len(passed)], {"kernel": symbol, **attributes})


def _default_tasks(arguments: list[ir.Value], symbol: ir.Attribute) -> None:
    """What a BANG file without a launcher is taken to be launched with."""
    i32 = ir.IntegerType.get_signless(32)
    tasks = [ir.Operation.create("arith.constant", results=[i32], attributes={"value": ir.IntegerAttr.get(i32, n)}) for n in DEFAULT_TASKS]
    kind = enum("xpiler", "task_kind", f"union{DEFAULT_CLUSTERS}")
    _create([[], [], [task.result for task in tasks], []], arguments, {"kernel": symbol, "task_kind": kind})


def _create(groups: list[list[ir.Value]], arguments: list[ir.Value], attributes: dict[str, ir.Attribute]) -> None:
    sizes = ir.DenseI32ArrayAttr.get([*(len(group) for group in groups), 0, len(arguments)])
    operands = [*(value for group in groups for value in group), *arguments]
    ir.Operation.create("xpiler.launch", operands=operands, attributes={**attributes, "operandSegmentSizes": sizes})


def _again(value: ir.Value, given: dict[ir.Value, ir.Value]) -> ir.Value:
    """A value of the source's launcher computed from the kernel's parameters."""
    if not _told_by(value, given):
        raise Unsupported("the source's launch depends on more than the kernel's parameters")
    return rebuilt(value, given, ir.InsertionPoint.current)


def _told_by(value: ir.Value, given: Mapping[ir.Value, ir.Value]) -> bool:
    if value in given:
        return True
    if isinstance(value.owner, ir.Block):
        return False
    op = value.owner.operation
    return op.name.startswith("arith.") and all(_told_by(operand, given) for operand in op.operands)
