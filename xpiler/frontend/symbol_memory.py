"""Arrays in constant memory that the host fills: arguments of the kernels that read them.

After `cudaMemcpyToSymbol(filter, h_filter, bytes)` every launch reads what was copied: the array is a buffer of the launcher's,
which it hands on. A launcher that does not fill the array itself takes it as one more parameter: somebody else has filled it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from clang.cindex import Cursor, CursorKind
from mlir import ir

from xpiler.frontend.byte_counts import elements
from xpiler.frontend.c_types import U64, ArrayType, CType, memory_type, scalar_of, scalars_in
from xpiler.frontend.cursors import body_of, callee, definition_of, initializer_of
from xpiler.frontend.declarations import space_of
from xpiler.frontend.places import ElementPlace, Place, RowPlace
from xpiler.frontend.values import Pointer, Value

if TYPE_CHECKING:
    from xpiler.frontend.calls import Call
    from xpiler.frontend.reader import Reader

FILLS = "MemcpyToSymbol"  # in the name of a call: its first argument is what it fills


def symbols_of(reader: Reader, function: Cursor) -> list[Cursor]:
    """The arrays in constant memory without an initialiser that a function and what it calls or launches name, as they are declared."""
    named = (node.referenced for node in _reached(function, set()) if node.kind == CursorKind.DECL_REF_EXPR)
    found = dict.fromkeys(declaration for declaration in named if _is_symbol(reader, declaration))
    return sorted(found, key=lambda declaration: (declaration.location.file.name, declaration.location.offset))


def filled_by(function: Cursor) -> set[Cursor]:
    """Those that a host function fills, itself or through what it calls."""
    calls = [node for node in _reached(function, set()) if node.kind == CursorKind.CALL_EXPR and FILLS in node.spelling]
    firsts = [next(call.get_arguments(), None) for call in calls]
    return {
        node.referenced for first in firsts if first is not None for node in first.walk_preorder() if node.kind == CursorKind.DECL_REF_EXPR
    }


def _reached(function: Cursor, seen: set[Cursor]) -> Iterator[Cursor]:
    for node in function.walk_preorder():
        yield node
        called = callee(node) if node.kind == CursorKind.CALL_EXPR else None
        target = definition_of(called) if called is not None else None
        if target is not None and target not in seen and body_of(target) is not None:
            seen.add(target)
            yield from _reached(target, seen)


def _is_symbol(reader: Reader, declaration: Cursor | None) -> bool:
    if declaration is None or declaration.kind != CursorKind.VAR_DECL or initializer_of(declaration) is not None:
        return False
    return "constant" in (space_of(reader, declaration) or "")


def place_in(base: ir.Value, ctype: CType, zero: ir.Value) -> Place:
    """A symbol's place in a buffer."""
    return RowPlace(base, zero, ctype) if isinstance(ctype, ArrayType) else ElementPlace(base, (zero,), ctype)


def bind_symbols(reader: Reader, symbols: list[Cursor], buffers: list[ir.Value], *, is_kernel: bool) -> None:
    """Gives the names of symbols their meaning in a function that is about to be read."""
    for symbol, buffer in zip(symbols, buffers, strict=True):
        ctype = reader.ctype(symbol)
        reader.bindings[symbol] = place_in(buffer, ctype, reader.builder.index(0))
        if is_kernel:
            reader.builder.op("xpiler.extent", [buffer, reader.builder.index(scalars_in(ctype))])


def buffer_of(reader: Reader, symbol: Cursor) -> Pointer:
    """The buffer that a symbol is in a launcher, for a launch to hand on."""
    place = reader.bindings[symbol]
    assert isinstance(place, RowPlace | ElementPlace)
    return Pointer(place.base, None, scalar_of(reader.ctype(symbol)))


def fill(call: Call) -> Value:
    """`cudaMemcpyToSymbol(symbol, source, bytes[, 0, kind])`."""
    place, source = call.place(0), call.pointer(1)
    if not isinstance(place, RowPlace | ElementPlace) or (len(call) > 3 and call.constant(3)):
        raise call.refuse("a copy to a part of a symbol is not supported", "copy the whole symbol")
    element = ir.MemRefType(place.base.type).element_type
    count = elements(call.reader.builder, call.value(2), U64, getattr(element, "width", 8) // 8)
    kind = "d2d" if isinstance(source.base.owner, ir.Operation) and source.base.owner.name == "xpiler.alloc" else "h2d"
    whole = source.base if source.offset is None else call.reader.arrays.buffer(source)
    call.emit("xpiler.copy", [whole, place.base, count], kind=f"#xpiler.copy_kind<{kind}>")
    return call.result(call.reader.builder.constant(0, call.result_type.mlir()))


def allocate_symbols(reader: Reader, symbols: list[Cursor]) -> list[ir.Value]:
    """Buffers for the symbols that a launcher fills."""
    buffers = []
    for symbol in symbols:
        ctype = reader.ctype(symbol)
        kind = ir.MemRefType.get([ir.ShapedType.get_dynamic_size()], memory_type(ctype))
        buffer = reader.builder.value("xpiler.alloc", [reader.builder.index(scalars_in(ctype))], kind)
        reader.name_value(Pointer(buffer, None, scalar_of(ctype)), symbol.spelling)
        buffers.append(buffer)
    return buffers
