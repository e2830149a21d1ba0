"""What a reduction starts from."""

from __future__ import annotations

from collections.abc import Iterator

from clang.cindex import Cursor, CursorKind, TypeKind

from mutation.program import Change, Program, callee

NUMBERS = (TypeKind.FLOAT, TypeKind.DOUBLE, TypeKind.INT)
STARTS = {"_mm512_setzero_ps": "_mm512_set1_ps(1.0f)", "_mm512_setzero_si512": "_mm512_set1_epi32(1)"}


def changes(program: Program) -> Iterator[Change]:
    """A variable that loops update starts from another constant."""
    for variable in program.nodes(CursorKind.VAR_DECL):
        start = _constant_start(variable)
        if start is not None and _is_updated(program, variable):
            yield from _other_starts(program, start)
    for call in program.nodes(CursorKind.CALL_EXPR):
        if callee(call) in STARTS:
            yield Change("identity", *program.range_of(call), STARTS[callee(call)])


def _constant_start(variable: Cursor) -> Cursor | None:
    values = [child for child in variable.get_children() if child.kind.is_expression()]
    if not values or variable.type.kind not in NUMBERS:
        return None
    names = [n for n in values[-1].walk_preorder() if n.kind == CursorKind.DECL_REF_EXPR]
    return None if names else values[-1]


def _is_updated(program: Program, variable: Cursor) -> bool:
    """Whether something is added to the variable, or it takes part in its own new value, inside of a loop's body."""
    for node in program.nodes(CursorKind.COMPOUND_ASSIGNMENT_OPERATOR, CursorKind.BINARY_OPERATOR):
        text = program.text_of(node).split()
        in_body = any(n.kind == CursorKind.COMPOUND_STMT or n.kind == CursorKind.FOR_STMT for n in program.above(node))
        if len(text) > 2 and text[0] == variable.spelling and text[1] in ("=", "+=", "*=") and in_body:
            return True
    return False


def _other_starts(program: Program, start: Cursor) -> Iterator[Change]:
    text = program.text_of(start)
    for other in ("0", "1") if text.strip("-(")[:1] != "0" else ("1", "2"):
        yield Change("identity", *program.range_of(start), other)
