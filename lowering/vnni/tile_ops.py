"""How operations on tiles in memory are written: a call of a function that the output brings along."""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.effects import defining
from xpiler.diagnostics import Unsupported
from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.handlers import Handlers
from xpiler.lowering.c_text.location import place_of
from xpiler.lowering.c_text.memory_ops import view_numbers
from xpiler.platforms.vnni.tile_library import TRANSPOSE

TILES = Handlers()


@TILES.writes("linalg.transpose")
def _transpose(body: Body, op: ir.Operation) -> None:
    source, target = op.operands
    view = defining(source)
    if str(ir.MemRefType(source.type).element_type) != "f32" or view is None or view.name != "memref.reinterpret_cast":
        raise Unsupported("a transpose of something else than a block of floats", place_of(op.location))
    for header in ("<algorithm>", "<immintrin.h>"):
        body.file.include(header)
    for name, text in TRANSPOSE:
        body.file.define(name, text)
    strides = [f"{buffer.pointer().text}, {buffer.strides[0].text}" for buffer in (body.buffer(source), body.buffer(target))]
    sizes = [size.text for size in view_numbers(body, view, "sizes")]
    body.statement(f"transpose_block({', '.join((*strides, *sizes))});")
