"""masked-term: a term that is added under a mask is a term, or the identity where the mask is not set.

    select(m, acc + t, acc)   is   acc + select(m, t, 0)

in a fold, and in front of one where its first lanes were taken out. The accumulators of a vector loop and its masked tail are then apart:
reduction-distribute makes a fold of either, and guard-absorb ends the tail's where the mask does.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import arith

from xpiler.analysis.effects import defining, walk
from xpiler.analysis.reductions import folds_of, identity
from xpiler.passes import Pass
from xpiler.transforms.reduction_roll import leaves_of
from xpiler.transforms.rewriting import body, functions, operations, terminator


class MaskedTermPass(Pass):
    """Terms under a mask are terms or the identity."""

    name = "masked-term"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for loop in [op for op in walk(function) if op.name == "scf.for"]:
                for position, fold in enumerate(folds_of(loop)):
                    if fold.operator:
                        _take_apart(loop, position, fold.operator)


def _take_apart(loop: ir.Operation, position: int, operator: str) -> None:
    update, start = defining(terminator(body(loop)).operands[position]), defining(list(loop.operands)[3 + position])
    terms = leaves_of(update) if update is not None and update.name == operator else []
    for term in [*map(defining, terms), start]:
        if term is None or len(list(term.results[0].uses)) != 1 or len(term.results) != 1:
            continue
        with ir.InsertionPoint(term), term.location:
            if term.name == "arith.select":
                _of_select(term, operator)
            elif term.name == "scf.if":
                _of_branches(term, operator)


def _of_select(op: ir.Operation, operator: str) -> None:
    condition, chosen, other = op.operands
    if (term := _added(chosen, other, operator)) is not None:
        _replace(op, operator, other, arith.select(condition, term, identity(operator, chosen.type)))
    elif (term := _added(other, chosen, operator)) is not None:
        _replace(op, operator, chosen, arith.select(condition, identity(operator, chosen.type), term))


def _of_branches(op: ir.Operation, operator: str) -> None:
    """The same of a branch, which may load what the other side must not."""
    ends = [operations(region.blocks[0])[-1] for region in op.regions if len(region.blocks)]
    if len(ends) != 2:
        return
    for end, other in (ends, ends[::-1]):
        kept = other.operands[0]
        term = _added(end.operands[0], kept, operator)
        if term is not None and not _is_inside(kept, op):
            with ir.InsertionPoint(other):
                other.operands[0] = identity(operator, kept.type)
            end.operands[0] = term
            _behind(op, operator, kept)
            return


def _added(whole: ir.Value, part: ir.Value, operator: str) -> ir.Value | None:
    """What is folded with `part` in `whole`."""
    op = defining(whole)
    if op is None or op.name != operator or part not in list(op.operands):
        return None
    left, right = op.operands
    return right if left == part else left


def _is_inside(value: ir.Value, op: ir.Operation) -> bool:
    made = defining(value)
    return made is not None and any(inner == made for inner in walk(op))


def _replace(op: ir.Operation, operator: str, kept: ir.Value, term: ir.Value) -> None:
    whole = ir.Operation.create(operator, results=[kept.type], operands=[kept, term]).result
    op.results[0].replace_all_uses_with(whole)
    op.erase()


def _behind(op: ir.Operation, operator: str, kept: ir.Value) -> None:
    """Folds the result of a branch with what it was folded with inside."""
    uses = [(use.owner.operation, use.operand_number) for use in op.results[0].uses]
    following = operations(op.block)
    with ir.InsertionPoint(following[following.index(op) + 1]):
        whole = ir.Operation.create(operator, results=[kept.type], operands=[kept, op.results[0]]).result
    for user, position in uses:
        user.operands[position] = whole
