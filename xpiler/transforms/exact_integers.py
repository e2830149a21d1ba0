"""exact-integers: an integer that a float only carried, and the wide sums of which the low bits are all that is used.

A product of `int8` on BANG is a float, which holds every integer up to 2^24: converted back, it is the integer that it was.
`i32(sum of i64 terms)` is the sum of the terms' low halves, as sums and products wrap: then the pieces of a product that are
added up as integers are one sum. Counts that floats compare are compared themselves (xpiler.transforms.counted_comparison).
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import arith

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import defining, walk
from xpiler.analysis.magnitudes import magnitude
from xpiler.analysis.reductions import folds_of, is_identity
from xpiler.passes import Pass
from xpiler.transforms.counted_comparison import compare_counts
from xpiler.transforms.rewriting import body, content, erase_dead, functions, is_unit_for, name_accumulators, new_for, terminator

_EXACT_BITS = {"f64": 53, "f32": 24, "f16": 11, "bf16": 8}  # integers up to 2^bits are floats of the type
_KEEP_INTEGERS = ("math.trunc", "math.floor", "math.ceil", "math.round", "math.roundeven")
_WRAP_ALIKE = ("arith.addi", "arith.subi", "arith.muli")  # the low bits of the result are made of those of the operands
_WIDEN = ("arith.extsi", "arith.extui")


class ExactIntegersPass(Pass):
    """Integers do not take the way through floats, nor through wider integers than are used."""

    name = "exact-integers"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for inner in list(walk(function)):
                if inner.name == "arith.fptosi":
                    _without_float(inner)
                elif inner.name == "arith.cmpf":
                    compare_counts(inner)
            erase_dead(function)
            while any(o.name == "arith.trunci" and _narrow_sum(o) for o in walk(function)):
                pass
            erase_dead(function)


def _without_float(back: ir.Operation) -> None:
    """Converts the integer itself, where the float that carried it is exact."""
    carried = back.operands[0]
    exact = _EXACT_BITS.get(str(carried.type))
    while (op := defining(carried)) is not None and op.name in _KEEP_INTEGERS:
        carried = op.operands[0]
    if op is None or op.name != "arith.sitofp" or exact is None:
        return
    number, result = op.operands[0], back.results[0]
    if magnitude(forms_of(back), number) > min(1 << exact, (1 << (result.type.width - 1)) - 1):
        return
    with ir.InsertionPoint(back), back.location:
        result.replace_all_uses_with(_resized(number, result.type))


def _resized(number: ir.Value, kind: ir.IntegerType) -> ir.Value:
    """A signed number that fits the type, in it."""
    if number.type == kind:
        return number
    return arith.extsi(kind, number) if number.type.width < kind.width else arith.trunci(kind, number)


def _narrow_sum(low: ir.Operation) -> bool:
    """Makes `trunci(reduction)` a reduction in the narrow type, if nothing else uses the wide one."""
    loop = defining(low.operands[0])
    if loop is None or not _is_lone_sum(loop) or len(list(loop.results[0].uses)) != 1:
        return False
    kind = low.results[0].type
    with ir.InsertionPoint(loop), loop.location:
        zero = arith.constant(kind, 0)
    new = new_for(loop.operands[1], [zero], loop.location, ir.InsertionPoint(loop))
    _fill(loop, new, kind)
    low.results[0].replace_all_uses_with(new.results[0])
    low.erase()
    loop.erase()
    return True


def _is_lone_sum(loop: ir.Operation) -> bool:
    """Whether a loop adds up one sum of integers from zero, one term an iteration."""
    if not is_unit_for(loop) or len(loop.results) != 1 or folds_of(loop)[0].operator != "arith.addi":
        return False
    update = defining(terminator(body(loop)).operands[0])
    return update.name == "arith.addi" and body(loop).arguments[1] in list(update.operands) and is_identity(loop.operands[3], "arith.addi")


def _fill(loop: ir.Operation, new: ir.Operation, kind: ir.IntegerType) -> None:
    """Moves the body, and adds the low bits of its term."""
    accumulator, update = body(loop).arguments[1], defining(terminator(body(loop)).operands[0])
    body(loop).arguments[0].replace_all_uses_with(body(new).arguments[0])
    name_accumulators(new, [accumulator.location])
    for op in content(body(loop)):
        if op != update:
            body(new).append(op)
    with ir.InsertionPoint(body(new)), update.location:
        (term,) = (operand for operand in update.operands if operand != accumulator)
        total = arith.addi(body(new).arguments[1], _low_bits(term, kind))
        ir.Operation.create("scf.yield", operands=[total])


def _low_bits(value: ir.Value, kind: ir.IntegerType) -> ir.Value:
    """The low bits of a value, computed in the narrow type as far as its operations allow."""
    op = defining(value)
    if op is not None and op.name in _WIDEN and op.operands[0].type.width <= kind.width:
        narrow = op.operands[0]
        return narrow if narrow.type == kind else ir.Operation.create(op.name, [kind], [narrow]).results[0]
    if op is not None and op.name in _WRAP_ALIKE:
        return ir.Operation.create(op.name, [kind], [_low_bits(operand, kind) for operand in op.operands]).results[0]
    return arith.trunci(kind, value)
