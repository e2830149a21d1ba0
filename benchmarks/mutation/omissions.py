"""A statement left out: a store, an update, a builtin, an initialisation."""

from __future__ import annotations

from collections.abc import Iterator

from clang.cindex import CursorKind

from mutation.barriers import is_wait
from mutation.program import Change, Program

ASSIGNMENTS = (CursorKind.BINARY_OPERATOR, CursorKind.COMPOUND_ASSIGNMENT_OPERATOR)
RESOURCES = ("free", "destroy", "check", "prefetch")  # what leaves no trace in the results


def changes(program: Program) -> Iterator[Change]:
    """Assignments and calls that stand as statements."""
    for block in program.nodes(CursorKind.COMPOUND_STMT):
        for statement in block.get_children():
            text = program.text_of(statement).lower()
            is_call = statement.kind == CursorKind.CALL_EXPR and not is_wait(statement) and not any(word in text for word in RESOURCES)
            if statement.kind in ASSIGNMENTS or is_call:
                yield Change("omission", *program.statement_range(statement), ";")
