"""loop-normalize: every loop runs over one variable from 0 by 1.

A forall over several variables becomes nested foralls, a lower bound and a step move into the body, a bound that runs
below zero is left (such a loop is empty either way). Loops bound to hardware keep their form.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import arith

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import walk
from xpiler.analysis.facts import facts_at
from xpiler.analysis.forms import EXACT, forall_bounds, loop_control
from xpiler.analysis.polynomial import Poly
from xpiler.passes import Pass
from xpiler.transforms.index_code import materialize
from xpiler.transforms.rewriting import (
    as_value,
    body,
    content,
    functions,
    is_unit_for,
    is_unit_forall,
    move_content,
    new_for,
    new_forall,
    operations,
    take_place,
    terminator,
)


class LoopNormalizePass(Pass):
    """Loops run over one variable from 0 by 1."""

    name = "loop-normalize"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            loops = [inner for inner in walk(function) if inner.name in ("scf.for", "scf.forall")]
            for loop in reversed(loops):  # inner loops first: moving a loop's content keeps its handles alive
                if loop.name == "scf.forall" and "mapping" not in loop.attributes and not len(loop.results):
                    _normalize_forall(loop)
                elif loop.name == "scf.for":
                    _normalize_for(loop)


def _normalize_forall(loop: ir.Operation) -> None:
    if is_unit_forall(loop):
        return
    ip = ir.InsertionPoint(loop)
    variables = []
    for argument, (lower, upper, step) in zip(body(loop).arguments, forall_bounds(loop.opview), strict=True):
        location = argument.location if argument.location.is_a_name() else loop.location
        with ip, location:
            trips = upper if (lower, step) == (0, 1) else _trips(lower, upper, step)
        inner = new_forall(trips, location, ip)
        ip = ir.InsertionPoint(terminator(body(inner)))
        with ip, location:
            variables.append(_rebased(body(inner).arguments[0], lower, step))
    for argument, value in zip(body(loop).arguments, variables, strict=True):
        argument.replace_all_uses_with(value)
    move_content(content(body(loop)), ip.block)
    loop.erase()


def _normalize_for(loop: ir.Operation) -> None:
    if is_unit_for(loop):
        return
    forms = forms_of(loop)
    lower, upper, step = loop_control(forms, loop.opview, body(loop).arguments[0])
    if step.as_int() is None and not forms.ranges.positive(step, facts_at(forms, loop)):
        return
    step = forms.extreme("max", [step, Poly.constant(1)])  # a division that may be moved out of the loops that show it to be positive
    ip = ir.InsertionPoint(loop)
    with ip, loop.location:
        trips = materialize(forms.floordiv(upper - lower + step - 1, step), forms.ranges.nonneg)
    new = new_for(trips, list(loop.operands)[3:], loop.location, ip)
    block = body(new)
    with ir.InsertionPoint.at_block_begin(block), loop.location:
        own = forms.table.value(block.arguments[0])
        value = _typed(materialize(lower + own * step, forms.ranges.nonneg), body(loop).arguments[0].type)
    body(loop).arguments[0].replace_all_uses_with(value)
    for old, argument in list(zip(body(loop).arguments, block.arguments, strict=True))[1:]:
        take_place(argument, old)
    if len(loop.results):
        for inner in operations(body(loop)):
            block.append(inner)
        for old, result in zip(loop.results, new.results, strict=True):
            old.replace_all_uses_with(result)
    else:
        move_content(content(body(loop)), block)
    loop.erase()


def _typed(value: ir.Value, kind: ir.Type) -> ir.Value:
    """The value in the type of the loop's variable, which holds it: the loop counted in that type."""
    if isinstance(kind, ir.IndexType):
        return value
    cast = arith.IndexCastOp(kind, value)
    cast.operation.attributes[EXACT] = ir.UnitAttr.get()
    return cast.result


def _trips(lower: ir.Value | int, upper: ir.Value | int, step: ir.Value | int) -> ir.Value:
    return arith.ceildivsi(arith.subi(as_value(upper), as_value(lower)), as_value(step))


def _rebased(variable: ir.Value, lower: ir.Value | int, step: ir.Value | int) -> ir.Value:
    if (lower, step) == (0, 1):
        return variable
    return arith.addi(as_value(lower), arith.muli(variable, as_value(step)))
