"""sum-difference: a sum of products with a shifted factor, less the shift times the sum of the other factor, is the sum without the shift.

    s = sum over k of b[k];   t = sum over k of (a[k] + 128) * b[k];   t - s * 128      is      sum over k of a[k] * b[k]

Instructions that multiply unsigned bytes by signed ones (`vpdpbusd`) are given signed numbers so. Integers alone: they wrap, and the
law holds for them as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import defining, effects_of, walk
from xpiler.analysis.equivalence import TermComparison
from xpiler.analysis.forms import IndexForms
from xpiler.passes import Pass
from xpiler.transforms.nests import extent_form
from xpiler.transforms.rewriting import (
    body,
    clone,
    constant_int,
    content,
    functions,
    is_unit_for,
    new_fold,
    note_noalias,
    terminator,
    variable,
)


@dataclass(frozen=True)
class _Sum:
    """A loop that adds up a term from zero on."""

    loop: ir.Operation
    term: ir.Value

    @staticmethod
    def of(value: ir.Value) -> _Sum | None:
        """The sum a value is, or None."""
        loop = defining(value)
        if loop is None or not is_unit_for(loop) or len(loop.results) != 1 or constant_int(loop.operands[3]) != 0:
            return None
        total, carried = defining(terminator(body(loop)).operands[0]), body(loop).arguments[1]
        if total is None or total.name != "arith.addi" or len(list(carried.uses)) != 1 or carried not in list(total.operands):
            return None
        return _Sum(loop, next(v for v in total.operands if v != carried))


class SumDifferencePass(Pass):
    """Takes shifts out of sums where their share is taken away again."""

    name = "sum-difference"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for difference in [inner for inner in walk(function) if inner.name == "arith.subi"]:
                if _unshift(function, difference):
                    break


def _unshift(function: ir.Operation, difference: ir.Operation) -> bool:
    total, other, shift = _Sum.of(difference.operands[0]), *_scaled_sum(difference.operands[1])
    if total is None or other is None:
        return False
    product = defining(total.term)
    if product is None or product.name != "arith.muli":
        return False
    forms = forms_of(function)
    for shifted, factor in (tuple(product.operands), tuple(product.operands)[::-1]):
        plain = _without(shifted, shift)
        if plain is not None and _same_terms(function, forms, total, factor, other):
            note_noalias(function)
            _replace(difference, total, plain, factor)
            return True
    return False


def _scaled_sum(value: ir.Value) -> tuple[_Sum | None, int]:
    """A sum times a number."""
    scaled = defining(value)
    if scaled is None or scaled.name != "arith.muli":
        return None, 0
    number = constant_int(scaled.operands[1])
    return (None, 0) if number is None else (_Sum.of(scaled.operands[0]), number)


def _without(value: ir.Value, shift: int) -> ir.Value | None:
    """`x` of `x + shift`."""
    total = defining(value)
    return total.operands[0] if total is not None and total.name == "arith.addi" and constant_int(total.operands[1]) == shift else None


def _same_terms(function: ir.Operation, forms: IndexForms, total: _Sum, factor: ir.Value, other: _Sum) -> bool:
    """Whether a factor of one sum's products is the other sum's term, iteration by iteration."""
    if extent_form(forms, total.loop) != extent_form(forms, other.loop):
        return False
    read = effects_of(other.loop).reads()
    if effects_of(other.loop).unknown is not None or read & effects_of(function).writes():
        return False
    comparison = TermComparison(forms, {})
    comparison.pair(variable(total.loop), variable(other.loop))
    return comparison.same_terms(factor, other.term)


def _replace(difference: ir.Operation, total: _Sum, plain: ir.Value, factor: ir.Value) -> None:
    loop = total.loop
    new = new_fold(loop.operands[1], loop.operands[3], loop.location, ir.InsertionPoint(loop))
    mapping = dict(zip(body(loop).arguments, body(new).arguments, strict=True))
    with ir.InsertionPoint(body(new)), loop.location:
        for op in content(body(loop)):
            clone(op, mapping, ir.InsertionPoint.current)
        term = arith.muli(mapping.get(plain, plain), mapping.get(factor, factor))
        ir.Operation.create("scf.yield", operands=[arith.addi(body(new).arguments[1], term)])
    difference.results[0].replace_all_uses_with(new.results[0])
