"""Subscripts swapped, moved by one, or along another axis."""

from __future__ import annotations

from collections.abc import Iterator

from clang.cindex import Cursor, CursorKind

from mutation.program import Change, Program, operands

AXES = {"x": "y", "y": "x"}


def changes(program: Program) -> Iterator[Change]:
    """`a[j][i]` for `a[i][j]`, `a[i + 1]` for `a[i]`, `threadIdx.y` for `threadIdx.x`."""
    for node in program.nodes(CursorKind.ARRAY_SUBSCRIPT_EXPR):
        base, index = operands(node)
        yield Change("subscript", *program.range_of(index), f"{program.text_of(index)} + 1")
        yield from _swapped(program, node, base, index)
    for node in program.nodes(CursorKind.MEMBER_REF_EXPR):
        yield from _other_axis(program, node)


def _swapped(program: Program, node: Cursor, base: Cursor, index: Cursor) -> Iterator[Change]:
    while base.kind == CursorKind.UNEXPOSED_EXPR and len(operands(base)) == 1:
        base = operands(base)[0]
    if base.kind == CursorKind.ARRAY_SUBSCRIPT_EXPR:
        array, first = operands(base)
        yield Change("subscript", *program.range_of(node), f"{program.text_of(array)}[{program.text_of(index)}][{program.text_of(first)}]")


def _other_axis(program: Program, node: Cursor) -> Iterator[Change]:
    owner, _, field = program.text_of(node).partition(".")
    if owner in ("threadIdx", "blockIdx") and field in AXES:
        yield Change("subscript", *program.range_of(node), f"{owner}.{AXES[field]}")
