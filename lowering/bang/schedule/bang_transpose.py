"""bang-transpose: a copy that exchanges rows and columns becomes tiles that `__bang_transpose` turns.

    forall i, forall j:  T[t0 + j*tj + i] = A[a0 + i*ai + j]

Elements follow each other on one side in i, on the other in j: read alone, one side would move a few bytes at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mlir import ir
from mlir.dialects import scf

from xpiler.analysis.effects import walk
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.transposes import Turned, transposing_copy
from xpiler.diagnostics import PassFailed
from xpiler.lowering.bang.schedule.tiles import TileCopies, array, as_i32, create, remaining
from xpiler.passes import Pass
from xpiler.transforms.rewriting import functions, is_unit_forall


@dataclass(frozen=True)
class BangTransposePass(Pass):
    """Rewrites every transposing copy."""

    name = "bang-transpose"
    tunables: ClassVar = {"tile": (128, 32, 64, 192)}
    tile: int = 128

    def __post_init__(self) -> None:
        if self.tile < 1:
            raise PassFailed("pass 'bang-transpose': tile is at least 1")

    def memory_bytes(self, element_bytes: int) -> dict[str, int]:
        return {"nram": 2 * self.tile * self.tile * element_bytes}

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            while self._one(function):
                pass

    def _one(self, function: ir.Operation) -> bool:
        forms = IndexForms()
        for loop in [op for op in walk(function) if is_unit_forall(op)]:
            turned = transposing_copy(loop, forms)
            if turned is not None:
                with ir.InsertionPoint(loop), loop.location:
                    _emit(turned, TileCopies(forms), self.tile)
                loop.erase()
                return True
        return False


def _emit(turned: Turned, copies: TileCopies, tile: int) -> None:
    rows, columns = copies.value(turned.rows), copies.value(turned.columns)
    outer = scf.ForallOp([0, 0], [rows, columns], [tile, tile])
    with ir.InsertionPoint(outer.body):
        row, column = outer.induction_variables
        m, n = remaining("m", rows, row, tile), remaining("n", columns, column, tile)
        straight = array("straight", tile * tile, turned.source.element)
        turned_tile = array("turned", tile * tile, turned.source.element)
        copies.to_nram(turned.source, straight, (row, column), (m, n), n)
        create("bang.transpose", [turned_tile, straight, as_i32(m), as_i32(n)])
        copies.to_gdram(turned.target, turned_tile, (column, row), (n, m), m)
        scf.InParallelOp()
