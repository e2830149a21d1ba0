"""clang's bindings in Python where they are slow: what a cursor is, its children, and walks over all that is in it.

Reading asks these tens of thousands of times for a text. A cursor's children are asked of the C library once, since its tree does not
change; kinds are looked up instead of made by calling an enumeration; a walk is one generator, not one for each level.
"""

from __future__ import annotations

from collections.abc import Iterator

from clang.cindex import Cursor, CursorKind, Type, TypeKind, conf

CURSOR_KINDS = {kind.value: kind for kind in CursorKind}
TYPE_KINDS = {kind.value: kind for kind in TypeKind}

_asked = Cursor.get_children


def _kind(cursor: Cursor) -> CursorKind:
    return CURSOR_KINDS.get(cursor._kind_id) or CursorKind.from_id(cursor._kind_id)


def _type_kind(ctype: Type) -> TypeKind:
    return TYPE_KINDS.get(ctype._kind_id) or TypeKind.from_id(ctype._kind_id)


def _children(cursor: Cursor) -> Iterator[Cursor]:
    known = cursor.__dict__.get("_known_children")
    if known is None:
        known = cursor._known_children = list(_asked(cursor))
    return iter(known)


def _walk(cursor: Cursor) -> Iterator[Cursor]:
    pending = [cursor]
    while pending:
        node = pending.pop()
        yield node
        pending += reversed(list(node.get_children()))


def quicken() -> None:
    """Puts them in the place of the bindings' own."""
    null = conf.lib.clang_getNullCursor()._kind_id  # of the null cursor alone
    Cursor.is_null = lambda cursor: cursor._kind_id == null  # asked before each call, through the C library
    Cursor.kind = property(_kind)
    Cursor.get_children = _children
    Cursor.walk_preorder = _walk
    Type.kind = property(_type_kind)
