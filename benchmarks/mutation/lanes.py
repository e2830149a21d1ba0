"""Lane masks, lane distances, widths of warps and vectors."""

from __future__ import annotations

from collections.abc import Iterator

from clang.cindex import Cursor, CursorKind

from mutation.program import Change, Program, callee

MASKS = ("__mmask8", "__mmask16", "__mmask32", "__mmask64")
NARROWER = {"_xor": "_down", "_down": "_up", "_up": "_down"}


def changes(program: Program) -> Iterator[Change]:
    """Masks that hold all lanes or one more, shuffles of another kind or distance."""
    for call in program.nodes(CursorKind.CALL_EXPR):
        for argument in call.get_arguments():
            if argument.type.spelling in MASKS:
                yield from _masks(program, argument)
        if "__shfl" in callee(call):
            yield from _shuffle(program, call)


def _masks(program: Program, mask: Cursor) -> Iterator[Change]:
    text, kind = program.text_of(mask), mask.type.spelling
    for other in (f"({kind})-1", f"({kind})(({text}) >> 1)", f"({kind})((({text}) << 1) | 1)"):
        yield Change("lanes", *program.range_of(mask), other)


def _shuffle(program: Program, call: Cursor) -> Iterator[Change]:
    name, arguments = callee(call), list(call.get_arguments())
    start = program.range_of(call)[0]
    for word, other in NARROWER.items():
        if word in name and program.text_of(call).startswith(name):
            yield Change("lanes", start, start + len(name), name.replace(word, other))
    distance = arguments[2 if name.endswith("_sync") else 1]
    for step in ("+ 1", "/ 2"):
        yield Change("lanes", *program.range_of(distance), f"({program.text_of(distance)}) {step}")
