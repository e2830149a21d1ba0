"""How large an integer may be, whatever the data: a sum of at most 1024 products of two `int8` is at most 2^24."""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.effects import defining
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly, as_poly
from xpiler.analysis.reductions import folds_of, is_identity


def magnitude(forms: IndexForms, value: ir.Value) -> int:
    """A number that neither `value` nor its negative exceeds, both read as signed; no sum on the way may wrap to be counted."""
    width = value.type.width
    largest = 1 << (width - 1)
    op = defining(value)
    rule = _RULES.get(op.name) if op is not None else None
    found = rule(forms, op, value) if rule else None
    return largest if found is None or found >= largest else found


def _constant(_forms: IndexForms, op: ir.Operation, _value: ir.Value) -> int:
    return abs(ir.IntegerAttr(op.attributes["value"]).value)


def _extended(forms: IndexForms, op: ir.Operation, _value: ir.Value) -> int:
    return magnitude(forms, op.operands[0])


def _zero_extended(_forms: IndexForms, op: ir.Operation, _value: ir.Value) -> int:
    return (1 << op.operands[0].type.width) - 1


def _sum(forms: IndexForms, op: ir.Operation, _value: ir.Value) -> int:
    return sum(magnitude(forms, operand) for operand in op.operands)


def _product(forms: IndexForms, op: ir.Operation, _value: ir.Value) -> int:
    return magnitude(forms, op.operands[0]) * magnitude(forms, op.operands[1])


def _choice(forms: IndexForms, op: ir.Operation, _value: ir.Value) -> int:
    return max(magnitude(forms, operand) for operand in list(op.operands)[1:])


def _reduction(forms: IndexForms, op: ir.Operation, value: ir.Value) -> int | None:
    """A loop that adds to zero one term in each iteration."""
    position = list(op.results).index(value)
    block = op.regions[0].blocks[0]
    update = defining(list(list(block.operations)[-1].operation.operands)[position])
    adds_up = folds_of(op)[position].operator == "arith.addi" and is_identity(list(op.operands)[3 + position], "arith.addi")
    if not adds_up or update is None or update.name != "arith.addi":
        return None
    terms = [operand for operand in update.operands if operand != block.arguments[position + 1]]
    runs = _most_iterations(forms, op)
    return None if len(terms) != 1 or runs is None else runs * magnitude(forms, terms[0])


def _most_iterations(forms: IndexForms, loop: ir.Operation) -> int | None:
    """The most iterations of a loop from 0 by 1."""
    lower, upper, step = (forms.of(bound) for bound in list(loop.operands)[:3])
    if (lower, step) != (Poly({}), as_poly(1)):
        return None
    return max(0, forms.ranges.intervals.of(upper)[1])


_RULES = {
    "arith.constant": _constant,
    "arith.extsi": _extended,
    "arith.extui": _zero_extended,
    "arith.addi": _sum,
    "arith.subi": _sum,
    "arith.muli": _product,
    "arith.select": _choice,
    "scf.for": _reduction,
}
