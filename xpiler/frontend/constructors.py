"""Constructors that a record writes itself: defaults of its fields, the list before the body, the body."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from clang.cindex import Cursor, CursorKind

from xpiler.frontend.c_types import VOID, StructType
from xpiler.frontend.cursors import body_of, children
from xpiler.frontend.implicit_constructors import default_of
from xpiler.frontend.initializers import field_value
from xpiler.frontend.inlining import bind_parameters, new_frame
from xpiler.frontend.places import VariablePlace
from xpiler.frontend.statements import run
from xpiler.frontend.values import Aggregate, Value
from xpiler.frontend.variables import undefined

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader

HINT = "set its fields one by one"


def construct_record(reader: Reader, cursor: Cursor, constructor: Cursor, ctype: StructType, arguments: list[Cursor]) -> Value | None:
    """The record that a constructor's definition makes of arguments. Raises Unsupported for bases and for what another one makes."""
    if any(child.kind == CursorKind.CXX_BASE_SPECIFIER for child in children(_as_written(constructor.semantic_parent))):
        raise reader.unsupported(f"the constructor of '{ctype}', which has a base", HINT)
    body = body_of(constructor)
    assert body is not None
    record = VariablePlace(reader.state.declare(constructor.spelling, ctype, undefined(reader, ctype)))
    frame = new_frame(reader, constructor, body, VOID, is_kernel=False)
    frame.this, frame.site = record, cursor
    frame.call = reader.frame.call or reader.builder.location
    bind_parameters(reader, constructor, arguments, frame)
    reader.frames.append(frame)
    try:
        for name, expression in _set_before_the_body(reader, constructor, ctype):
            place = record.member(reader, name)
            place.store(reader, reader.convert(reader.rvalue(expression), place.ctype))
        run(reader, [body])
    finally:
        reader.frames.pop()
    return record.variable.value


def with_defaults(reader: Reader, value: Value) -> Value:
    """What `T name;` makes of a record that has no constructor: fields have the values at their declarations."""
    if isinstance(value, Aggregate) and isinstance(value.ctype, StructType):
        kinds = dict(value.ctype.fields)
        for name in value.ctype.defaults.keys() & value.fields.keys():
            value = value.with_field(name, field_value(reader, kinds[name], value.ctype.defaults[name]))
    return value


def _set_before_the_body(reader: Reader, constructor: Cursor, ctype: StructType) -> Iterator[tuple[str, Cursor]]:
    """The fields that are set, in the order of the record: each by the constructor's list, else by the value at its declaration."""
    listed = _listed(reader, constructor, ctype)
    for field in constructor.semantic_parent.type.get_fields():
        expression = listed.get(field.spelling) or default_of(field)
        if expression is not None:
            yield field.spelling, expression


def _as_written(record: Cursor) -> Cursor:
    """The declaration that the source has: clang shows nothing inside of a template's instance."""
    return record.specialized_template or record


def _listed(reader: Reader, constructor: Cursor, ctype: StructType) -> dict[str, Cursor]:
    """What the list between a constructor's parameters and its body says of fields."""
    found: dict[str, Cursor] = {}
    name = ""
    for child in children(constructor):
        if child.kind == CursorKind.MEMBER_REF:
            name = child.spelling
        elif child.kind.is_expression():
            if not name:
                raise reader.unsupported(f"a constructor of '{ctype}' that calls another one", HINT)
            found[name], name = child, ""
    return found
