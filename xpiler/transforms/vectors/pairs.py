"""Every other element, as lanes: windows that move by two, real parts, pairs that a rotation turns.

Two registers hold the pairs of one register's lanes; a permute takes the even elements out of them, or puts two registers together to
pairs. No element behind the last lane's is touched.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import arith, vector

from xpiler.transforms.rewriting import index, unnamed
from xpiler.transforms.vectors.lane_masks import first_lanes


def load_of_pairs(kind: ir.VectorType, buffer: ir.Value, position: list[ir.Value], count: ir.Value | None, zero: ir.Value) -> ir.Value:
    """The elements at the position and every other one behind it, for all lanes or the first `count`."""
    lanes = kind.shape[0]
    low, high = (None, _constant_mask(lanes, lanes - 1)) if count is None else _halves(count, 1, lanes)
    first = vector.load(kind, buffer, position) if low is None else vector.maskedload(kind, buffer, position, low, zero)
    second = vector.maskedload(kind, buffer, _behind(position, lanes), high, zero)
    return _shuffled(kind, first, second, [2 * lane for lane in range(lanes)])


def store_of_pairs(buffer: ir.Value, position: list[ir.Value], even: ir.Value, odd: ir.Value, count: ir.Value | None) -> None:
    """Puts pairs of lanes at the position and behind it, of all lanes or the first `count`."""
    kind = ir.VectorType(even.type)
    lanes = kind.shape[0]
    pairs = [lane // 2 + (lanes if lane % 2 else 0) for lane in range(2 * lanes)]
    masks = (None, None) if count is None else _halves(count, 0, lanes)
    for half, (mask, at) in enumerate(zip(masks, (position, _behind(position, lanes)), strict=True)):
        value = _shuffled(kind, even, odd, pairs[half * lanes : (half + 1) * lanes])
        if mask is None:
            vector.store(value, buffer, at)
        else:
            vector.maskedstore(buffer, at, mask, value)


def _halves(count: ir.Value, less: int, lanes: int) -> tuple[ir.Value, ir.Value]:
    """The masks of so many pairs, less an element or none, in two registers."""
    with unnamed(ir.Location.current):  # the name is that of what is read or written
        elements = arith.subi(arith.muli(count, index(2)), index(less))
        low = arith.minsi(elements, index(lanes))
        high = arith.maxsi(arith.subi(elements, index(lanes)), index(0))
        return first_lanes(low, lanes), first_lanes(high, lanes)


def _behind(position: list[ir.Value], lanes: int) -> list[ir.Value]:
    *outer, last = position
    return [*outer, arith.addi(last, index(lanes))]


def _constant_mask(lanes: int, count: int) -> ir.Value:
    flags = [ir.IntegerAttr.get(ir.IntegerType.get_signless(1), lane < count) for lane in range(lanes)]
    kind = ir.VectorType.get([lanes], ir.IntegerType.get_signless(1))
    return arith.constant(kind, ir.DenseElementsAttr.get(flags, kind))


def _shuffled(kind: ir.VectorType, first: ir.Value, second: ir.Value, lanes: list[int]) -> ir.Value:
    return vector.ShuffleOp(first, second, lanes).result
