"""Constructors that the compiler makes, and what they leave without a value."""

from __future__ import annotations

from clang.cindex import Cursor, CursorKind, TypeKind

from xpiler.frontend.cursors import body_of, children, definition_of


def is_implicit(constructor: Cursor) -> bool:
    """Whether the compiler makes a constructor."""
    definition = definition_of(constructor)
    return definition is None or body_of(definition) is None or constructor.location == constructor.semantic_parent.location


def leaves_unset(initializer: Cursor | None) -> bool:
    """Whether a variable has no value yet: what the compiler's own constructor, which the source does not write, makes of `T name;`."""
    if initializer is None or initializer.kind != CursorKind.CALL_EXPR or initializer.referenced is None:
        return initializer is None
    made_by = initializer.referenced
    if made_by.kind != CursorKind.CONSTRUCTOR or children(initializer) or not is_implicit(made_by) or is_written(initializer):
        return False
    return all(default_of(field) is None for field in made_by.semantic_parent.type.get_fields())


def default_of(field: Cursor) -> Cursor | None:
    """The value at the declaration of a field; the extents of an array and the width of a bit-field are expressions there, too."""
    given = [child for child in children(field) if child.kind.is_expression()]
    if field.type.get_canonical().kind == TypeKind.CONSTANTARRAY:
        given = [item for item in given if item.kind == CursorKind.INIT_LIST_EXPR]
    return given[-1] if len(given) > field.is_bitfield() else None


def is_written(cursor: Cursor) -> bool:
    """Whether the source writes `T()` or `T{}`, which zeroes, and not just `T name;`."""
    return any(token.spelling in "({" for token in cursor.get_tokens())
