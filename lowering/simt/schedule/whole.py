"""Products of whole tiles: what is so at run time decides at the launch which of two kernels works.

A product becomes two nests one after the other. The first has rows only where all extents are multiples of its tiles, and
needs no look at any edge; the second is the product as it was, with rows everywhere else. The conversion makes a kernel of
each, and the launcher starts one whose grid is empty for none of its blocks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith

from xpiler.analysis.contractions import MatrixProduct, Operand
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.lowering.simt.schedule.tiles import Matrix, named
from xpiler.transforms.index_code import materialize
from xpiler.transforms.rewriting import as_value, index, set_extent, unnamed

_EQUAL = 0
WIDE = 16  # bytes of the widest access


@dataclass(frozen=True)
class Tile:
    """Extents of the part of a product that a block has."""

    rows: int
    columns: int
    depth: int


@dataclass(frozen=True)
class WholeProduct:
    """A product all of whose tiles are whole; `rows` is 0 where they are not."""

    left: Matrix
    right: Matrix
    result: Matrix
    rows: ir.Value | int
    columns: ir.Value | int
    depth: ir.Value | int


def split_whole(product: MatrixProduct, forms: IndexForms, tile: Tile, emit: Callable[[WholeProduct], None]) -> bool:
    """Writes the nest of whole tiles by `emit` before the product's, which keeps the other cases; whether there are whole tiles at all."""
    needs = _needs(product, tile)
    if any(total.as_int() is not None and total.as_int() % by for total, by in needs):
        return False
    open_needs = [(total, by) for total, by in needs if total.as_int() is None]
    with ir.InsertionPoint(product.outer), unnamed(product.outer.location):
        left, right, result = (Matrix.of(side, forms) for side in (product.left, product.right, product.result))
        rows, columns, depth = (Matrix.size(size, forms) for size in (product.rows, product.columns, product.depth))
        if not open_needs:
            emit(WholeProduct(left, right, result, rows, columns, depth))
            product.outer.erase()
            return True
        whole = _all([_is_multiple(total, by, forms) for total, by in open_needs])
        none = index(0)
        whole_rows = named("whole_rows", lambda: arith.select(whole, as_value(rows), none))
        others = named("others", lambda: arith.select(whole, none, materialize(_outer_size(product, forms), forms.ranges.nonneg)))
        emit(WholeProduct(left, right, result, whole_rows, columns, depth))
    set_extent(product.outer, others)
    return True


def _needs(product: MatrixProduct, tile: Tile) -> list[tuple[Poly, int]]:
    """What must be a multiple of what: extents of tiles, strides and starts of the elements that one access takes."""
    found: dict[Poly, int] = {}
    for size, by in ((product.rows, tile.rows), (product.columns, tile.columns), (product.depth, tile.depth)):
        found[size] = max(found.get(size, 1), by)  # powers of two
    for operand in (product.left, product.right, product.result):
        lanes = lanes_of(operand)
        for part in (operand.row_stride, operand.start):
            if part.terms and part not in found:
                found[part] = lanes
    return list(found.items())


def lanes_of(operand: Operand) -> int:
    """Elements of an operand that one access takes."""
    return WIDE * 8 // operand.element.width


def _is_multiple(total: Poly, by: int, forms: IndexForms) -> ir.Value:
    rest = arith.remui(materialize(total, forms.ranges.nonneg), index(by))
    return arith.CmpIOp(_EQUAL, rest, index(0)).result


def _all(conditions: list[ir.Value]) -> ir.Value:
    """Whether all conditions hold; only that has a name."""
    *others, last = conditions
    if not others:
        return last
    first = others[0]
    for condition in others[1:]:
        first = arith.andi(first, condition)
    return named("whole", lambda: arith.andi(first, last))


def _outer_size(product: MatrixProduct, forms: IndexForms) -> Poly:
    """Iterations of the product's outer loop, which are its rows or its columns."""
    from xpiler.transforms.rewriting import extent

    total = extent(product.outer)
    return Poly.constant(total) if isinstance(total, int) else forms.of(total)
