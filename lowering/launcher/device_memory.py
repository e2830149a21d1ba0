"""On a target with memory of its own, launchers of a source whose device is the host get buffers on the device.

Such a launcher hands its own pointers to kernels. Each pointer gets device memory as large as the largest use of it,
with the host's contents before the first call; what kernels write is copied back behind the last one.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import arith

from xpiler.analysis.effects import walk
from xpiler.diagnostics import Unsupported
from xpiler.lowering.c_text.location import place_of
from xpiler.lowering.launcher.build import KernelLaunch, copy_elements
from xpiler.lowering.launcher.roles import Pointer
from xpiler.lowering.launcher.scratch import own_parameters
from xpiler.lowering.slices import rebuilt
from xpiler.platforms.names import HOST_PLATFORMS
from xpiler.platforms.target import Target
from xpiler.transforms.rewriting import operations


def is_from_host(module: ir.Module) -> bool:
    """Whether the module was raised from a platform whose device is the host."""
    attributes = module.operation.attributes
    return "xpiler.origin" in attributes and Target.parse(str(attributes["xpiler.origin"])).platform in HOST_PLATFORMS


def use_device_memory(function: ir.Operation, kernels: dict[str, KernelLaunch]) -> bool:
    """Gives every pointer that calls are handed a device buffer; False, with nothing done, where a size is not known.

    Raises Unsupported for a call in a loop, or under a condition that another one does not have.
    """
    calls = [op for op in walk(function) if op.name == "xpiler.call"]
    called = [kernels[ir.FlatSymbolRefAttr(call.attributes["kernel"]).value] for call in calls]
    for op in calls:
        if op.block != calls[0].block or _is_repeated(op):
            message = "a launcher of C that calls a kernel in a loop, or under a condition of its own, is not supported"
            raise Unsupported(message, place_of(op.location), "call it unconditionally, and test in the kernel")
    if not calls:
        return True
    if not all(kernel.is_sized for kernel in called):
        return False
    _compute_first(calls[0])
    sizes, written = _uses(calls, called)
    with ir.InsertionPoint(calls[0]), calls[0].location:
        devices = {host: _mirror(host, size) for host, size in sizes.items()}
    for call in calls:
        for position, operand in enumerate(call.operands):
            if operand in devices:
                call.operands[position] = devices[operand]
    with ir.InsertionPoint(operations(calls[-1].block)[-1]), calls[-1].location:
        for host in written:
            copy_elements(devices[host], host, sizes[host], "d2h")
        for device in devices.values():
            ir.Operation.create("xpiler.free", operands=[device])
    return True


def _is_repeated(op: ir.Operation) -> bool:
    """Whether anything but branches is around a call."""
    while op.parent.name == "scf.if":
        op = op.parent.operation
    return op.parent.name != "func.func"


def _compute_first(call: ir.Operation) -> None:
    """Moves what sizes and scalar arguments are computed of before the first call."""
    for op in operations(call.block):
        if op.name.startswith("arith.") and call.is_before_in_block(op):
            op.move_before(call)


def _uses(calls: list[ir.Operation], called: list[KernelLaunch]) -> tuple[dict[ir.Value, ir.Value], list[ir.Value]]:
    """How many elements of each pointer the calls use at most, and which pointers they write."""
    sizes: dict[ir.Value, ir.Value] = {}
    written: dict[ir.Value, None] = {}
    for call, kernel in zip(calls, called, strict=True):
        mapping = dict(zip(own_parameters(kernel.function), call.operands, strict=True))
        for pointer in kernel.pointers:
            host = call.operands[pointer.position]
            if not isinstance(host.owner, ir.Block):
                continue  # the launcher's own workspace, on the device already
            sizes[host] = _largest(sizes.get(host), _size(pointer, mapping, calls[0]), calls[0])
            written |= {host: None} if pointer.written else {}
    return sizes, list(written)


def _size(pointer: Pointer, mapping: dict[ir.Value, ir.Value], before: ir.Operation) -> ir.Value:
    assert pointer.elements is not None
    return rebuilt(pointer.elements, mapping, ir.InsertionPoint(before))


def _largest(one: ir.Value | None, other: ir.Value, before: ir.Operation) -> ir.Value:
    if one is None or one == other:
        return other
    with ir.InsertionPoint(before), before.location:
        return arith.maxsi(one, other)


def _mirror(host: ir.Value, size: ir.Value) -> ir.Value:
    name = host.location.name_str if host.location.is_a_name() else "buffer"
    with ir.Location.name(f"device_{name}"):
        device = ir.Operation.create("xpiler.alloc", operands=[size], results=[host.type]).result
    copy_elements(host, device, size, "h2d")
    return device
