"""AMD's matrix-core builtins by name: which form of `hip.mfma`'s meaning each is."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Elements a lane holds of a and b, by the suffix of the name.
ELEMENTS = {
    "f32": 1, "f16": 4, "bf16": 2, "bf16_1k": 4, "i8": 4, "_i8": 8, "f64": 1, "_xf32": 2,
}  # fmt: skip

MFMA_NAMES = (
    "f32_32x32x1f32", "f32_16x16x1f32", "f32_4x4x1f32", "f32_32x32x2f32", "f32_16x16x4f32",
    "f32_32x32x4f16", "f32_16x16x4f16", "f32_4x4x4f16", "f32_32x32x8f16", "f32_16x16x16f16",
    "f32_32x32x2bf16", "f32_16x16x2bf16", "f32_4x4x2bf16", "f32_32x32x4bf16", "f32_16x16x8bf16",
    "f32_32x32x4bf16_1k", "f32_16x16x4bf16_1k", "f32_4x4x4bf16_1k", "f32_32x32x8bf16_1k", "f32_16x16x16bf16_1k",
    "i32_32x32x4i8", "i32_16x16x4i8", "i32_4x4x4i8", "i32_32x32x8i8", "i32_16x16x16i8", "i32_32x32x16_i8", "i32_16x16x32_i8",
    "f64_16x16x4f64", "f32_16x16x8_xf32", "f32_32x32x4_xf32",
)  # fmt: skip

NAME = re.compile(r"(f32|i32|f64)_(\d+)x\d+x(\d+)(_?[a-z]+\d+(?:_1k)?)")


@dataclass(frozen=True)
class MfmaForm:
    """Kinds, element types (a, b, c) and shape constants for `semantics.instantiate`, and the number of blocks."""

    kinds: tuple[str, ...]
    types: tuple[str, str, str]
    constants: dict[str, int]
    blocks: int


def mfma_form(name: str) -> MfmaForm:
    """The form of one builtin; raises KeyError for a name that has no meaning here."""
    match = NAME.fullmatch(name)
    if name not in MFMA_NAMES or not match:
        raise KeyError(name)
    accumulator, rows, depth, suffix = match[1], int(match[2]), int(match[3]), match[4]
    elements = ELEMENTS[suffix]
    blocks = _blocks(rows, depth, elements)
    operand = {"xf32": "f32"}.get(suffix.strip("_").removesuffix("_1k"), suffix.strip("_").removesuffix("_1k"))
    kind = "f64" if accumulator == "f64" else f"{'tf32_' if 'xf32' in suffix else ''}m{rows}"
    constants = {"M": rows, "K": depth, "E": elements, "R": rows * rows * blocks // 64}
    return MfmaForm((kind,), (operand, operand, accumulator), constants, blocks)


def _blocks(rows: int, depth: int, elements: int) -> int:
    """The 64 lanes hold a's rows times depth; where one block needs fewer lanes there are several."""
    return 64 * elements // (rows * depth)
