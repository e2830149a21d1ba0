"""vnni-dot: sums of products of bytes or of 16-bit integers by vpdpbusd and vpdpwssd.

    forall i, j: C[i, j] = sum over k of A[i, k] * B[k, j]      (packed_product)
    sum over k of A[a + k] * B[b + k]                           (contiguous_dot)

Products of signed integers with 32-bit sums; everything else is left as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mlir import ir

from xpiler.analysis.contractions import MatrixProduct, matrix_product
from xpiler.analysis.effects import walk
from xpiler.analysis.forms import IndexForms
from xpiler.diagnostics import PassFailed
from xpiler.lowering.vnni.schedule.contiguous_dot import contiguous_factors, emit_dot
from xpiler.lowering.vnni.schedule.packed_product import COLUMNS, PackedProduct
from xpiler.lowering.vnni.schedule.tile_loops import at_most
from xpiler.passes import Pass
from xpiler.transforms.rewriting import functions, note_noalias

ELEMENTS = ("i8", "i16")
REGISTER_BYTES = 64
FEWEST_ROWS = 4  # that packing pays for


@dataclass(frozen=True)
class VnniDotPass(Pass):
    """Rewrites matrix products first, then what sums are left."""

    name = "vnni-dot"
    tunables: ClassVar = {"rows": (8, 1, 2, 4, 6, 12), "registers": (3, 1, 2, 4)}
    rows: int = 8  # of C at a time
    registers: int = 3  # of 16 columns

    def __post_init__(self) -> None:
        if min(self.rows, self.registers) < 1:
            raise PassFailed("pass 'vnni-dot': rows and registers are at least 1")

    def memory_bytes(self, element_bytes: int) -> dict[str, int]:
        """The sums, the registers of B, a word of A and what its sign is flipped with."""
        return {"registers": (self.rows * self.registers + self.registers + 2) * REGISTER_BYTES}

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            while any(_rewrite_product(loop, self) for loop in list(walk(function))):
                pass
            while any(_rewrite_sum(loop) for loop in list(walk(function))):
                pass


def _rewrite_product(loop: ir.Operation, shape: VnniDotPass) -> bool:
    forms = IndexForms()
    product = matrix_product(loop, forms) if loop.name == "scf.forall" else None
    if product is None or not _has_dot(product):
        return False
    with ir.InsertionPoint(loop), loop.location:
        PackedProduct(product, forms, at_most(shape.rows, product.rows), at_most(shape.registers, product.columns, COLUMNS)).emit()
    note_noalias(loop)
    loop.erase()
    return True


def _has_dot(product: MatrixProduct) -> bool:
    """Whether the types fit, and there are rows enough to be worth packing for."""
    rows, kinds = product.rows.as_int(), {str(product.left.element), str(product.right.element)}
    same = len(kinds) == 1 and next(iter(kinds)) in ELEMENTS and str(product.result.element) == "i32"
    return same and str(product.accumulator) == "i32" and (rows is None or rows >= FEWEST_ROWS)


def _rewrite_sum(loop: ir.Operation) -> bool:
    factors = contiguous_factors(loop, IndexForms()) if loop.name == "scf.for" else None
    if factors is None:
        return False
    with ir.InsertionPoint(loop), loop.location:
        loop.results[0].replace_all_uses_with(emit_dot(loop, factors))
    loop.erase()
    return True
