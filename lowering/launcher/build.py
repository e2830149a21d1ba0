"""Host launchers as IR: `K_launch(stream, parameters)` on device pointers, `K_kernel(parameters)` on host pointers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mlir import ir
from mlir.dialects import func, scf

from xpiler.dialects.words import enum
from xpiler.lowering.c_text.facts import leave_bounds, stated_bounds
from xpiler.lowering.c_text.function import argument_attribute
from xpiler.lowering.launcher.empty_outputs import something_to_write
from xpiler.lowering.launcher.roles import Pointer
from xpiler.lowering.launcher.scratch import own_parameters
from xpiler.lowering.slices import rebuilt

Launch = Callable[[list[ir.Value], dict[ir.Value, ir.Value], ir.Value | None], None]


@dataclass
class KernelLaunch:
    """A kernel with what its launchers need: the roles of its pointers, and `launch(arguments, mapping, stream)`, which writes the
    launch at
    the current insertion point (`mapping` takes the kernel's parameters to values of the launcher)."""

    function: ir.Operation
    name: str
    pointers: list[Pointer]
    launch: Launch

    @property
    def is_sized(self) -> bool:
        """Whether all buffers could be allocated: how large each is, is known."""
        return all(pointer.elements is not None for pointer in self.pointers)


def host_launcher(kernel: KernelLaunch, module: ir.Module, *, copies: bool) -> None:
    """Appends `K_kernel`: allocate, copy, launch, copy back, free; without `copies` it only calls the kernel."""
    function, arguments = _function(kernel, module, _free(module, f"{kernel.name}_kernel", f"{kernel.name}_host"), "host")
    with ir.InsertionPoint(function.entry_block), ir.Location.unknown():
        mapping = dict(zip(_parameters(kernel), arguments, strict=True))
        if not copies:
            kernel.launch(list(arguments), mapping, None)
        elif (condition := something_to_write(kernel.pointers, mapping)) is not None:
            only_if(condition, lambda: _on_copies(kernel, arguments, mapping))
        else:
            _on_copies(kernel, arguments, mapping)
        func.ReturnOp([])


def _on_copies(kernel: KernelLaunch, arguments: list[ir.Value], mapping: dict[ir.Value, ir.Value]) -> None:
    """Copies in, the launch, and copies back of what it writes."""
    devices = _copied_in(kernel, arguments, mapping)
    kernel.launch([devices.get(p, a) for p, a in enumerate(arguments)], mapping, None)
    for pointer in kernel.pointers:
        if pointer.written:
            copy_elements(devices[pointer.position], arguments[pointer.position], mapping[pointer.elements], "d2h")
    for device in devices.values():
        ir.Operation.create("xpiler.free", operands=[device])


def _copied_in(kernel: KernelLaunch, arguments: list[ir.Value], mapping: dict[ir.Value, ir.Value]) -> dict[int, ir.Value]:
    """Device buffers for every pointer, with the host's contents: an output may be written in part only."""
    devices = {}
    for pointer in kernel.pointers:
        host = arguments[pointer.position]
        elements = rebuilt(pointer.elements, mapping, ir.InsertionPoint.current)
        mapping.setdefault(pointer.elements, elements)
        with ir.Location.name(f"device_{pointer.name}"):
            device = ir.Operation.create("xpiler.alloc", operands=[elements], results=[host.type]).result
        copy_elements(host, device, elements, "h2d")
        devices[pointer.position] = device
    return devices


def copy_elements(source: ir.Value, target: ir.Value, elements: ir.Value, kind: str) -> None:
    """Writes a copy of some elements between host and device at the current insertion point."""
    ir.Operation.create("xpiler.copy", operands=[source, target, elements], attributes={"kind": enum("xpiler", "copy_kind", kind)})


def device_launcher(kernel: KernelLaunch, module: ir.Module, stream_name: str) -> None:
    """Appends `K_launch`: the launch alone, on a stream."""
    name = _free(module, f"{kernel.name}_launch", f"{kernel.name}_device")
    function, (stream, *arguments) = _function(kernel, module, name, "device", stream_name)
    with ir.InsertionPoint(function.entry_block), ir.Location.unknown():
        kernel.launch(arguments, dict(zip(_parameters(kernel), arguments, strict=True)), stream)
        func.ReturnOp([])


def _free(module: ir.Module, *names: str) -> str:
    """The first name that the source does not use for something else."""
    taken = {ir.StringAttr(op.attributes["sym_name"]).value for op in module.body.operations if "sym_name" in op.attributes}
    return next((name for name in names if name not in taken), f"{names[-1]}_launcher")


def _parameters(kernel: KernelLaunch) -> list[ir.Value]:
    return own_parameters(kernel.function)


def _function(kernel: KernelLaunch, module: ir.Module, name: str, kind: str, stream_name: str = "") -> tuple[func.FuncOp, list[ir.Value]]:
    """A function with the kernel's parameters (and a stream before them on the device side)."""
    types = [a.type for a in _parameters(kernel)]
    stream = [ir.Type.parse("!xpiler.stream")] if stream_name else []
    with ir.InsertionPoint(module.body), ir.Location.unknown():
        function = func.FuncOp(name, (stream + types, []))
    function.attributes["xpiler.launcher"] = ir.StringAttr.get(kind)
    attributes = [ir.DictAttr.get({"xpiler.name": ir.StringAttr.get(stream_name)}) for _ in stream]
    attributes += [_argument_attributes(kernel.function, p) for p in range(len(types))]
    function.attributes["arg_attrs"] = ir.ArrayAttr.get(attributes)
    leave_bounds(function.operation, {len(stream) + position: pair for position, pair in stated_bounds(kernel.function).items()})
    function.add_entry_block()
    return function, list(function.entry_block.arguments)


def _argument_attributes(function: ir.Operation, position: int) -> ir.Attribute:
    """The parameter's name and C type; what else is known about it stays with the kernel."""
    names = ("xpiler.name", "xpiler.ctype")
    found = {n: argument_attribute(function, position, n) for n in names}
    return ir.DictAttr.get({n: ir.StringAttr.get(v) for n, v in found.items() if v})


def only_if(condition: ir.Value, write: Callable[[], None]) -> ir.Block:
    """`if (condition) { ... }` at the current insertion point; returns the block."""
    block = scf.IfOp(condition).then_block
    with ir.InsertionPoint(block):
        write()
        scf.YieldOp([])
    return block
