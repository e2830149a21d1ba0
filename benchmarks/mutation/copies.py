"""Copies: too short, too long, a segment less or more, strides exchanged, left out."""

from __future__ import annotations

from collections.abc import Iterator

from clang.cindex import CursorKind

from mutation.program import Change, Program, callee

SEGMENTS = 6  # position of a BANG copy's number of segments; the strides lie before it


def changes(program: Program) -> Iterator[Change]:
    """Sizes, segments and strides of every call that copies memory."""
    for call in program.nodes(CursorKind.CALL_EXPR):
        if "memcpy" not in callee(call).lower():
            continue
        arguments = list(call.get_arguments())
        texts = [program.text_of(a) for a in arguments]
        for change in ("- sizeof(int)", "/ 2", "+ sizeof(int)"):
            yield Change("copy", *program.range_of(arguments[2]), f"({texts[2]}) {change}")
        yield Change("copy", *program.range_of(call), "(void)0")
        if len(arguments) > SEGMENTS:
            for change in ("- 1", "+ 1"):
                yield Change("copy", *program.range_of(arguments[SEGMENTS]), f"({texts[SEGMENTS]}) {change}")
            start, end = program.range_of(arguments[SEGMENTS - 2])[0], program.range_of(arguments[SEGMENTS - 1])[1]
            yield Change("copy", start, end, f"{texts[SEGMENTS - 1]}, {texts[SEGMENTS - 2]}")
