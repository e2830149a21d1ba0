"""Stale pipeline buffers: the other half, always the same half, a stage early or late."""

from __future__ import annotations

from collections.abc import Iterator

from clang.cindex import CursorKind

from mutation.program import Change, Program, operands


def changes(program: Program) -> Iterator[Change]:
    """`x % 2`, `x & 1` and `x ^ 1` in subscripts and offsets."""
    for node in program.nodes(CursorKind.BINARY_OPERATOR):
        left, right = operands(node)
        spelling, number = program.between(left, right)[1], program.text_of(right)
        if (spelling, number) in (("%", "2"), ("&", "1"), ("^", "1")):
            text = program.text_of(node)
            for other in ("0", f"(1 - ({text}))"):
                yield Change("pipeline", *program.range_of(node), other)
