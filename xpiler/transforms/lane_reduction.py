"""lane-reduction: a tree of exchanges between threads becomes the reduction it computes.

Every value that some lanes hold at the end of shuffles, halving loops and partial results in shared memory is the fold of
some elements of an array written earlier (xpiler.analysis.lanes finds which). Where those elements are the same for all
active lanes, or a row, column or segment that the lane's number decides, the value is replaced by a plain reduction over
the array, made where the array was last whole. Lanes whose value is no such fold are left alone: if they are dead, the tree dies.
"""

from __future__ import annotations

from itertools import compress

from mlir import ir
from mlir.dialects import memref

from xpiler.analysis.effects import access_of, defining, effects_of, is_private, may_alias, walk
from xpiler.analysis.lane_sets import LaneSets, fit_lane_sets
from xpiler.analysis.lanes import LaneExecution, Term, Visit
from xpiler.analysis.reductions import IDENTITIES, identity
from xpiler.passes import Pass
from xpiler.transforms.rewriting import (
    ancestor_in,
    blocks,
    body,
    defined_inside,
    erase_dead,
    functions,
    index,
    new_fold,
    new_forall,
    operations,
    terminator,
    variable,
)


class LaneReductionPass(Pass):
    """Exchange trees between lanes become reductions."""

    name = "lane-reduction"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for load in [found for found in walk(function) if _is_of_one_element(found)]:
                _hoist(load)
            for block in [b for b in blocks(function) if _exchanges(b)]:
                _reduce_block(block)
            erase_dead(function)


def _is_of_one_element(op: ir.Operation) -> bool:
    """Whether an operation reads a certain element of a private array, the same at every turn."""
    access = access_of(op) if op.name == "memref.load" else None
    return access is not None and is_private(access.buffer) and all(map(_is_constant, access.subscripts))


def _hoist(load: ir.Operation) -> None:
    """Moves a read in front of the loops around it that do not write the array: `y[c] = e[c] / sum[0]` reads the sum once."""
    array, holder = access_of(load).buffer, load.parent
    while holder is not None and holder.name in ("scf.for", "scf.forall") and not defined_inside(array, holder.operation):
        loop = holder.operation
        effects = effects_of(loop)
        if effects.unknown is not None or any(may_alias(array, written) for written in effects.writes()):
            return
        for subscript in load.operands:
            if defined_inside(subscript, loop):
                defining(subscript).move_before(loop)
        load.move_before(loop)
        holder = load.parent


def _exchanges(block: ir.Block) -> bool:
    """Whether a private array passes from one operation of `block` to another, lanes of a parallel loop being involved."""
    touched: dict[ir.Value, set[ir.Operation]] = {}
    parallel = False
    for op in operations(block):
        for inner in walk(op) if len(op.regions) else ():
            parallel |= inner.name == "scf.forall"
            access = access_of(inner)
            if access and is_private(access.buffer) and defining(access.buffer).block == block:
                touched.setdefault(access.buffer, set()).add(op)
    return parallel and any(len(ops) > 1 for ops in touched.values())


def _reduce_block(block: ir.Block) -> None:
    execution = LaneExecution(block)
    made: dict[tuple, ir.Value] = {}
    for value, visit in execution.visits.items():
        uses = [use for use in value.uses if not _is_step(use, execution)]
        if visit.times == 1 and uses and not _is_plain(value, block):
            found = _fold_of(visit, _lanes_at(uses, visit, execution))
            if found:
                _replace(block, value, uses, *found, made)


def _is_plain(value: ir.Value, block: ir.Block) -> bool:
    """Whether a value is already the result of a loop in `block` that folds elements one by one."""
    op = defining(value)
    if op is None or op.name != "scf.for" or op.block != block or not all(map(_is_constant, list(op.operands)[3:])):
        return False
    names = [inner.name for inner in operations(body(op)) if not inner.name.startswith("arith.") or inner.name in IDENTITIES]
    folds = [n for n in names if n in IDENTITIES and n != "arith.addi"]
    return names.count("memref.load") == 1 and len(folds) == 1 and all(n in ("memref.load", "scf.yield", *IDENTITIES) for n in names)


def _is_constant(value: ir.Value) -> bool:
    op = defining(value)
    return op is not None and op.name == "arith.constant"


def _lanes_at(uses: list[ir.OpOperand], visit: Visit, execution: LaneExecution) -> list[bool] | None:
    """The lanes that come by the uses of a value; all that have the value where that is not known."""
    lanes = [False] * len(visit.terms)
    for use in uses:
        op = use.owner.operation
        while op not in execution.active_at and op.parent is not None:
            op = op.parent.operation
        active = execution.active_at.get(op)  # None where the use is behind the lanes' code
        if active is None or len(active) != len(lanes):
            return visit.active
        lanes = [a or b for a, b in zip(lanes, active, strict=True)]
    return lanes


def _is_step(use: ir.OpOperand, execution: LaneExecution) -> bool:
    """Whether a use is a further step of the tree: stored for other lanes, folded further, passed on."""
    op = use.owner.operation
    if op.name == "memref.store":
        return use.operand_number == 0 and op.operands[1] in execution.arrays and _inside(op.operands[1], execution.block)
    if op.name in ("scf.yield", "scf.condition"):
        return op.block != execution.block
    if op.name in ("scf.for", "scf.while"):
        return all(result in execution.visits for result in op.results)
    steps = op.name in IDENTITIES or op.name == "arith.select"
    if not steps or op.results[0] not in execution.visits:
        return False
    return any(term is not None for term in execution.visits[op.results[0]].terms)


def _inside(buffer: ir.Value, block: ir.Block) -> bool:
    """Whether an array is allocated in the block, so that nothing outside reads it."""
    return ancestor_in(block, defining(buffer)) is not None


def _fold_of(visit: Visit, lanes: list[bool] | None) -> tuple[Term, LaneSets] | None:
    """What the lanes hold, if each holds a fold of a regular set of elements of one array."""
    if lanes is None or not any(lanes):
        return None
    terms = list(compress(visit.terms, lanes))
    first = terms[0]
    if first is None or first.base is None or first.operator is None:
        return None
    for term in terms:
        if term is None or (term.operator, term.base, term.extras) != (first.operator, first.base, first.extras):
            return None
    coordinates = {v: list(compress(numbers, lanes)) for v, numbers in visit.coordinates.items()}
    sets = fit_lane_sets([term.mask for term in terms], coordinates)
    return (first, sets) if sets and sets.count > 1 else None


def _replace(block: ir.Block, value: ir.Value, uses: list[ir.OpOperand], term: Term, sets: LaneSets, made: dict[tuple, ir.Value]) -> None:
    ip = _after(block, term.base.after)
    key = (term.operator, term.base, term.extras, sets.groups_key())
    with defining(value).location:
        if key not in made and sets.groups == 1:
            made[key] = _reduction(term, sets, value.type, ip, index_start=None)
        elif key not in made:
            made[key] = _group_results(term, sets, value.type, ip)
        if sets.groups == 1:
            value.replace_all_uses_with(made[key])
            return
        for op in dict.fromkeys(use.owner.operation for use in uses):  # at the use: other lanes may have no group
            with ir.InsertionPoint(op):
                op.replace_uses_of_with(value, memref.load(made[key], [sets.group_index()]))


def _after(block: ir.Block, op: ir.Operation | None) -> ir.InsertionPoint:
    """The place behind `op`, or, for None, the start of the block behind its allocations."""
    following = operations(block)
    if op is not None:
        return ir.InsertionPoint(following[following.index(op) + 1])
    return ir.InsertionPoint(next(o for o in following if o.name != "memref.alloca"))


def _group_results(term: Term, sets: LaneSets, kind: ir.Type, ip: ir.InsertionPoint) -> ir.Value:
    """An array with the reduction of each group."""
    with ip:
        results = memref.alloca(ir.MemRefType.get([sets.groups], kind), [], [])
    loop = new_forall(sets.groups, ir.Location.current, ip)
    inside = ir.InsertionPoint(terminator(body(loop)))
    value = _reduction(term, sets, kind, inside, index_start=variable(loop))
    with inside:
        memref.store(value, results, [variable(loop)])
    return results


def _reduction(term: Term, sets: LaneSets, kind: ir.Type, ip: ir.InsertionPoint, index_start: ir.Value | None) -> ir.Value:
    """A loop that folds the elements of one group."""
    with ip:
        start = identity(term.operator, kind)
        for extra in term.extras:
            start = ir.Operation.create("arith.constant", [kind], attributes={"value": _attribute(kind, extra)}).results[0]
        count = index(sets.count)
    loop = new_fold(count, start, ir.Location.current, ip)
    with ir.InsertionPoint(body(loop)):
        position = sets.element(index_start, variable(loop))
        element = memref.load(term.base.buffer, _subscripts(position, ir.MemRefType(term.base.buffer.type).shape))
        result = ir.Operation.create(term.operator, [kind], [body(loop).arguments[1], element]).results[0]
        ir.Operation.create("scf.yield", operands=[result])
    return loop.results[0]


def _attribute(kind: ir.Type, number: float) -> ir.Attribute:
    return ir.FloatAttr.get(kind, number) if not isinstance(kind, ir.IntegerType) else ir.IntegerAttr.get(kind, int(number))


def _subscripts(position: ir.Value, shape: list[int]) -> list[ir.Value]:
    """A row-major position as one subscript for each dimension."""
    subscripts: list[ir.Value] = []
    for size in list(shape)[:0:-1]:
        subscripts.insert(0, ir.Operation.create("arith.remui", [position.type], [position, index(size)]).results[0])
        position = ir.Operation.create("arith.floordivsi", [position.type], [position, index(size)]).results[0]
    return [position, *subscripts]
