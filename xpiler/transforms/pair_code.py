"""Code that folds pairs (value, place): the greatest value and, of equal ones, the first place."""

from __future__ import annotations

from mlir import ir
from mlir.dialects import arith

from xpiler.transforms.rewriting import applied

Pair = tuple[ir.Value, ir.Value]
_GREATER, _LESS = (2, 4), (4, 2)  # ogt and olt of floats, sgt and slt of integers
_EQUAL = (1, 0)


def pair_step(value: str, place: str, new: Pair, old: Pair, ties: bool = True) -> Pair:
    """The greater of two pairs in the order of two folds (`arith.maxnumf` and `arith.minsi`); without `ties` the old one of equals."""
    better = _better(value, new[0], old[0])
    if ties:
        nearer = _compare(_GREATER if "max" in place else _LESS, new[1], old[1])
        better = arith.ori(better, arith.andi(_compare(_EQUAL, new[0], old[0]), nearer))
    return applied(value, new[0], old[0]), arith.select(better, new[1], old[1])


def _better(value: str, new: ir.Value, old: ir.Value) -> ir.Value:
    return _compare(_GREATER if "max" in value else _LESS, new, old)


def _compare(predicates: tuple[int, int], a: ir.Value, b: ir.Value) -> ir.Value:
    if isinstance(a.type, ir.IntegerType | ir.IndexType):
        return arith.cmpi(predicates[1], a, b)
    return arith.cmpf(predicates[0], a, b)
