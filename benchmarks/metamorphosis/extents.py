"""Other tile sizes in a kernel's text, and other shapes for its runs."""

from __future__ import annotations

import dataclasses
import random
import re

from corpus import Operator

# Sizes that a kernel's text leaves free: the name it gives them, and other values that keep the kernel right.
FREE_SIZES = {"TILE": (8, 16), "THREADS": (64, 256), "BLOCK": (128, 512), "CHUNK": (64, 128), "T_DIM": (8, 32)}
# Pieces of on-chip memory may always be smaller: parts of what the file has.
FREE_PIECES = {"bang": ("CHUNK", "TILE", "TM", "TN", "TK", "CHANNELS", "PIXELS")}
FIXED = {("transpose", "cuda"), ("gemm", "hip"), ("layernorm", "hip"), ("gemm_int8", "vnni")}  # sizes tied to each other
IN_SIXTEENS = {"gemm_half"}  # operators whose sources say that every extent is a multiple of 16


def resized(text: str, operator: str, platform: str, generator: random.Random) -> str:
    """The text with other values for its free sizes."""
    if (operator, platform) in FIXED:
        return text
    for name in FREE_PIECES.get(platform, FREE_SIZES):
        text = re.sub(
            rf"(#define\s+{name}\s+|constexpr int {name} = )(\d+)", lambda m, n=name: m[1] + _size(m[2], n, platform, generator), text
        )
    return text


def _size(before: str, name: str, platform: str, generator: random.Random) -> str:
    if platform in FREE_PIECES:
        return str(int(before) // 2)
    return str(generator.choice(FREE_SIZES[name]))


def moved(row: Operator, seed: int) -> Operator:
    """The operator at other shapes: every extent of every shape is another one."""
    generator = random.Random(f"{seed} {row.name}")
    step = 16 if row.name in IN_SIXTEENS else 1
    shapes = tuple(tuple(extent + step * generator.randint(1, 9) for extent in shape) for shape in row.shapes)
    return dataclasses.replace(row, shapes=shapes)
