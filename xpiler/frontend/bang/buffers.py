"""Buffer operands: their element types and memory spaces."""

from __future__ import annotations

from mlir import ir

from xpiler.dialects.words import space
from xpiler.frontend.c_types import CType, Int, Void
from xpiler.frontend.calls import Call

THROUGH = ("xpiler.view", "memref.cast", "memref.collapse_shape", "arith.select")


def typed(call: Call, position: int, ctype: CType) -> ir.Value:
    """A pointer argument as a buffer of another element type (`void *` has the type of what is put there)."""
    pointer = call.pointer(position)
    seen = call.reader.arrays.view(pointer, ctype) if pointer.pointee != ctype else pointer
    return call.reader.arrays.buffer(seen)


def of_one_type(call: Call, target: ir.Value, source: ir.Value) -> tuple[ir.Value, ir.Value]:
    """Both sides of a copy as elements of one type, where one is an array of bytes, which has no type of its own.

    The other side may be cast to bytes as well: it is elements of what it was declared as.
    """
    for array, other in ((target, source), (source, target)):
        wanted = ir.MemRefType(_root(other).type).element_type
        if str(ir.MemRefType(_root(array).type).element_type) == "i8" and str(wanted) != "i8" and _is_local(array):
            return tuple(_retyped(call, side, wanted) for side in (target, source))  # type: ignore[return-value]
    return target, source


def _root(buffer: ir.Value) -> ir.Value:
    while not isinstance(buffer.owner, ir.Block) and buffer.owner.operation.name == "xpiler.view":
        buffer = buffer.owner.operation.operands[0]
    return buffer


def _retyped(call: Call, buffer: ir.Value, wanted: ir.Type) -> ir.Value:
    kind = ir.MemRefType(buffer.type)
    if kind.element_type == wanted:
        return buffer
    seen = ir.MemRefType.get([ir.ShapedType.get_dynamic_size()], wanted, memory_space=kind.memory_space)
    return call.reader.builder.value("xpiler.view", [buffer, call.reader.builder.index(0)], seen)


def element(call: Call, position: int) -> CType:
    """The C type a pointer argument points to."""
    return call.pointer(position).pointee


def space_of(buffer: ir.Value) -> str:
    """Where a buffer is: nram, wram, sram, ldram or gdram; an array without a qualifier is on the core's stack, which is LDRAM."""
    word = space(buffer.type)
    if word:
        return word
    return "ldram" if _is_local(buffer) else "gdram"


def _is_local(buffer: ir.Value) -> bool:
    owner = buffer.owner
    while not isinstance(owner, ir.Block) and owner.operation.name in THROUGH:
        buffer = owner.operation.operands[1 if owner.operation.name == "arith.select" else 0]
        owner = buffer.owner
    return not isinstance(owner, ir.Block) and owner.operation.name == "memref.alloca"


def expect_space(call: Call, position: int, buffer: ir.Value, *allowed: str) -> ir.Value:
    """The buffer; InvalidInput where it is in a memory that the builtin cannot reach."""
    found = space_of(buffer)
    if found not in allowed:
        raise call.fail(f"argument {position + 1} of '{call.name}' is in {found.upper()}", f"expected {' or '.join(allowed).upper()}")
    return buffer


def nram(call: Call, position: int) -> ir.Value:
    """A pointer argument that must be in NRAM."""
    return expect_space(call, position, call.buffer(position), "nram")


def refuse_unsigned(call: Call, position: int) -> None:
    """Integers in the IR have no sign and the meanings read them as signed."""
    ctype = element(call, position)
    if isinstance(ctype, Int) and not ctype.signed:
        raise call.refuse(f"'{call.name}' on unsigned integers is not supported", "use a signed type")


def is_void(ctype: CType) -> bool:
    """Whether this is what a `void *` points to."""
    return isinstance(ctype, Void)
