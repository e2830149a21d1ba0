"""Strides: rows as long as something else, loops that step too far."""

from __future__ import annotations

from collections.abc import Iterator

from clang.cindex import Cursor, CursorKind, TypeKind

from mutation.program import Change, Program, operands

INTEGERS = (TypeKind.INT, TypeKind.LONG, TypeKind.UINT, TypeKind.ULONG)


def changes(program: Program) -> Iterator[Change]:
    """A factor replaced by another integer parameter; a loop's step one larger."""
    for node in program.nodes(CursorKind.BINARY_OPERATOR):
        left, right = operands(node)
        if program.between(left, right)[1] == "*":
            for factor in (left, right):
                yield from _other_factor(program, factor)
    for node in program.nodes(CursorKind.COMPOUND_ASSIGNMENT_OPERATOR):
        left, right = operands(node)
        above = program.parent(node)
        if above is not None and above.kind == CursorKind.FOR_STMT and left.type.kind in INTEGERS:
            yield Change("stride", *program.range_of(right), f"{program.text_of(right)} + 1")


def _other_factor(program: Program, factor: Cursor) -> Iterator[Change]:
    function = next((n for n in program.above(factor) if n.kind == CursorKind.FUNCTION_DECL), None)
    name = program.text_of(factor)
    if function is None or not name.isidentifier() or factor.type.get_canonical().kind not in INTEGERS:
        return
    for parameter in function.get_arguments():
        if parameter.type.get_canonical().kind in INTEGERS and parameter.spelling != name:
            yield Change("stride", *program.range_of(factor), parameter.spelling)
