"""Guards: dropped, half of them dropped, or turned round."""

from __future__ import annotations

from collections.abc import Iterator

from clang.cindex import CursorKind

from mutation.program import Change, Program, operands


def changes(program: Program) -> Iterator[Change]:
    """`if (c)` always taken or never; one side of `&&` forgotten."""
    for node in program.nodes(CursorKind.IF_STMT):
        if not program.text_of(node).startswith("if"):
            continue  # a macro's
        condition = next(node.get_children())
        yield Change("guard", *program.range_of(condition), "true")
        yield Change("guard", *program.range_of(condition), f"!({program.text_of(condition)})")
    for node in program.nodes(CursorKind.BINARY_OPERATOR):
        left, right = operands(node)
        if program.between(left, right)[1] == "&&":
            for side in (left, right):
                yield Change("guard", *program.range_of(node), program.text_of(side))
