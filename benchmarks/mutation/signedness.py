"""Signed for unsigned, and the other way."""

from __future__ import annotations

from collections.abc import Iterator

from clang.cindex import TokenKind

from mutation.program import Change, Program

OTHERS = {"int8_t": "uint8_t", "uint8_t": "int8_t", "int16_t": "uint16_t", "unsigned": "int", "uint32_t": "int32_t"}
INTRINSICS = {"epi8": "epu8", "epu8": "epi8", "epi32": "epu32", "epi16": "epu16"}


def changes(program: Program) -> Iterator[Change]:
    """Types inside of bodies, and the sign in an intrinsic's name."""
    for token in program.body_tokens():
        start, end = token.extent.start.offset, token.extent.end.offset
        if token.spelling in OTHERS:
            yield Change("signedness", start, end, OTHERS[token.spelling])
        stem, _, suffix = token.spelling.rpartition("_")
        if token.kind == TokenKind.IDENTIFIER and stem.startswith("_mm") and suffix in INTRINSICS:
            yield Change("signedness", start, end, f"{stem}_{INTRINSICS[suffix]}")
