"""What is known of an integer: that its type holds it, and that it is never negative."""

from __future__ import annotations

from mlir import ir

from xpiler.verify.model.integers import width_of
from xpiler.verify.model.scalar_ops import element_of
from xpiler.verify.symbolic import tile_strides
from xpiler.verify.symbolic.integers import Int
from xpiler.verify.symbolic.sets import Set, holds, number
from xpiler.verify.symbolic.walker import Walker


def in_range(w: Walker, op: ir.Operation, value: Int) -> Int:
    """The obligation that an integer does not leave its type: what the type cannot hold is outside of the verdict's sizes."""
    ends_in_range(w, op.results[0].type, value)
    return value


def ends_in_range(w: Walker, type_: ir.Type, value: Int) -> None:
    """The same obligation for a value that no operation of the text makes: a loop's counter after its last step."""
    width = width_of(element_of(type_))
    tiles, value = tile_strides.parted(w, value)
    products = {m for m in value.parts if m}
    if products:
        w.box.products |= products if width < 64 else {m for m in products if len(m) > 2 or w.symbols.is_wide(m)}
    elif width < 64:
        w.box.require(fits(value, width).intersect(fits(value.plus(Int.of(tiles)), width)), w.domain)


def fits(value: Int, width: int) -> Set:
    """Where a type of a width holds the part of an integer that isl sees."""
    only = value.parts.get((), number(0))
    return only.ge_set(number(-(1 << (width - 1)))).intersect(only.lt_set(number(1 << (width - 1))))


def nonnegative(w: Walker, value: Int) -> bool:
    """Whether an integer is never negative here."""
    domain = w.domain.intersect_params(w.box.sizes)
    factors = [w.symbols.value(symbol) for symbol in {s for monomial in value.parts for s in monomial}]
    return all(holds(part.ge_set(number(0)), domain) for part in (*value.parts.values(), *factors))
