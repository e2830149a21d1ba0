"""Dropped tails: the loop after the loop is gone, a clamp to what is left is forgotten."""

from __future__ import annotations

from collections.abc import Iterator

from clang.cindex import Cursor, CursorKind

from mutation.equivalences import is_taken_over
from mutation.program import Change, Program, callee, operands

LOOPS = (CursorKind.FOR_STMT, CursorKind.WHILE_STMT)
TAILS = (*LOOPS, CursorKind.IF_STMT)


def changes(program: Program) -> Iterator[Change]:
    """A loop or branch that follows a loop is dropped; `min(a, b)` and `c ? a : b` become one of the two."""
    for block in program.nodes(CursorKind.COMPOUND_STMT):
        seen_loop = False
        for statement in block.get_children():
            if seen_loop and statement.kind in TAILS and not is_taken_over(program, statement):
                yield Change("tail", *program.range_of(statement), ";")
            seen_loop = seen_loop or statement.kind in LOOPS
    for call in program.nodes(CursorKind.CALL_EXPR):
        arguments = list(call.get_arguments())
        if callee(call) in ("min", "max") and len(arguments) == 2:
            yield from _one_of(program, call, arguments)
    for choice in program.nodes(CursorKind.CONDITIONAL_OPERATOR):
        yield from _one_of(program, choice, operands(choice)[1:])


def _one_of(program: Program, node: Cursor, values: list[Cursor]) -> Iterator[Change]:
    for value in values:
        yield Change("tail", *program.range_of(node), f"({program.text_of(value)})")
