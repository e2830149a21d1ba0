"""dead-accumulator: what a loop sums up for nobody is not summed up.

A loop that computes a mean and a variance is cut into one for each: the other's accumulator stays behind, in a nest handed on from loop
to loop, and computes itself. Handed on unchanged instead, it is nothing, and cleaning up takes it away.
"""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.effects import is_pure, walk
from xpiler.passes import Pass
from xpiler.transforms.rewriting import body, functions, terminator


class DeadAccumulatorPass(Pass):
    """Accumulators that are read by nothing but themselves are handed on unchanged."""

    name = "dead-accumulator"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for loop in [o for o in walk(function) if o.name == "scf.for"]:  # outer ones first: their inner results are nobody's then
                for position, result in enumerate(loop.results):
                    argument, end = body(loop).arguments[position + 1], terminator(body(loop))
                    if not _is_used(result) and end.operands[position] != argument and _serves_itself(argument, end, position):
                        end.operands[position] = argument


def _is_used(value: ir.Value) -> bool:
    return next(iter(value.uses), None) is not None


def _serves_itself(argument: ir.Value, end: ir.Operation, position: int) -> bool:
    """Whether all that is computed from what a loop carries ends in its own next value."""
    seen: set[ir.Value] = set()
    pending = [argument]
    while pending:
        value = pending.pop()
        if value in seen:
            continue
        seen.add(value)
        for use in value.uses:
            user, operand = use.owner.operation, use.operand_number
            if user == end:
                if operand != position:
                    return False
            elif user.name == "scf.for" and operand >= len(user.operands) - len(user.results):
                carried = operand - (len(user.operands) - len(user.results))
                pending += [user.results[carried], body(user).arguments[carried + 1]]
            elif user.name == "scf.yield" and user.parent.operation.name == "scf.for":
                carrying = user.parent.operation
                pending += [carrying.results[operand], body(carrying).arguments[operand + 1]]
            elif len(user.regions) or not is_pure(user) or user.name.startswith("scf."):
                return False
            else:
                pending += list(user.results)
    return True
