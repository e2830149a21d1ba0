"""Reading attributes and types of operations without depending on generated classes."""

from __future__ import annotations

import re

from mlir import ir


def keyword(op: ir.Operation, *names: str, default: str | None = None) -> str | None:
    """The word of an enum attribute (`#cuda.dim<x>`, `"x"` -> `x`): of the first of `names` that the operation has."""
    for name in names:
        if name in op.attributes:
            return word(op.attributes[name])
    return default


def word(attribute: ir.Attribute) -> str:
    """The last word of an attribute's text: `#bang.space<nram>`, `#cuda<dim x>` and `"nram"` name `nram`, `x`, `nram`."""
    return re.findall(r"\w+", str(attribute))[-1]


def space_of(memref: ir.Type) -> str:
    """The memory space of a memref: `shared`, `nram`..., or the empty string for the default space."""
    space = ir.MemRefType(memref).memory_space
    return word(space) if space is not None else ""


def has_flag(op: ir.Operation, flag: str) -> bool:
    """Whether integer arithmetic carries `overflow<flag>`."""
    return "overflowFlags" in op.attributes and flag in str(op.attributes["overflowFlags"])


def integer_of(attribute: ir.Attribute) -> int:
    """The value of an integer attribute."""
    return ir.IntegerAttr(attribute).value


def is_dynamic(size: int) -> bool:
    """Whether a static size of a shaped type or of an operand list stands for a run-time value."""
    return size == ir.ShapedType.get_dynamic_size()


def bindings(op: ir.Operation) -> tuple[str, ...]:
    """The mapping of an `scf.forall`, one word a dimension; empty when it has none."""
    if "mapping" not in op.attributes:
        return ()
    return tuple(word(a) for a in ir.ArrayAttr(op.attributes["mapping"]))
