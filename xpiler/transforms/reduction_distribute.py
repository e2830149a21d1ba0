"""reduction-distribute: a sum whose terms are a sum and something else becomes two sums.

    r = sum i { (sum k { x[16*k + i] }) + t(i) }   is   sum i { sum k { x[16*k + i] } } + sum i { t(i) }

The lanes of a vector loop and its masked tail are added so, lane by lane, before they are folded. Sums of floats are taken in
another order, as reals.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.analysis.effects import defining, walk
from xpiler.analysis.reductions import folds_of, is_reduction
from xpiler.passes import Pass
from xpiler.transforms.reduction_roll import leaves_of, needed_for
from xpiler.transforms.rewriting import Mapping, body, clone, forget_no_wrap, functions, is_unit_for, new_for, terminator


@dataclass(frozen=True)
class ReductionDistributePass(Pass):
    """Sums of a sum and other terms become sums of either."""

    name = "reduction-distribute"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            while any(_distribute(loop) for loop in [o for o in walk(function) if is_unit_for(o) and len(o.results) == 1]):
                pass


def _distribute(loop: ir.Operation) -> bool:
    """Two loops for one, where that leaves nothing to be computed twice."""
    if not is_reduction(loop):
        return False
    update = defining(terminator(body(loop)).operands[0])
    if update is None or update.name != folds_of(loop)[0].operator or update.block != body(loop):
        return False
    terms = [leaf for leaf in leaves_of(update) if leaf != body(loop).arguments[1]]
    sums = [term for term in terms if _is_inner_sum(term, loop, update.name)]
    rest = [term for term in terms if term not in sums]
    if not sums or not rest or len(terms) + 1 != len(leaves_of(update)) or _shared(loop, sums, rest):
        return False
    first = _sum_of(loop, update, sums, list(loop.operands)[3])
    second = _sum_of(loop, update, rest, first.results[0])
    loop.results[0].replace_all_uses_with(second.results[0])
    loop.erase()
    return True


def _is_inner_sum(term: ir.Value, loop: ir.Operation, operator: str) -> bool:
    inner = defining(term)
    if inner is None or inner.name != "scf.for" or inner.block != body(loop):
        return False
    return len(inner.results) == 1 and folds_of(inner)[0].operator == operator


def _shared(loop: ir.Operation, sums: list[ir.Value], rest: list[ir.Value]) -> bool:
    """Whether both kinds of terms need one load or one loop."""
    ours, theirs = ({op for term in terms for op in needed_for(loop, term)} for terms in (sums, rest))
    return any(len(op.regions) or op.name == "memref.load" for op in ours & theirs)


def _sum_of(loop: ir.Operation, update: ir.Operation, terms: list[ir.Value], start: ir.Value) -> ir.Operation:
    """A loop like `loop`, in front of it, that folds these terms alone."""
    made = new_for(list(loop.operands)[1], [start], loop.location, ir.InsertionPoint(loop))
    mapping: Mapping = {body(loop).arguments[0]: body(made).arguments[0]}
    wanted = {op for term in terms for op in needed_for(loop, term)}
    for op in list(body(loop).operations)[:-1]:
        if op.operation in wanted:
            clone(op.operation, mapping, ir.InsertionPoint(body(made)))
    total = body(made).arguments[1]
    total.set_location(body(loop).arguments[1].location)
    with ir.InsertionPoint(body(made)), loop.location:
        for term in terms:
            total = ir.Operation.create(update.name, [total.type], [total, mapping.get(term, term)]).results[0]
        ir.Operation.create("scf.yield", operands=[total])
    forget_no_wrap(made)
    return made
