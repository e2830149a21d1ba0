"""What a launch's geometry depends on and the kernel does not take becomes a parameter of the kernel.

`rows` is a launcher's affair where each block takes a row: the kernel never sees it. The raised kernel means the whole
launch, so it has to: such host values are appended to the kernel's parameters, and every launch passes its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mlir import ir

from xpiler.raising.launcher_slice import SEGMENTS, LauncherSlice, find_launches, launch_segment
from xpiler.raising.structure import entry

GEOMETRY = ("grid", "block", "tasks", "shared")


def take_launch_parameters(module: ir.Module, kernel: ir.Operation, is_pure: Callable[[ir.Operation], bool]) -> None:
    """Appends to the kernel what its launches' geometry depends on; launches that differ in that are left as they are."""
    launches = find_launches(module, kernel)
    missing = [launch_parameters(launch, kernel, is_pure) for launch in launches if launch.name == "xpiler.launch"]
    if not missing or len(missing) != len(launches) or len({tuple(str(v.type) for v in each) for each in missing}) != 1:
        return
    for value in missing[0]:
        _append_parameter(kernel, value)
    for launch, values in zip(launches, missing, strict=True):
        _pass(launch, values)


def launch_parameters(launch: ir.Operation, kernel: ir.Operation, is_pure: Callable[[ir.Operation], bool]) -> list[ir.Value]:
    """The host numbers that the geometry comes from and that the launch does not pass, each once."""
    host = LauncherSlice(launch, kernel, None, is_pure)
    found = dict.fromkeys(m for name in GEOMETRY for value in launch_segment(launch, name) for m in host.missing(value))
    return [value for value in found if isinstance(value.type, ir.IntegerType)]


def _append_parameter(kernel: ir.Operation, value: ir.Value) -> None:
    parameters = list(kernel.attributes["arg_attrs"]) if "arg_attrs" in kernel.attributes else []
    parameters += [ir.DictAttr.get({}) for _ in range(len(entry(kernel).arguments) - len(parameters))]
    taken = {ir.StringAttr(p["xpiler.name"]).value for p in map(ir.DictAttr, parameters) if "xpiler.name" in p}
    described = _description(value, taken)
    location = ir.Location.name(ir.StringAttr(described["xpiler.name"]).value, kernel.location)
    entry(kernel).add_argument(value.type, location)
    kernel.attributes["arg_attrs"] = ir.ArrayAttr.get([*parameters, described])
    kernel.attributes["function_type"] = ir.TypeAttr.get(ir.FunctionType.get([a.type for a in entry(kernel).arguments], []))


def _description(value: ir.Value, taken: set[str]) -> ir.DictAttr:
    """Name and C type of the new parameter: the launcher's own, where it is one of the launcher's."""
    described = _launcher_attributes(value)
    name = next(n for n in _names(described.get("xpiler.name", _local_name(value))) if n not in taken)
    ctype = described.get("xpiler.ctype", {64: "int64_t", 32: "int"}.get(ir.IntegerType(value.type).width, "int"))
    return ir.DictAttr.get({"xpiler.name": ir.StringAttr.get(name), "xpiler.ctype": ir.StringAttr.get(ctype)})


def _names(name: str) -> Iterator[str]:
    """The name, and what to call it where the kernel calls something else so."""
    while True:
        yield name
        name = f"launch_{name}"


def _launcher_attributes(value: ir.Value) -> dict[str, str]:
    if not isinstance(value, ir.BlockArgument) or "arg_attrs" not in value.owner.owner.attributes:
        return {}
    attributes = ir.DictAttr(value.owner.owner.attributes["arg_attrs"][value.arg_number])
    return {n: ir.StringAttr(attributes[n]).value for n in ("xpiler.name", "xpiler.ctype") if n in attributes}


def _local_name(value: ir.Value) -> str:
    location = value.location
    return location.name_str if location.is_a_name() else "launch_size"


def _pass(launch: ir.Operation, values: list[ir.Value]) -> None:
    """The launch with more arguments."""
    sizes = list(ir.DenseI32ArrayAttr(launch.attributes["operandSegmentSizes"]))
    sizes[SEGMENTS.index("args")] += len(values)
    attributes = {name: launch.attributes[name] for name in launch.attributes}
    attributes["operandSegmentSizes"] = ir.DenseI32ArrayAttr.get(sizes)
    at = ir.InsertionPoint(launch)
    ir.Operation.create(launch.name, operands=[*launch.operands, *values], attributes=attributes, loc=launch.location, ip=at)
    launch.erase()
