"""Memory of the device that stands for a parameter of a host launcher: made as large as it is copied, copied in first and back last.

A launcher on device pointers that works on the parameter itself then does what the one on host pointers does by way of the mirror:
every parameter has one mirror at most and a mirror one parameter, nothing happens before the copy in or after the copy back, all of the
memory is copied, and what is not copied back is not written (the kernel takes it as `const`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mlir import ir

from xpiler.verify import signature

OF_MIRRORS = ("xpiler.alloc", "xpiler.copy", "xpiler.free")
BEGUN = ("xpiler.launch", "xpiler.call", "func.call", "xpiler.memset", "memref.store")


@dataclass(frozen=True)
class Mirrors:
    """The mirrors of one launcher, each with its parameter."""

    _parameters: dict[ir.Value, ir.Value] = field(default_factory=dict)

    @staticmethod
    def none() -> Mirrors:
        """Memory of the device is what it is."""
        return Mirrors()

    @staticmethod
    def of(function: ir.Operation) -> Mirrors | None:
        """The mirrors of a host launcher; None where some memory that it copies from or to a parameter is not one."""
        arguments = list(function.regions[0].blocks[0].arguments)
        copies = [op for op in signature.inside(function) if op.name == "xpiler.copy" and any(a in arguments for a in _ends(op))]
        found: dict[ir.Value, ir.Value] = {}
        for copy in copies:
            device, host = sorted(_ends(copy), key=lambda v: v in arguments)
            if device in arguments or found.setdefault(device, host) != host:
                return None
        if len({arguments.index(host) for host in found.values()}) != len(found):
            return None
        mirrors = Mirrors(found)
        return (
            mirrors
            if all(mirrors._is_whole(d, copies) and mirrors._comes_back(d, copies, function) for d in found)
            and (_in_order(function, copies))
            else None
        )

    def parameter_of(self, value: ir.Value) -> ir.Value | None:
        """The parameter that memory mirrors."""
        return self._parameters.get(value)

    def hold(self, operation: ir.Operation) -> bool:
        """Whether an operation only makes, fills, copies back or frees a mirror."""
        if operation.name not in OF_MIRRORS:
            return False
        memory = [v for v in (*operation.operands, *operation.results) if isinstance(v.type, ir.MemRefType)]
        return any(v in self._parameters for v in memory) and all(v in self._parameters or v in self._parameters.values() for v in memory)

    def _is_whole(self, device: ir.Value, copies: list[ir.Operation]) -> bool:
        """Whether memory is made as large as all its copies are, and they run wherever it is made."""
        if isinstance(device.owner, ir.Block) or device.owner.operation.name != "xpiler.alloc":
            return False
        made = device.owner.operation
        own = [copy for copy in copies if device in _ends(copy)]
        return all(_same_number(copy.operands[2], made.operands[0]) and copy.parent == made.parent for copy in own)

    def _comes_back(self, device: ir.Value, copies: list[ir.Operation], function: ir.Operation) -> bool:
        """Whether memory is copied back, or no kernel writes it."""
        if any(copy.operands[0] == device for copy in copies):
            return True
        users = [use.owner.operation for use in device.uses]
        return all(op.name in OF_MIRRORS or _takes_as_const(op, device, function) for op in users)


def _ends(copy: ir.Operation) -> tuple[ir.Value, ir.Value]:
    return copy.operands[0], copy.operands[1]


def _in_order(function: ir.Operation, copies: list[ir.Operation]) -> bool:
    """Whether all copies from parameters come before the work, and all back behind it."""
    arguments = list(function.regions[0].blocks[0].arguments)
    order = [op for op in signature.inside(function) if op in copies or op.name in BEGUN or op.name in ("xpiler.copy", "xpiler.free")]
    into = [i for i, op in enumerate(order) if op in copies and op.operands[0] in arguments]
    back = [i for i, op in enumerate(order) if op in copies and op.operands[0] not in arguments]
    work = [i for i, op in enumerate(order) if op not in copies]
    begun = [i for i in work if order[i].name != "xpiler.free"] or [len(order)]
    return max(into, default=-1) < min(work, default=len(order)) and max(begun) < min(back, default=len(order) + 1)


def _same_number(one: ir.Value, other: ir.Value) -> bool:
    """Whether two numbers are the same expression."""
    if one == other:
        return True
    if isinstance(one, ir.BlockArgument) or isinstance(other, ir.BlockArgument):
        return False
    a, b = one.owner.operation, other.owner.operation
    alike = a.name == b.name and signature.described(a) == signature.described(b) and str(one.type) == str(other.type)
    pure = a.name.partition(".")[0] == "arith" and len(a.operands) == len(b.operands)
    return alike and pure and all(map(_same_number, a.operands, b.operands))


def _takes_as_const(operation: ir.Operation, memory: ir.Value, function: ir.Operation) -> bool:
    """Whether a launch hands memory on as a pointer to what the kernel does not write."""
    if operation.name not in ("xpiler.launch", "xpiler.call"):
        return False
    name = ir.FlatSymbolRefAttr(operation.attributes["kernel"]).value
    beside = (op.operation for op in function.parent.operation.regions[0].blocks[0].operations)
    kernel = next((op for op in beside if op.name == "func.func" and signature.symbol(op) == name), None)
    count = 0 if kernel is None else len(kernel.regions[0].blocks[0].arguments)
    passed = list(operation.operands)[-count:] if count else []
    places = [i for i, value in enumerate(passed) if value == memory]
    return bool(places) and all(_is_const(kernel, i) for i in places)


def _is_const(kernel: ir.Operation, position: int) -> bool:
    described = ir.DictAttr(kernel.attributes["arg_attrs"][position]) if "arg_attrs" in kernel.attributes else {}
    return "xpiler.ctype" in described and "const" in ir.StringAttr(described["xpiler.ctype"]).value.split()
