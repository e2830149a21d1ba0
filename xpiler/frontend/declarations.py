"""Local declarations: variables in SSA form, arrays and addressed variables in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clang.cindex import Cursor, CursorKind, SourceRange, StorageClass, TypeKind
from mlir import ir

from xpiler.frontend.c_types import ArrayType, CType, OpaqueType, PointerType, StructType, Vector, is_stored, memory_type, shape_of, size_of
from xpiler.frontend.cursors import children, evaluate, expressions, initializer_of, invalid, is_reference
from xpiler.frontend.implicit_constructors import leaves_unset
from xpiler.frontend.initializers import fill_array, zero
from xpiler.frontend.places import ArrayPlace, Place, VariablePlace, array_memref, object_at
from xpiler.frontend.values import Value

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader

IGNORED = {
    CursorKind.TYPEDEF_DECL,
    CursorKind.TYPE_ALIAS_DECL,
    CursorKind.USING_DIRECTIVE,
    CursorKind.USING_DECLARATION,
    CursorKind.STATIC_ASSERT,
    CursorKind.STRUCT_DECL,
    CursorKind.CLASS_DECL,
    CursorKind.UNION_DECL,
    CursorKind.ENUM_DECL,
    CursorKind.NAMESPACE_ALIAS,
    CursorKind.TYPE_ALIAS_TEMPLATE_DECL,
    CursorKind.FUNCTION_DECL,
}
WIDEST_ACCESS = 16  # bytes that vectors of CUDA and HIP are aligned to at most
QUALIFIERS = {CursorKind.CUDASHARED_ATTR: "shared", CursorKind.CUDACONSTANT_ATTR: "constant"}


def declare(reader: Reader, cursor: Cursor) -> None:
    """Reads one declaration of a block."""
    if cursor.kind in IGNORED:
        return
    if cursor.kind != CursorKind.VAR_DECL:
        raise reader.unsupported(f"this declaration ({cursor.kind.name.lower()})")
    with reader.at(cursor):
        reader.bindings[cursor] = _place(reader, cursor)


def _place(reader: Reader, cursor: Cursor) -> Place:
    initializer = initializer_of(cursor)
    if is_reference(cursor.type):
        if initializer is None:
            raise invalid(cursor, f"the reference '{cursor.spelling}' refers to nothing")
        return reader.lvalue(initializer)
    ctype = reader.ctype(cursor)
    if isinstance(ctype, ArrayType) and isinstance(_innermost(ctype), PointerType):
        hint = "let one pointer walk, or compute the offset: pool + (i % 2) * half"
        raise reader.unsupported(f"the array of pointers '{cursor.spelling}'", hint)
    space = space_of(reader, cursor)
    if isinstance(ctype, ArrayType) and space is None and is_constant_table(cursor, ctype, initializer):
        from xpiler.frontend.file_scope import global_place

        return global_place(reader, cursor, ctype, None)
    if space is not None and cursor in reader.bindings:
        return reader.bindings[cursor]  # one object, however often the function that declares it is inlined
    if isinstance(ctype, ArrayType) or space is not None or cursor in reader.frame.in_memory:
        return in_memory(reader, cursor, ctype, space, initializer)
    if cursor.storage_class == StorageClass.STATIC:
        raise reader.unsupported(f"the static variable '{cursor.spelling}'")
    value = _initial_value(reader, cursor, ctype, initializer)
    variable = reader.state.declare(cursor.spelling, ctype, value)
    reader.name_value(value, cursor.spelling)
    return VariablePlace(variable)


def _initial_value(reader: Reader, cursor: Cursor, ctype: CType, initializer: Cursor | None) -> Value | None:
    if initializer is None:
        return zero(reader, ctype) if isinstance(ctype, OpaqueType) and not ctype.spelling else None
    return reader.convert(reader.rvalue(initializer), ctype)


def is_constant_table(cursor: Cursor, ctype: ArrayType, initializer: Cursor | None) -> bool:
    """Whether a local array is a table of constants."""
    if initializer is None or not _innermost(ctype).is_arithmetic:
        return False
    element = cursor.type
    while element.kind.name == "CONSTANTARRAY":
        element = element.get_array_element_type()
    leaves = [item for item in initializer.walk_preorder() if item.kind.is_expression() and not expressions(item)]
    return element.is_const_qualified() and all(evaluate(leaf) is not None for leaf in leaves)


def space_of(reader: Reader, cursor: Cursor) -> str | None:
    """The memory space a variable's qualifier names, as the attribute's text."""
    for child in children(cursor):
        word = QUALIFIERS.get(child.kind) or (child.spelling if child.kind == CursorKind.ANNOTATE_ATTR else None)
        if word in reader.language.spaces:
            return reader.language.spaces[word]
    return None


def alignment_of(cursor: Cursor) -> int | None:
    """The bytes that `alignas(16)` or `__attribute__((aligned(16)))` asks for; None where neither stands, or not with a number."""
    for child in children(cursor):
        if child.kind == CursorKind.ALIGNED_ATTR:
            between = SourceRange.from_locations(child.extent.start, cursor.location)  # libclang keeps the number to itself
            _, opening, number, closing = ([t.spelling for t in cursor.translation_unit.get_tokens(extent=between)] + [""] * 4)[:4]
            if (opening, closing) == ("(", ")") and number.isdecimal():
                return int(number)
    return None


def vector_alignment(ctype: CType) -> int | None:
    """The bytes that an array of vectors (`__shared__ float4 tile[64]`) starts at a multiple of; None for other arrays."""
    element = _innermost(ctype)
    size = size_of(element) if isinstance(element, Vector) else 0
    return min(size, WIDEST_ACCESS) if size and size & (size - 1) == 0 else None


def in_memory(reader: Reader, cursor: Cursor, ctype: CType, space: str | None, initializer: Cursor | None) -> Place:
    if isinstance(_innermost(ctype), StructType) and not is_stored(_innermost(ctype)):
        raise reader.unsupported(f"the record '{cursor.spelling}' in memory", "use one variable for each field")
    if isinstance(ctype, ArrayType) and ctype.count is None:
        at_run_time = cursor.type.get_canonical().kind == TypeKind.VARIABLEARRAY and reader.language.run_time_array is not None
        return reader.language.run_time_array(reader, cursor, ctype) if at_run_time else reader.unsized_array(cursor, ctype)
    attribute = ir.Attribute.parse(space) if space else None
    if isinstance(ctype, ArrayType):
        kind = array_memref(ctype, attribute)
        alignment = alignment_of(cursor) or (vector_alignment(ctype) if space else None)
        place = ArrayPlace(reader.arrays.allocate(kind, cursor.spelling, alignment), (), ctype)
        if initializer is not None:
            fill_array(reader, place, initializer)
        return place
    return _cell(reader, cursor, ctype, attribute, initializer)


def file_scope_array(reader: Reader, cursor: Cursor | None) -> Place | None:
    """A file-scope array in a memory space of the platform: each kernel that names it has one of its own."""
    space = space_of(reader, cursor) if cursor is not None and cursor.kind == CursorKind.VAR_DECL else None
    if space is None or QUALIFIERS.keys() & {child.kind for child in children(cursor)}:
        return None
    if initializer_of(cursor) is not None:
        raise reader.unsupported(f"the initial value of the file-scope array '{cursor.spelling}'", "fill it in the kernel")
    with reader.at(cursor):
        reader.bindings[cursor] = in_memory(reader, cursor, reader.ctype(cursor), space, None)
    return reader.bindings[cursor]


def _innermost(ctype: CType) -> CType:
    while isinstance(ctype, ArrayType):
        ctype = ctype.element
    return ctype


def _cell(reader: Reader, cursor: Cursor, ctype: CType, space: ir.Attribute | None, initializer: Cursor | None) -> Place:
    """A single variable in memory: an array of one element (of its lanes, if it is a vector)."""
    kind = ir.MemRefType.get(shape_of(ctype) or [1], memory_type(ctype), memory_space=space)
    base = reader.arrays.allocate(kind, cursor.spelling)
    place = object_at(base, reader.builder.index(0), ctype)
    value = None if leaves_unset(initializer) else _initial_value(reader, cursor, ctype, initializer)
    if value is not None:
        place.store(reader, value)
    return place
