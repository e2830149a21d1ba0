"""What a lane holds in the course of an exchange: the fold of some elements of an array."""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.analysis.reductions import IDEMPOTENT, identity_number

_EXTREMES = {f"arith.{name}{kind}": choose for name, choose in (("max", max), ("min", min)) for kind in ("numf", "imumf", "si")}


@dataclass(frozen=True)
class Base:
    """An array as it was after an operation of the block under analysis (None: at the block's start).

    `view`: the type that the bits of its elements are read as, if not their own.
    """

    buffer: ir.Value
    after: ir.Operation | None
    view: ir.Type | None = None

    def __eq__(self, other: object) -> bool:
        """Operations of MLIR raise when they are compared with None."""
        if not isinstance(other, Base) or self.buffer != other.buffer or (self.after is None) != (other.after is None):
            return False
        if (self.view is None) != (other.view is None) or (self.view is not None and self.view != other.view):
            return False
        return self.after is None or self.after == other.after

    def __hash__(self) -> int:
        return hash((self.buffer, self.after))

    @property
    def element(self) -> ir.Type:
        """The type of what is read."""
        return ir.MemRefType(self.buffer.type).element_type if self.view is None else self.view

    def read_as(self, kind: ir.Type) -> Base:
        """The same array, its elements' bits read as another type."""
        own = ir.MemRefType(self.buffer.type).element_type
        return Base(self.buffer, self.after, None if own == kind else kind)


@dataclass(frozen=True)
class Term:
    """A fold by `operator` of the elements `mask` (bits) of `base` and of the constants `extras`."""

    operator: str | PairOrder | None
    base: Base | None
    mask: int
    extras: tuple = ()  # numbers, or of a PairOrder at most one (value, place)


@dataclass(frozen=True)
class PairOrder:
    """The order by which the place of the greatest value is found: `value` folds the values, `place` their places where values are equal.

    A term of it is a place: that of the fold over the pairs of elements of `values` and of the term's own base. A value stands
    `ahead` elements behind the position of its place: in arrays of pairs.
    """

    value: str
    place: str
    values: Base
    ahead: int = 0

    def values_mask(self, places: int) -> int:
        """The elements of `values` that belong to those of the places."""
        return places << self.ahead if self.ahead >= 0 else places >> -self.ahead


def combine(operator: str, a: Term | None, b: Term | None, kind: ir.Type) -> Term | None:
    """The fold of two terms by `operator`, if it is again a fold of elements, each counted once."""
    if a is None or b is None or any(t.operator not in (None, operator) for t in (a, b)):
        return None
    if a.base and b.base and a.base != b.base:
        return None
    neutral = identity_number(operator, kind)
    extras = tuple(sorted({x for x in (*a.extras, *b.extras) if x != neutral}))
    if operator not in IDEMPOTENT and (a.mask & b.mask or extras):
        return None
    if len(extras) > 1:
        if operator not in _EXTREMES:
            return None
        extras = (_EXTREMES[operator](extras),)
    return Term(operator, a.base or b.base, a.mask | b.mask, extras)
