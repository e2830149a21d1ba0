"""Bounds off by one: a comparison that takes one more or one less, a limit moved."""

from __future__ import annotations

from collections.abc import Iterator

from clang.cindex import CursorKind

from mutation.program import Change, Program, operands

NEIGHBOURS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}


def changes(program: Program) -> Iterator[Change]:
    """`<` for `<=` and back; `limit - 1` and `limit + 1`."""
    for node in program.nodes(CursorKind.BINARY_OPERATOR):
        left, right = operands(node)
        where, spelling = program.between(left, right)
        if spelling not in NEIGHBOURS:
            continue
        yield Change("bound", *where, NEIGHBOURS[spelling])
        for step in ("- 1", "+ 1"):
            yield Change("bound", *program.range_of(right), f"({program.text_of(right)} {step})")
