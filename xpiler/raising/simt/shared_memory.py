"""Shared memory: the arrays a block shares, and the removal of memory spaces from the kernel's types.

A static array keeps its shape. Dynamic shared memory, whose bytes the launch gives, is cut into arrays by dynamic_shared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from mlir import ir

from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.places import unsupported
from xpiler.raising.simt.dynamic_shared import Part, allocate, parts_of
from xpiler.raising.simt.geometry import Geometry
from xpiler.raising.simt.platform_ops import simt_name
from xpiler.raising.simt.value_places import Uniform
from xpiler.raising.structure import definition, post_order


@dataclass
class SharedMemory:
    """The block's arrays: `static` allocas, and the typed parts of the dynamic array."""

    static: list[ir.Operation] = field(default_factory=list)
    dynamic: list[Part] = field(default_factory=list)

    def copy_starts(self, copied: Callable[[ir.Value], ir.Value]) -> None:
        """Where the parts begin, computed before the loop over the blocks."""
        for part in self.dynamic:
            part.start = None if part.start is None else copied(part.start)

    def emit(self, inside: EmissionPoint, geometry: Geometry) -> dict[ir.Value, Uniform]:
        """Allocate the arrays in the body of the loop over the blocks."""
        places = {}
        for op in self.static:
            array = EmissionPoint(inside.at, op.location).alloca(list(op.results[0].type.shape), op.results[0].type.element_type)
            places[op.results[0]] = Uniform(array)
        if self.dynamic:
            op = definition(self.dynamic[0].views[0])
            if geometry.shared_bytes is None:
                raise unsupported(op, "dynamic shared memory, and a launch that gives no bytes of it")
            emit = EmissionPoint(inside.at, op.location)
            arrays = allocate(self.dynamic, emit.cast(geometry.shared_bytes, emit.index), emit)
            places.update((view, Uniform(array)) for view, array in arrays.items())
        return places


def drop_spaces(kernel: ir.Operation) -> SharedMemory:
    """Remove memory spaces from every type in the kernel; the arrays that were shared are returned."""
    shared = SharedMemory()
    for op in post_order(kernel):
        if op.name == "memref.alloca" and _space(op.results[0]) == "shared":
            shared.static.append(op)
        elif simt_name(op) == "dynamic_shared":
            shared.dynamic.extend(parts_of(op))
        for result in op.results:
            _drop_space(result)
        for region in op.regions:
            for block in region.blocks:
                for argument in block.arguments:
                    _drop_space(argument)
    return shared


def _space(value: ir.Value) -> str:
    space = value.type.memory_space
    return "" if space is None else str(space).rstrip(">").rpartition("<")[2]


def _drop_space(value: ir.Value) -> None:
    if isinstance(value.type, ir.MemRefType) and value.type.memory_space is not None:
        old = value.type
        value.set_type(ir.MemRefType.get(old.shape, old.element_type, old.layout, loc=ir.Location.unknown(old.context)))
