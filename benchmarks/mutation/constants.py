"""Wrong constants."""

from __future__ import annotations

from collections.abc import Iterator

from clang.cindex import Cursor, CursorKind

from mutation.equivalences import only_adds_blocks, only_enlarges, only_makes_blocks_smaller, shapes_a_launch
from mutation.program import Change, Program, callee


def changes(program: Program) -> Iterator[Change]:
    """An integer one off, a float by a quarter or without its sign."""
    for node in program.nodes(CursorKind.INTEGER_LITERAL, CursorKind.FLOATING_LITERAL):
        text = program.text_of(node)
        if text[:1].isdigit() and not _is_hint(program, node) and not shapes_a_launch(program, node):
            for factor in _factors(node, text):
                if not _is_equivalent(program, node, factor):
                    yield Change("constant", *program.range_of(node), f"({text} {factor})")


def _is_equivalent(program: Program, node: Cursor, factor: str) -> bool:
    if factor == "- 1":
        return only_makes_blocks_smaller(program, node)
    return factor == "+ 1" and (only_adds_blocks(program, node) or only_enlarges(program, node))


def _factors(node: Cursor, text: str) -> tuple[str, ...]:
    if node.kind == CursorKind.INTEGER_LITERAL:
        return ("+ 1", "- 1")
    return ("* 1.25f", "* -1.0f") if text.strip("0.fF") else ("+ 1.0f",)


def _is_hint(program: Program, node: Cursor) -> bool:
    """Whether a constant says how to be fast, not what to compute."""
    return any("prefetch" in callee(n) for n in program.above(node) if n.kind == CursorKind.CALL_EXPR)
