"""vnni-transpose: a copy that exchanges two axes goes block by block, and each block through tiles that registers hold.

    forall (others.., row, col) by (1.., 128, 256):
      linalg.transpose A[row .. row + m, col .. col + n] to T[col .. col + n, row .. row + m], m at most 128 and n at most 256

A block is small enough for the caches; the function that it becomes (xpiler/platforms/vnni/tile_library.py) reads and writes it a
cache line at a time. All other axes of the copy are loops around.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mlir import ir
from mlir.dialects import arith, linalg, memref, scf

from xpiler.analysis.contractions import Operand
from xpiler.analysis.effects import walk
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.analysis.transposes import TurnedAxes, turned_axes
from xpiler.diagnostics import PassFailed
from xpiler.lowering.vnni.schedule.dot_steps import named
from xpiler.passes import Pass
from xpiler.transforms.index_code import materialize
from xpiler.transforms.nests import extent_form
from xpiler.transforms.rewriting import functions, index, note_noalias, variable

SIDE = 16  # of a tile: the floats of a register, and registers


@dataclass(frozen=True)
class VnniTransposePass(Pass):
    """Rewrites every copy of floats that exchanges the fastest axis for another one."""

    name = "vnni-transpose"
    tunables: ClassVar = {"rows": (128, 64, 32), "columns": (256, 64, 32)}
    rows: int = 128  # of a block
    columns: int = 256

    def __post_init__(self) -> None:
        if min(self.rows, self.columns) < SIDE or self.rows % SIDE or self.columns % SIDE:
            raise PassFailed(f"pass 'vnni-transpose': rows and columns are multiples of {SIDE}")

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            while any(self._rewrite(loop) for loop in list(walk(function))):
                pass

    def _rewrite(self, loop: ir.Operation) -> bool:
        forms = IndexForms()
        axes = turned_axes(loop, forms) if loop.name == "scf.forall" else None
        if axes is None or str(axes.turned.source.element) != "f32" or _is_short(axes.turned.rows) or _is_short(axes.turned.columns):
            return False
        with ir.InsertionPoint(loop), loop.location:
            _Tiles(axes, forms, (self.rows, self.columns)).emit()
        note_noalias(loop)
        loop.erase()
        return True


def _is_short(extent: Poly) -> bool:
    """Whether an axis is known to be shorter than a tile."""
    known = extent.as_int()
    return known is not None and known < SIDE


@dataclass
class _Tiles:
    """The loops over the blocks of one nest, and over the tiles of a block."""

    axes: TurnedAxes
    forms: IndexForms
    block: tuple[int, int]

    def emit(self) -> None:
        """Blocks are independent."""
        turned, others = self.axes.turned, self.axes.others
        self.ends = (self._value(turned.rows), self._value(turned.columns))
        lengths = [self._value(extent_form(self.forms, loop)) for loop in others]
        steps = [*[1] * len(others), *self.block]
        loop = scf.ForallOp([0] * len(steps), [*lengths, *self.ends], steps)
        loop.operation.attributes["mapping"] = ir.ArrayAttr.get([ir.Attribute.parse("#xpiler.bind<omp>")] * len(steps))
        *around, row, column = loop.body.arguments
        for argument, name in zip((row, column), ("row", "col"), strict=True):
            argument.set_location(ir.Location.name(name, ir.Location.current))
        with ir.InsertionPoint(loop.body):
            self._block((row, column))
            scf.InParallelOp()
        for old, new in zip(others, around, strict=True):  # last: forms know the old ones
            new.set_location(variable(old).location)
            variable(old).replace_all_uses_with(new)

    def _block(self, corner: tuple[ir.Value, ir.Value]) -> None:
        m, n = (
            named(name, arith.minsi(index(size), arith.subi(end, first)))
            for name, first, end, size in zip("mn", corner, self.ends, self.block, strict=True)
        )
        row, column = corner
        source, target = (
            self._part(self.axes.turned.source, (row, column), (m, n)),
            self._part(self.axes.turned.target, (column, row), (n, m)),
        )
        linalg.transpose(source, outs=[target], permutation=[1, 0])

    def _part(self, matrix: Operand, corner: tuple[ir.Value, ir.Value], sizes: tuple[ir.Value, ir.Value]) -> ir.Value:
        """A block of a matrix as an array of its own."""
        dynamic, any_size = ir.ShapedType.get_dynamic_stride_or_offset(), ir.ShapedType.get_dynamic_size()
        layout = ir.StridedLayoutAttr.get(dynamic, [dynamic, 1])
        kind = ir.MemRefType.get([any_size, any_size], matrix.element, layout, ir.MemRefType(matrix.buffer.type).memory_space)
        place, stride = [self._position(matrix, *corner)], [self._value(matrix.row_stride)]
        return memref.ReinterpretCastOp(kind, matrix.buffer, place, sizes, stride, [dynamic], [any_size] * 2, [dynamic, 1]).result

    def _position(self, matrix: Operand, row: ir.Value, column: ir.Value) -> ir.Value:
        """The subscript of an element; its columns follow one another."""
        offset = arith.addi(arith.muli(row, self._value(matrix.row_stride)), column)
        return arith.addi(self._value(matrix.start), offset) if matrix.start.terms else offset

    def _value(self, poly: Poly) -> ir.Value:
        return materialize(poly, self.forms.ranges.nonneg)
