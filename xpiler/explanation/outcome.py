"""What an output is launched with, and what it takes of on-chip memory."""

from __future__ import annotations

import re
from collections import Counter
from math import prod

from mlir import ir

from xpiler.analysis.effects import walk
from xpiler.raising.structure import kernels, symbol_name

SPACES = {"nram": "NRAM", "wram": "WRAM", "sram": "SRAM", "shared": "shared memory"}


def launches(text: str) -> list[str]:
    """The launches of an output as it writes them, each once; on the CPU, the loops that threads share."""
    found = re.findall(r"\w+<<<.*?>>>|hipLaunchKernelGGL\([^;]*|#pragma omp parallel for[^\n]*", text, flags=re.DOTALL)
    return list(dict.fromkeys(" ".join(launch.split()) for launch in found))


def on_chip(output: ir.Module) -> dict[str, list[str]]:
    """Kernel to what its arrays take of each on-chip memory, in bytes; arrays of different scopes may share a place."""
    found = {}
    for kernel in kernels(output):
        taken: Counter[str] = Counter()
        for op in walk(kernel):
            if op.name == "memref.alloca" and (space := _space(op.results[0].type)):
                taken[space] += _bytes(ir.MemRefType(op.results[0].type))
        if taken:
            found[symbol_name(kernel)] = [f"{SPACES[space]} {count:,} bytes" for space, count in sorted(taken.items())]
    return found


def _space(kind: ir.Type) -> str:
    word = re.search(r"space<(\w+)>", str(kind))
    return word[1] if word and word[1] in SPACES else ""


def _bytes(kind: ir.MemRefType) -> int:
    width = getattr(kind.element_type, "width", 64)
    return prod(max(n, 0) for n in kind.shape) * -(-width // 8)
