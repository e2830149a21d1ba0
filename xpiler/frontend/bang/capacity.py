"""On-chip memory: what a kernel declares must fit on the chip."""

from __future__ import annotations

from math import prod

from mlir import ir

from xpiler.diagnostics import InvalidInput, Place
from xpiler.dialects.words import space
from xpiler.frontend.options import ReadOptions
from xpiler.platforms.bang import architecture


def check_capacity(kernel: ir.Operation, options: ReadOptions) -> None:
    """InvalidInput where an array, or all arrays of a memory together, exceed the chip's memory."""
    chip = architecture(options.arch)
    limits = {"nram": chip.nram_bytes, "wram": chip.wram_bytes, "sram": chip.sram_bytes}
    used = dict.fromkeys(limits, 0)
    for op in kernel.regions[0].blocks[0].operations:
        if op.operation.name != "memref.alloca":
            continue
        memory = space(op.operation.results[0].type)
        if memory not in limits:
            continue
        size = _bytes(op.operation.results[0].type)
        used[memory] += size
        if used[memory] > limits[memory]:
            raise _too_large(op.operation, memory, size, used[memory], limits[memory], chip.name)


def _bytes(type_: ir.Type) -> int:
    memref = ir.MemRefType(type_)
    return prod(memref.shape) * memref.element_type.width // 8


def _too_large(op: ir.Operation, memory: str, size: int, used: int, limit: int, arch: str) -> InvalidInput:
    location = op.location
    name = location.name_str if location.is_a_name() else "the array"
    file = location.child_loc if location.is_a_name() else location
    place = Place(file.filename, file.start_line, file.start_col) if file.is_a_file() else None
    what = f"'{name}' takes {size} bytes" if size == used else f"'{name}' brings the arrays in {memory.upper()} to {used} bytes"
    return InvalidInput(f"{what}; {memory.upper()} of {arch} holds {limit}", place, "use smaller pieces")
