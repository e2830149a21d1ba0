"""Shared form in which every float is a double: what a kernel computes where next to nothing is rounded."""

from __future__ import annotations

import numpy as np
from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.execution.executable_form import executable_copy

NARROW = ("f16", "bf16", "f32")
CONVERSIONS = ("arith.extf", "arith.truncf")
OF_BITS = ("arith.bitcast", "vector.bitcast", "vector.type_cast", "memref.view")  # a double has other bits, and more of them


def in_doubles(module: ir.Module) -> ir.Module:
    """A new module for the JIT, with the kernels of a module in shared form on doubles; `module` is left as it is.

    Raises Unsupported where a kernel looks at the bits of its floats.
    """
    copy = executable_copy(module)
    with module.context, ir.Location.unknown(module.context):
        operations: list[ir.Operation] = []
        copy.operation.walk(lambda op: operations.append(op.operation) or ir.WalkResult.ADVANCE)
        for op in operations:
            _refuse_bits(op)
        for op in operations:
            _widen(op)
        for op in operations:
            if op.name in CONVERSIONS and op.operands[0].type == op.results[0].type:
                op.results[0].replace_all_uses_with(op.operands[0])
                op.erase()
    return copy


def _refuse_bits(op: ir.Operation) -> None:
    kinds = [value.type for value in (*op.operands, *op.results)]
    if op.name in OF_BITS and any(kind != _widened(kind) for kind in kinds):
        raise Unsupported(f"'{op.name}' looks at the bits of a float, which a double has not")


def _widen(op: ir.Operation) -> None:
    values = [*op.results, *(argument for region in op.regions for block in region.blocks for argument in block.arguments)]
    for value in values:
        value.set_type(_widened(value.type))
    for name in op.attributes:
        op.attributes[name] = _widened_attribute(op.attributes[name])


def _widened(kind: ir.Type) -> ir.Type:
    """The type with doubles for its narrower floats."""
    if str(kind) in NARROW:
        return ir.F64Type.get()
    if isinstance(kind, ir.MemRefType):
        return ir.MemRefType.get(kind.shape, _widened(kind.element_type), kind.layout, kind.memory_space)
    if isinstance(kind, ir.VectorType):
        return ir.VectorType.get(kind.shape, _widened(kind.element_type), scalable=kind.scalable_dims if kind.scalable else None)
    if isinstance(kind, ir.FunctionType):
        return ir.FunctionType.get([_widened(t) for t in kind.inputs], [_widened(t) for t in kind.results])
    return kind


def _widened_attribute(attribute: ir.Attribute) -> ir.Attribute:
    """The attribute with the same numbers as doubles; of other attributes than types and numbers nothing changes."""
    if isinstance(attribute, ir.TypeAttr):
        return ir.TypeAttr.get(_widened(attribute.value))
    if isinstance(attribute, ir.FloatAttr):
        return ir.FloatAttr.get(_widened(attribute.type), attribute.value)
    if isinstance(attribute, ir.DenseFPElementsAttr):
        kind = ir.ShapedType(attribute.type)
        numbers = np.array([attribute[k] for k in range(len(attribute))], np.float64).reshape(kind.shape)
        return ir.DenseElementsAttr.get(numbers, type=_widened(attribute.type))
    return attribute
