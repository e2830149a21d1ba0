"""Shared memory: the arrays a block shares, and the removal of memory spaces from the kernel's types.

A static array keeps its shape. Dynamic shared memory, whose bytes the launch gives, becomes one array of the element
type it is used as; a kernel that sees it as several types is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from mlir import ir

from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.places import unsupported
from xpiler.raising.simt.geometry import Geometry
from xpiler.raising.simt.platform_ops import simt_name
from xpiler.raising.simt.value_places import Uniform
from xpiler.raising.structure import constant_value, post_order, users

ELEMENT_BYTES = {"i1": 1, "i8": 1, "i16": 2, "f16": 2, "bf16": 2, "i32": 4, "f32": 4, "i64": 8, "f64": 8}


@dataclass
class SharedMemory:
    """The block's arrays: `static` allocas, and the typed views of the dynamic array."""

    static: list[ir.Operation] = field(default_factory=list)
    dynamic: list[ir.Operation] = field(default_factory=list)

    def emit(self, inside: EmissionPoint, geometry: Geometry, copied: Callable) -> dict[ir.Value, Uniform]:
        """Allocate the arrays in the body of the loop over the blocks."""
        places = {}
        for op in self.static:
            array = EmissionPoint(inside.at, op.location).alloca(list(op.results[0].type.shape), op.results[0].type.element_type)
            places[op.results[0]] = Uniform(array)
        if self.dynamic:
            array = self._dynamic_array(inside, geometry)
            places.update((op.results[0], Uniform(array)) for op in self.dynamic)
        return places

    def _dynamic_array(self, inside: EmissionPoint, geometry: Geometry) -> ir.Value:
        op = self.dynamic[0]
        types = {str(each.results[0].type.element_type) for each in self.dynamic}
        if len(types) > 1:
            raise unsupported(op, f"dynamic shared memory seen as several types: {', '.join(sorted(types))}")
        if geometry.shared_bytes is None:
            raise unsupported(op, "dynamic shared memory, and a launch that gives no bytes of it")
        emit = EmissionPoint(inside.at, op.location)
        bytes_ = emit.cast(geometry.shared_bytes, emit.index)
        elements = emit.floor_div(bytes_, emit.constant(ELEMENT_BYTES[next(iter(types))]))
        return emit.alloca([elements], op.results[0].type.element_type)


def drop_spaces(kernel: ir.Operation) -> SharedMemory:
    """Remove memory spaces from every type in the kernel; the arrays that were shared are returned."""
    shared = SharedMemory()
    for op in post_order(kernel):
        if op.name == "memref.alloca" and _space(op.results[0]) == "shared":
            shared.static.append(op)
        elif simt_name(op) == "dynamic_shared":
            shared.dynamic.extend(_typed_views(op))
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


def _typed_views(op: ir.Operation) -> list[ir.Operation]:
    """The views of the dynamic array at its start; the array itself where it is used as bytes."""
    used = users(op.results[0])
    views = [user for user in used if user.name == "xpiler.view"]
    for view in views:
        if constant_value(view.operands[1]) != 0:
            raise unsupported(view, "dynamic shared memory cut into parts at byte offsets")
    return views if len(views) == len(used) else [*views, op]
