"""Variables outside functions: constant arrays as globals, scratch memory as the kernel's own arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clang.cindex import Cursor, CursorKind
from mlir import ir

from xpiler.frontend.c_types import ArrayType, CType, Float, memory_type, scalar_of, shape_of
from xpiler.frontend.cursors import bare, children, evaluate, expressions, initializer_of
from xpiler.frontend.declarations import in_memory, space_of
from xpiler.frontend.places import ArrayPlace, ElementPlace, Place

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader

OUTSIDE = {CursorKind.TRANSLATION_UNIT, CursorKind.NAMESPACE, CursorKind.LINKAGE_SPEC}


def file_scope_place(reader: Reader, declaration: Cursor) -> Place | None:
    """The place of a file-scope variable as the current function sees it; None where it has none."""
    definition = declaration.get_definition() or declaration
    if definition.kind != CursorKind.VAR_DECL:
        return None
    ctype, space = reader.ctype(definition), space_of(reader, definition)
    with reader.at(definition):
        if isinstance(ctype, ArrayType) and ctype.count is None and initializer_of(definition) is None:
            return reader.unsized_array(definition, ctype)
        if _is_constant(definition, space):
            return global_place(reader, definition, ctype, space)
        if space is not None:
            return in_memory(reader, definition, ctype, space, None)
        raise reader.unsupported(f"the variable '{declaration.spelling}' outside the kernel", "pass it as a parameter, or make it constant")


def _is_constant(definition: Cursor, space: str | None) -> bool:
    element = definition.type
    while element.kind.name in ("CONSTANTARRAY", "INCOMPLETEARRAY"):
        element = element.get_array_element_type()
    marked = any(child.kind == CursorKind.ANNOTATE_ATTR and child.spelling.endswith(".const") for child in children(definition))
    return marked or (space is not None and "constant" in space) or element.is_const_qualified() or definition.type.is_const_qualified()


def global_place(reader: Reader, definition: Cursor, ctype: CType, space: str | None) -> Place:
    """A constant as `memref.global`, made once for the module."""
    attribute = ir.Attribute.parse(space) if space else None
    kind = ir.MemRefType.get(shape_of(ctype) or [1], memory_type(ctype), memory_space=attribute)
    name = definition.spelling
    reader.module_constants(name, lambda: _make_global(reader, definition, ctype, kind, name))
    base = reader.arrays.hoisted("memref.get_global", kind, {"name": ir.FlatSymbolRefAttr.get(name)})
    if isinstance(ctype, ArrayType):
        return ArrayPlace(base, (), ctype)
    return ElementPlace(base, (reader.arrays.zero(),), ctype)


def _make_global(reader: Reader, definition: Cursor, ctype: CType, kind: ir.MemRefType, name: str) -> None:
    attributes: dict[str, ir.Attribute] = {
        "sym_name": ir.StringAttr.get(name),
        "sym_visibility": ir.StringAttr.get("private"),
        "type": ir.TypeAttr.get(kind),
        "initial_value": initial_value(reader, definition, ctype, kind),
    }
    if not isinstance(attributes["initial_value"], ir.UnitAttr):
        attributes["constant"] = ir.UnitAttr.get()
    reader.builder.op("memref.global", attributes=attributes)


def initial_value(reader: Reader, definition: Cursor, ctype: CType, kind: ir.MemRefType) -> ir.Attribute:
    """The initialiser as a dense attribute; uninitialised where there is none."""
    initializer = initializer_of(definition)
    if initializer is None:
        return ir.UnitAttr.get()
    values: list[int | float] = []
    _flatten(reader, initializer, ctype, values)
    element = kind.element_type
    if isinstance(scalar_of(ctype), Float):
        items: list[ir.Attribute] = [ir.FloatAttr.get(element, float(value)) for value in values]
    else:
        items = [ir.IntegerAttr.get(element, int(value)) for value in values]
    return ir.DenseElementsAttr.get(items, ir.RankedTensorType.get(kind.shape, element))


def _flatten(reader: Reader, initializer: Cursor, ctype: CType, values: list[int | float]) -> None:
    if isinstance(ctype, ArrayType):
        inner = bare(initializer)
        items = expressions(inner) if inner.kind == CursorKind.INIT_LIST_EXPR else []
        for position in range(ctype.count or 0):
            if position < len(items):
                _flatten(reader, items[position], ctype.element, values)
            else:
                values.extend([0] * _scalars(ctype.element))
        return
    value = evaluate(initializer)
    if value is None or not ctype.is_arithmetic:
        raise reader.unsupported("this initialiser of a constant")
    values.append(value)


def _scalars(ctype: CType) -> int:
    count = 1
    for extent in shape_of(ctype):
        count *= extent
    return count
