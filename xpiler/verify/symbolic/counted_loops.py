"""Loops whose counters are taken apart by sizes: walked digit by digit (digits.py)."""

from __future__ import annotations

from contextlib import ExitStack

from mlir import ir

from xpiler.verify.symbolic import digits, flat
from xpiler.verify.symbolic.digits import Digits, Place
from xpiler.verify.symbolic.integers import Int
from xpiler.verify.symbolic.ranges import ends_in_range
from xpiler.verify.symbolic.sets import EVERYWHERE, fresh, name, number, within
from xpiler.verify.symbolic.strides import Stride, distance
from xpiler.verify.symbolic.walker import Walker


def in_digits(w: Walker, op: ir.Operation, of: Digits, high: Int, step: Int) -> None:
    """A loop over 0 <= i < high, digit by digit: in the same order, as the last digit grows first."""
    block = op.regions[0].blocks[0]
    ends_in_range(w, op.operands[0].type, Int.of(high.affine(w.symbols, "a loop bound")))
    condition = of.domain.intersect_params(digits.below(of, high, w.symbols))
    with ExitStack() as around:
        for digit in of.names:
            around.enter_context(w.loop(digit, condition))
        w.env[block.arguments[0]] = of.value
        w.block(block)


def over_threads(w: Walker, op: ir.Operation, of: Digits, high: Int, step: Int) -> None:
    """A loop from a thread's number in steps of as many as there are threads: all numbers below its end, each once."""
    block = op.regions[0].blocks[0]
    furthest = [v.affine(w.symbols, "a loop bound") for v in (high, step)]
    ends_in_range(w, op.operands[0].type, Int.of(furthest[0].max(number(0)).add(furthest[1]).sub(number(1))))
    with flat.entered(w, w.of_launch, of, None), w.under(digits.below(of, high, w.symbols)):
        w.env[block.arguments[0]] = of.value
        w.block(block)


def counted(w: Walker, place: Place, low: Int, high: Int, step: int) -> tuple[tuple[str, ...], Int]:
    """The coordinates of one dimension of a parallel loop, and the value of its counter."""
    if place in w.reading.digits:
        of = digits.taken_apart(w, place)
        w.domain = w.domain.intersect_params(of.domain).intersect_params(digits.below(of, high, w.symbols)).coalesce()
        return of.names, of.value
    counter = fresh("f")
    extent = Stride([(EVERYWHERE, step)]).trips(distance(w, low, high))
    w.domain = w.domain.intersect_params(within(counter, extent)).coalesce()
    value = low.plus(Int.of(name(counter).mul(number(step))))
    if low.constant == 0 and step == 1:
        w.counted.append((place, value))
    return (counter,), value
