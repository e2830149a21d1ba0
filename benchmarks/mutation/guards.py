"""Guards: dropped, half of them dropped, or turned round."""

from __future__ import annotations

from collections.abc import Iterator

from clang.cindex import Cursor, CursorKind

from mutation.equivalences import does_nothing_at_the_end
from mutation.program import Change, Program, operands


def _leaves_nothing(program: Program, condition: Cursor, guarded: Cursor) -> bool:
    """Whether what is guarded works on no element where the condition does not hold."""
    sides = operands(condition)
    if condition.kind != CursorKind.BINARY_OPERATOR or program.between(*sides)[1] not in ("<", ">"):
        return False
    left, right = sides if program.between(*sides)[1] == "<" else sides[::-1]
    return does_nothing_at_the_end(program, left, right, guarded)


def changes(program: Program) -> Iterator[Change]:
    """`if (c)` always taken or never; one side of `&&` forgotten."""
    for node in program.nodes(CursorKind.IF_STMT):
        if not program.text_of(node).startswith("if"):
            continue  # a macro's
        condition = next(node.get_children())
        if not _leaves_nothing(program, condition, node):
            yield Change("guard", *program.range_of(condition), "true")
        yield Change("guard", *program.range_of(condition), f"!({program.text_of(condition)})")
    for node in program.nodes(CursorKind.BINARY_OPERATOR):
        left, right = operands(node)
        if program.between(left, right)[1] == "&&":
            for side in (left, right):
                yield Change("guard", *program.range_of(node), program.text_of(side))
