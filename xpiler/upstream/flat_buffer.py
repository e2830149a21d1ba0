"""A buffer parameter of any static layout as `memref<?xT>`: one subscript for each access, and the extent."""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.passes import place_of
from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.structure import constant_value

# The position of the buffer among the operands; its subscripts follow it.
ACCESSES = {
    "memref.load": 0,
    "memref.store": 1,
    "memref.atomic_rmw": 1,
    "vector.load": 0,
    "vector.store": 1,
    "vector.maskedload": 0,
    "vector.maskedstore": 0,
}
STORES = ("memref.store", "memref.atomic_rmw", "vector.store", "vector.maskedstore")
PASSES_ON = ("xpiler.launch", "xpiler.call")
GLOBAL_SPACES = ("0", "1", "0 : i64", "1 : i64", "#gpu.address_space<global>")


@dataclass
class FlatBuffer:
    """The parameter, the extent of each dimension, and where code at the function's top goes."""

    argument: ir.BlockArgument
    sizes: list[ir.Value]
    emit: EmissionPoint

    def flatten(self, *, states_extent: bool) -> None:
        """Rewrites every access, then the type.

        Raises Unsupported, naming the operation, for a use that is no access, and for a layout that is no constant strides.
        """
        kind = self.argument.type
        if kind.memory_space and str(kind.memory_space) not in GLOBAL_SPACES:
            raise Unsupported(f"a parameter in memory space {kind.memory_space} is not supported", hint="expected the default space")
        strides, offset, elements = self._layout(kind)
        for op, number in [(use.owner.operation, use.operand_number) for use in self.argument.uses]:
            self._rewrite(op, number, strides, offset)
        self.argument.set_type(ir.MemRefType.get([ir.ShapedType.get_dynamic_size()], kind.element_type))
        if states_extent:
            self.emit.op("xpiler.extent", [], [self.argument, elements])

    def _layout(self, kind: ir.MemRefType) -> tuple[list[ir.Value], ir.Value, ir.Value]:
        """Strides, offset, and how many elements the buffer reaches over."""
        if kind.affine_map == ir.AffineMap.get_identity(kind.rank):
            return self._row_major()
        strides, offset = _static_strides(kind)
        shape = list(kind.shape)
        reach = 0 if 0 in shape else offset + 1 + sum((size - 1) * stride for size, stride in zip(shape, strides, strict=True))
        return [self.emit.constant(stride) for stride in strides], self.emit.constant(offset), self.emit.constant(reach)

    def _row_major(self) -> tuple[list[ir.Value], ir.Value, ir.Value]:
        strides, elements = [], self.emit.constant(1)
        for size in reversed(self.sizes):
            strides.append(elements)
            elements = self.emit.mul(size, elements)
        return strides[::-1], self.emit.constant(0), elements

    def _rewrite(self, op: ir.Operation, number: int, strides: list[ir.Value], offset: ir.Value) -> None:
        if op.name in PASSES_ON:
            return
        dimension = constant_value(op.operands[1]) if op.name == "memref.dim" else None
        if dimension is not None:
            op.results[0].replace_all_uses_with(self.sizes[dimension])
            op.erase()
        elif ACCESSES.get(op.name) == number:
            _linearise(op, number, strides, offset)
        else:
            raise Unsupported(f"'{op.name}' of a parameter is not supported", place_of(op), "expected loads and stores")


def _static_strides(kind: ir.MemRefType) -> tuple[list[int], int]:
    try:
        strides, offset = kind.get_strides_and_offset()
    except Exception:  # the bindings raise a bare RuntimeError or ValueError, depending on the map
        raise Unsupported(f"the layout of {kind} is not supported", hint="expected strides") from None
    unknown = ir.ShapedType.get_dynamic_stride_or_offset()
    if unknown in (*strides, offset) or not kind.has_static_shape:
        raise Unsupported(f"the layout of {kind} is known only at run time", hint="expected static shape, strides and offset")
    if min([offset, *strides]) < 0:
        raise Unsupported(f"the layout of {kind} runs backwards", hint="expected strides and an offset that are not negative")
    return list(strides), offset


def _linearise(access: ir.Operation, position: int, strides: list[ir.Value], offset: ir.Value) -> None:
    """The subscripts of an access as one."""
    emit = EmissionPoint(ir.InsertionPoint(access), access.location)
    operands = list(access.operands)
    subscripts = operands[position + 1 :][: len(strides)]
    flat = offset
    for subscript, stride in zip(subscripts, strides, strict=True):
        flat = emit.add(flat, emit.mul(subscript, stride))
    after = operands[position + 1 + len(strides) :]
    attributes = {name: access.attributes[name] for name in access.attributes}
    made = emit.op(access.name, [r.type for r in access.results], [*operands[: position + 1], flat, *after], **attributes)
    for old, new in zip(access.results, made.results, strict=True):
        old.replace_all_uses_with(new)
    access.erase()
