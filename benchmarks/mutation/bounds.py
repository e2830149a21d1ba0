"""Bounds off by one: a comparison that takes one more or one less, a limit moved."""

from __future__ import annotations

from collections.abc import Iterator

from clang.cindex import Cursor, CursorKind

from mutation.program import Change, Program, operands

NEIGHBOURS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}


def _chooses(program: Program, comparison: Cursor) -> bool:
    """Whether a comparison chooses between its own sides, as in `a < b ? a : b`: where they are equal it does not matter which."""
    choice = program.parent(comparison)
    if choice is None or choice.kind != CursorKind.CONDITIONAL_OPERATOR:
        return False
    return {program.text_of(c) for c in operands(choice)[1:]} == {program.text_of(c) for c in operands(comparison)}


def changes(program: Program) -> Iterator[Change]:
    """`<` for `<=` and back; `limit - 1` and `limit + 1`."""
    for node in program.nodes(CursorKind.BINARY_OPERATOR):
        left, right = operands(node)
        where, spelling = program.between(left, right)
        if spelling not in NEIGHBOURS:
            continue
        if not _chooses(program, node):
            yield Change("bound", *where, NEIGHBOURS[spelling])
        for step in ("- 1", "+ 1"):
            yield Change("bound", *program.range_of(right), f"({program.text_of(right)} {step})")
