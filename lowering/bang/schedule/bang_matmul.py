"""bang-matmul: a matrix product becomes tiles that `__bang_matmul` multiplies.

A task owns tiles of C. For each piece of the depth, a tile of A and a tile of B come to NRAM (edges filled with zeros),
B is transposed, since the right operand lies in WRAM as [N][K], and the product is added to the tile of C.
int8 products come out as float, exact up to 2^24: a piece of at most 1024 products is exact and is added as integers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mlir import ir
from mlir.dialects import arith, scf

from xpiler.analysis.contractions import MatrixProduct, Operand, matrix_product
from xpiler.analysis.effects import walk
from xpiler.analysis.forms import IndexForms
from xpiler.diagnostics import PassFailed
from xpiler.dialects.words import enum
from xpiler.lowering.bang.schedule.tiles import TileCopies, array, create, i32, remaining
from xpiler.lowering.bang.schedule.vector_plan import element_bytes
from xpiler.passes import Pass, refuse
from xpiler.transforms.rewriting import functions, index

PRODUCTS = {("f32", "f32"): "f32", ("f16", "f32"): "f32", ("i8", "i32"): "f32"}  # (operands, accumulator) -> matmul's result
DEPTH = {"f32": 256, "f16": 512, "i8": 512}  # products a piece
DEEPEST = 1024  # int8 products that a float sum holds exactly
DEPTH_MULTIPLE = 64  # rows of both operands are multiples of 64 bytes in every type


@dataclass(frozen=True)
class BangMatmulPass(Pass):
    """Rewrites every nest that is a matrix product in a type that `__bang_matmul` has."""

    name = "bang-matmul"
    tunables: ClassVar = {"tile_rows": (64, 16, 32, 128, 256), "tile_columns": (64, 128, 256), "depth": (0, 64, 128, 256, 512, 1024)}
    tile_rows: int = 64
    tile_columns: int = 64
    depth: int = 0  # products a piece; 0: by the element type

    def __post_init__(self) -> None:
        if min(self.tile_rows, self.tile_columns) < 1 or self.depth < 0:
            raise PassFailed("pass 'bang-matmul': tile_rows and tile_columns are at least 1, depth at least 0")
        if self.depth % DEPTH_MULTIPLE:
            raise PassFailed(f"pass 'bang-matmul': depth is a multiple of {DEPTH_MULTIPLE}")

    def memory_bytes(self, element_bytes: int) -> dict[str, int]:
        """A tile of A, two of B (straight and turned), two of C in 32 bits; B again in WRAM."""
        depth = self.depth or min(DEPTH.values())
        left, right, area = self.tile_rows * depth, depth * self.tile_columns, self.tile_rows * self.tile_columns
        return {"nram": (left + 2 * right) * element_bytes + 2 * area * 4, "wram": right * element_bytes}

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            while self._one(function):
                pass

    def _one(self, function: ir.Operation) -> bool:
        forms = IndexForms()
        for loop in [op for op in walk(function) if op.name == "scf.forall"]:
            product = matrix_product(loop, forms)
            if product is not None and _result_type(product) is not None:
                with ir.InsertionPoint(loop), loop.location:
                    _Tiles(product, forms, self.tile_rows, self.tile_columns, self._depth(loop, product)).emit()
                loop.erase()
                return True
        return False

    def _depth(self, loop: ir.Operation, product: MatrixProduct) -> int:
        element = str(product.left.element)
        if element == "i8" and self.depth > DEEPEST:
            refuse(loop, f"bang-matmul: more than {DEEPEST} products of int8 are not exact as a float")
        return self.depth or DEPTH[element]


def _result_type(product: MatrixProduct) -> ir.Type | None:
    operands = str(product.left.element)
    result = PRODUCTS.get((operands, str(product.accumulator)))
    return ir.Type.parse(result) if result is not None and operands == str(product.right.element) else None


@dataclass
class _Tiles:
    """The loops over tiles of one product, and what happens in each."""

    product: MatrixProduct
    forms: IndexForms
    tile_rows: int
    tile_columns: int
    depth: int

    def emit(self) -> None:
        rows, columns = (TileCopies(self.forms).value(size) for size in (self.product.rows, self.product.columns))
        outer = scf.ForallOp([0, 0], [rows, columns], [self.tile_rows, self.tile_columns])
        with ir.InsertionPoint(outer.body):
            row, column = outer.induction_variables
            m = remaining("m", rows, row, self.tile_rows)
            n = remaining("n", columns, column, self.tile_columns)
            self._tile(row, column, m, n)
            scf.InParallelOp()

    def _tile(self, row: ir.Value, column: ir.Value, m: ir.Value, n: ir.Value) -> None:
        element, wide = self.product.left.element, self.product.accumulator
        area = self.tile_rows * self.tile_columns
        acc = array("acc", area, wide)
        create("bang.fill", [acc, arith.constant(wide, 0.0 if isinstance(wide, ir.F32Type) else 0), i32(area)])
        buffers = {
            "a": array("a", self.tile_rows * self.depth, element),
            "b": array("b", self.depth * self.tile_columns, element),
            "bt": array("bt", self.depth * self.tile_columns, element),
            "weights": array("weights", self.depth * self.tile_columns, element, "wram"),
            "part": array("part", area, _result_type(self.product)),
        }
        total = TileCopies(self.forms).value(self.product.depth)
        loop = scf.ForOp(index(0), total, index(self.depth))
        with ir.InsertionPoint(loop.body):
            first = loop.body.arguments[0]
            k = remaining("k", total, first, self.depth)
            self._multiply(buffers, acc, (row, column, first), (m, n, k))
            scf.yield_([])
        TileCopies(self.forms).to_gdram(self.product.result, acc, (row, column), (m, n), self.tile_columns)

    def _multiply(self, buffers: dict[str, ir.Value], acc: ir.Value, at: tuple[ir.Value, ...], sizes: tuple[ir.Value, ...]) -> None:
        row, column, first = at
        m, n, k = sizes
        product, depth, columns = self.product, self.depth, self.tile_columns
        area = self.tile_rows * columns
        self._copy_in(product.left, buffers["a"], (row, first), (m, k), depth)
        self._copy_in(product.right, buffers["b"], (first, column), (k, n), columns)
        create("bang.transpose", [buffers["bt"], buffers["b"], i32(depth), i32(columns)])
        size = depth * columns * element_bytes(product.left.element)
        create("bang.memcpy", [buffers["weights"], buffers["bt"], i32(size)], direction=enum("bang", "direction", "nram2wram"))
        integers = isinstance(product.left.element, ir.IntegerType)
        operands = [buffers["part"], buffers["a"], buffers["weights"], i32(self.tile_rows), i32(depth), i32(columns)]
        create("bang.matmul", [*operands, *([i32(0)] if integers else [])])
        addend = buffers["part"]
        if integers:
            addend = array("exact", area, product.accumulator)
            create("bang.convert", [addend, buffers["part"], i32(area), i32(0)], kind=enum("bang", "rounding", "tz"))
        create("bang.binary", [acc, acc, addend, i32(area)], kind=enum("bang", "binary_kind", "add"))

    def _copy_in(
        self, operand: Operand, buffer: ir.Value, corner: tuple[ir.Value, ir.Value], sizes: tuple[ir.Value, ir.Value], width: int
    ) -> None:
        """A tile of a matrix to NRAM, zeros where the matrix ends."""
        zero = arith.constant(operand.element, 0 if isinstance(operand.element, ir.IntegerType) else 0.0)
        create("bang.fill", [buffer, zero, i32(ir.MemRefType(buffer.type).shape[0])])
        TileCopies(self.forms).to_nram(operand, buffer, corner, sizes, width)
