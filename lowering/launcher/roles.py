"""What a kernel does with each pointer parameter: what a host launcher has to copy in and out."""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.analysis.effects import walk
from xpiler.diagnostics import InvalidInput
from xpiler.lowering.c_text.function import argument_attribute
from xpiler.lowering.c_text.location import place_of
from xpiler.lowering.slices import depends_on_parameters_only

_READERS = frozenset(("memref.extract_aligned_pointer_as_index", "memref.load", "vector.load", "vector.maskedload", "vector.gather"))
_FORWARDERS = frozenset(
    ("xpiler.view", "memref.cast", "memref.subview", "memref.collapse_shape", "memref.expand_shape", "memref.reinterpret_cast")
)


@dataclass(frozen=True)
class Pointer:
    """A pointer parameter: position, name, whether it is written, and how many elements it has (a value of the kernel).

    `elements` is None where neither the source nor the kernel's accesses tell.
    """

    position: int
    name: str
    written: bool
    elements: ir.Value | None


def pointers(function: ir.Operation) -> list[Pointer]:
    """The pointer parameters of a kernel in shared form; each has an extent in terms of the scalar parameters, or is named unsized."""
    extents = {op.operands[0]: op.operands[1] for op in walk(function) if op.name == "xpiler.extent"}
    unsized = unsized_names(function)
    found = []
    for position, argument in enumerate(function.regions[0].blocks[0].arguments):
        if not isinstance(argument.type, ir.MemRefType):
            continue
        name = argument_attribute(function, position, "xpiler.name") or f"arg{position}"
        elements = extents.get(argument)
        if name not in unsized and (elements is None or not depends_on_parameters_only(elements, function)):
            raise InvalidInput(
                f"the number of elements of parameter '{name}' is not known",
                place_of(function.location),
                f"state it in terms of the scalar parameters: --extent {name}=<expression>",
            )
        found.append(Pointer(position, name, is_written(argument), elements))
    return found


def unsized_names(function: ir.Operation) -> list[str]:
    """The parameters of which raising could not tell how many elements they have."""
    attribute = "xpiler.unsized"
    return [ir.StringAttr(name).value for name in function.attributes[attribute]] if attribute in function.attributes else []


def is_written(value: ir.Value) -> bool:
    """Whether a buffer may be written through `value` or a view of it."""
    for use in value.uses:
        op = use.owner.operation
        if op.name in _FORWARDERS:
            if is_written(op.results[0]):
                return True
        elif op.name not in _READERS and op.name != "xpiler.extent" and not _only_read(op, use.operand_number):
            return True
    return False


def _only_read(op: ir.Operation, operand: int) -> bool:
    """Builtins write their first buffer operand and read the others; a transpose writes its last."""
    if op.name == "linalg.transpose":
        return operand == 0
    return op.name.startswith("bang.") and operand > 0 and not op.name.startswith("bang.atomic")
