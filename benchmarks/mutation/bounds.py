"""Bounds off by one: a comparison that takes one more or one less, a limit moved."""

from __future__ import annotations

from collections.abc import Iterator

from clang.cindex import Cursor, CursorKind

from mutation.equivalences import does_nothing_at_the_end, is_finished_later
from mutation.program import Change, Program, operands

GUARDED = (CursorKind.FOR_STMT, CursorKind.WHILE_STMT, CursorKind.IF_STMT)
NEIGHBOURS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}


def _chooses(program: Program, comparison: Cursor) -> bool:
    """Whether a comparison chooses between its own sides, as in `a < b ? a : b`: where they are equal it does not matter which."""
    choice = program.parent(comparison)
    if choice is None or choice.kind != CursorKind.CONDITIONAL_OPERATOR:
        return False
    return {program.text_of(c) for c in operands(choice)[1:]} == {program.text_of(c) for c in operands(comparison)}


def _is_covered(program: Program, comparison: Cursor, *, grows: bool) -> bool:
    """Whether one more iteration works on nothing, or what one less leaves is done later."""
    left, right = operands(comparison)
    parent = program.parent(comparison)
    if parent is None or parent.kind not in GUARDED:
        return False
    return does_nothing_at_the_end(program, left, right, parent) if grows else is_finished_later(program, left, right)


def changes(program: Program) -> Iterator[Change]:
    """`<` for `<=` and back; `limit - 1` and `limit + 1`."""
    for node in program.nodes(CursorKind.BINARY_OPERATOR):
        left, right = operands(node)
        where, spelling = program.between(left, right)
        if spelling not in NEIGHBOURS:
            continue
        if not _chooses(program, node) and not _is_covered(program, node, grows=spelling in ("<", ">")):
            yield Change("bound", *where, NEIGHBOURS[spelling])
        for step in ("- 1", "+ 1"):
            if not _is_covered(program, node, grows=(step == "+ 1") == (spelling in ("<", "<="))):
                yield Change("bound", *program.range_of(right), f"({program.text_of(right)} {step})")
