"""Elements that change their place bit by bit, in one formula: what permutes of registers leave as a piece for each few lanes.

After rounds of unpacks, an element's subscript is affine in the bits of the register's number and of the lane's, and each round
doubles the pieces. The weight of each bit is read off at the places where it alone is set; that the formula gives every piece's
subscript is then checked as a whole, so that a wrong guess only leaves the pieces as they are.
"""

from __future__ import annotations

from collections.abc import Iterator

from xpiler.verify.symbolic.expressions import Leaf, Pieces, atom, single_atom
from xpiler.verify.symbolic.program import Access
from xpiler.verify.symbolic.sets import PwAff, Set, equal_on, name, number, substitute, substitute_in_set

MOST_VALUES = 64  # of a coordinate whose bits are looked at
Bits = dict[str, int]  # coordinate -> bits of its numbers
LeafPieces = list[tuple[Set, Leaf]]


def in_one_piece(pieces: Pieces, write: Access) -> Pieces:
    """The same values; elements of one buffer that one formula gives make one piece."""
    buffers: dict[str, LeafPieces] = {}
    others: Pieces = []
    for where, value in pieces:
        of = None if value is None else single_atom(value)
        if isinstance(of, Leaf) and of.index:
            buffers.setdefault(of.buffer, []).append((where, of))
        else:
            others.append((where, value))
    for leaves in buffers.values():
        others += _joined(leaves, write)
    return others


def _joined(leaves: LeafPieces, write: Access) -> Pieces:
    apart: Pieces = [(where, atom(of)) for where, of in leaves]
    if len(leaves) == 1:
        return apart
    whole = leaves[0][0]
    for where, _ in leaves[1:]:
        whole = whole.union(where)
    whole = whole.coalesce()
    bits = _bits(whole, write.dims)
    index = []
    for axis in range(len(leaves[0][1].index)):
        formula = _formula([(where, of.index[axis]) for where, of in leaves], bits)
        if formula is None:
            return apart
        index.append(formula)
    return [(whole, atom(Leaf(leaves[0][1].buffer, tuple(index), leaves[0][1].element)))]


def _bits(whole: Set, dims: tuple[str, ...]) -> Bits:
    """The coordinates with few values, from 0 on."""
    found = {}
    for of in dims:
        values = name(of).intersect_params(whole)
        low, high = values.min_val(), values.max_val()
        if low.is_int() and high.is_int() and low.to_python() >= 0 and high.to_python() < MOST_VALUES:
            found[of] = high.to_python().bit_length()
    return found


def _formula(pieces: list[tuple[Set, PwAff]], bits: Bits) -> PwAff | None:
    """One integer that equals each piece's where the piece is; None where the bits do not tell it."""
    start = _at(pieces, dict.fromkeys(bits, 0))
    if start is None:
        return None
    formula = start
    for of, count in bits.items():
        weights = []
        for bit in range(count):
            there = _at(pieces, {**dict.fromkeys(bits, 0), of: 1 << bit})
            weight = None if there is None else _constant(there.sub(start))
            if weight is None:
                return None
            weights.append(weight)
        for part in _runs(of, weights):
            formula = formula.add(part)
    return formula if all(equal_on(formula, value, where) for where, value in pieces) else None


def _at(pieces: list[tuple[Set, PwAff]], point: dict[str, int]) -> PwAff | None:
    """The value at some numbers of the coordinates with few values, as a function of the others."""
    numbers = {of: number(value) for of, value in point.items()}
    for where, value in pieces:
        if not substitute_in_set(where, numbers).is_empty():
            return substitute(value, numbers)
    return None


def _constant(value: PwAff) -> int | None:
    value = value.coalesce()
    found = value.max_val() if value.is_cst() else None
    return found.to_python() if found is not None and found.is_int() else None


def _runs(of: str, weights: list[int]) -> Iterator[PwAff]:
    """The sum of weighted bits; bits one after another whose weights double are a quotient, less what is above them."""
    low = 0
    while low < len(weights):
        high = low
        while high + 1 < len(weights) and weights[high + 1] == 2 * weights[high]:
            high += 1
        if weights[low]:
            part = _quotient(of, low)
            if high + 1 < len(weights):
                part = part.sub(_quotient(of, high + 1).mul(number(1 << (high + 1 - low))))
            yield part.mul(number(weights[low]))
        low = high + 1


def _quotient(of: str, bit: int) -> PwAff:
    return name(of).div(number(1 << bit)).floor() if bit else name(of)
